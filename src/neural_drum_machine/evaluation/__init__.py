"""Measures of sound quality: each one function, and one report."""
