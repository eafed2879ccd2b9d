"""Signals: what a hit is, its spectrogram, and what is measured on it. NumPy only."""
