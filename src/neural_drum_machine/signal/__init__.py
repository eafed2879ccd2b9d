"""Signals: hits, spectrograms, descriptors and sound files. No networks are needed here."""
