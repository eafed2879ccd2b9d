"""Measures: each is one function that states its source and its unit."""
