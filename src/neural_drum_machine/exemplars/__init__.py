"""Exemplars: recordings that new sounds begin at, each as a code and what its decoder leaves out.

A generator decodes a code to a smooth version of a sound. The *residual* is what a recording has
beyond that. A new sound is decoded from a code near the recording's, and the recording's residual
is laid over it. NumPy only.
"""
