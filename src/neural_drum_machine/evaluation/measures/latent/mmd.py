"""MMD² between codes and the prior."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

MMD_SCALES: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Scales of the kernel, the same as in training (a test compares them)."""


def mmd2_unbiased(codes: npt.ArrayLike, prior: npt.ArrayLike) -> tuple[float, float]:
    """Return MMD² of codes to draws of the prior, and its standard deviation if both were equal.

    The unbiased estimate of Gretton et al. (2012, equation 3) with the inverse multi-quadratic
    kernel, as in training. The standard deviation is that of its leading term, √8 · σ / n, where
    σ² is the variance of the doubly centred kernel between draws.

    Parameters
    ----------
    codes, prior : array_like
        Shapes ``(n, dim)`` and ``(m, dim)``; both need at least two rows.

    Returns
    -------
    tuple of float
        MMD² and its standard deviation; no unit.
    """
    x, y = np.asarray(codes, np.float64), np.asarray(prior, np.float64)
    n, m = len(x), len(y)
    k_xx, k_yy, k_xy = _kernel(x, x), _kernel(y, y), _kernel(x, y)
    within_x = (k_xx.sum() - k_xx.trace()) / (n * (n - 1))
    within_y = (k_yy.sum() - k_yy.trace()) / (m * (m - 1))
    mmd2 = float(within_x + within_y - 2 * k_xy.mean())
    centred = k_yy - k_yy.mean(axis=0) - k_yy.mean(axis=1)[:, None] + k_yy.mean()
    np.fill_diagonal(centred, 0)
    variance = float(np.square(centred).sum()) / (m * (m - 1))
    return mmd2, math.sqrt(2 * variance) * (1 / n + 1 / m)


def _kernel(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the sum over the scales of ``C / (C + |x - y|²)``, ``C = 2 d scale``."""
    squares = np.square(x).sum(axis=1)[:, None] + np.square(y).sum(axis=1)
    distance = np.maximum(squares - 2 * x @ y.T, 0)
    out: npt.NDArray[np.float64] = np.zeros_like(distance)
    for scale in MMD_SCALES:
        constant = 2 * x.shape[1] * scale
        out += constant / (constant + distance)
    return out
