"""Draws of a standard Gaussian, as codes or as embeddings."""

import numpy as np


def gaussian(n: int, dim: int = 8, seed: int = 0) -> np.ndarray:
    """Shape ``(n, dim)``, float64."""
    return np.random.default_rng(seed).standard_normal((n, dim))
