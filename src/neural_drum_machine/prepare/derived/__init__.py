"""Derived sounds: augmented recordings and synthesised drums, for categories with too few."""
