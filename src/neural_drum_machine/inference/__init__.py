"""The networks of a model file, computed with NumPy alone.

They compute what those in :mod:`neural_drum_machine.networks` compute. A model file holds tensors
and sizes, no graph: nothing in it says how to compute, so nothing in it can compute anything else.
"""
