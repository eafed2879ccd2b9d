"""Measures, each one function with its source and unit."""
