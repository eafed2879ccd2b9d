"""A prepared dataset: its files, index, split and statistics."""
