"""The engine in C (``engine/``), loaded as a library: from a code to samples in milliseconds.

NumPy stays the reference. Where the library is not built, or lacks something, the reference plays.
"""
