"""Measures of single sounds for faults that an engineer hears: NumPy only, no reference needed.

Each is compared with the same measure of recordings. They do not depend on the sound's level, but
for the loudness of takes, which is about levels.
"""
