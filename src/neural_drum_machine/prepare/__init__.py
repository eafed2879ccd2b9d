"""From a folder of samples to a dataset that training maps into memory."""

MIN_CONFIDENCE = 0.7
"""How sure the labeller must be before its word on a sound is taken."""
