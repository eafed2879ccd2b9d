"""The prepared dataset: its files, its index, its split, its statistics."""
