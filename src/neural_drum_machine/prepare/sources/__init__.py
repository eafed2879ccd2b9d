"""Openly licensed drum sounds: what there is, and how to get it."""
