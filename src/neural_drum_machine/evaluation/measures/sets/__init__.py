"""Distances between sets of sounds, taken between their embeddings."""
