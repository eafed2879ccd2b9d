"""Mardia's multivariate skewness and kurtosis."""

import math

import numpy as np
import numpy.typing as npt


def mardia(codes: npt.ArrayLike) -> tuple[float, float, float, float]:
    """Return skewness and kurtosis as ratios to their expectation, then both as z-scores.

    Mardia 1970. The expectations and the variance of the kurtosis are those of finite samples
    (Mardia 1974), not the limits for many codes. The z-score of the skewness follows from its
    chi-square distribution (cube root of Wilson and Hilferty). The test of Henze and Zirkler is
    no alternative: in 64 dimensions all its kernel values between codes vanish (about 1e-19), so
    that it cannot tell codes apart.

    Parameters
    ----------
    codes : array_like
        Shape ``(n, dim)``.

    Returns
    -------
    tuple of float
        Skewness and kurtosis, each 1 on average for Gaussian codes; then their z-scores. All are
        NaN with too few codes (n ≤ dim + 1) or if a dimension is constant.
    """
    x = np.asarray(codes, np.float64)
    n, d = x.shape
    nothing = (math.nan,) * 4
    if n <= d + 1:
        return nothing
    x = x - x.mean(axis=0)
    values, vectors = np.linalg.eigh(x.T @ x / n)
    if values[0] <= 1e-12 * values[-1]:  # a constant dimension cannot be whitened
        return nothing
    whitened = x @ vectors / np.sqrt(values)
    gram = whitened @ whitened.T
    b2 = float(np.square(gram.diagonal()).mean())
    b1 = float((gram * gram * gram).mean())
    e1 = d * (d + 2) * ((n + 1) * (d + 1) - 6) / ((n + 1) * (n + 3))
    e2 = d * (d + 2) * (n - 1) / (n + 1)
    v2 = 8 * d * (d + 2) * (n - 3) / (n + 1) ** 2 * (n - d - 1) * (n - d + 1) / ((n + 3) * (n + 5))
    freedom = d * (d + 1) * (d + 2) / 6
    spread = 2 / (9 * freedom)
    z1 = ((b1 / e1) ** (1 / 3) - (1 - spread)) / math.sqrt(spread)
    return b1 / e1, b2 / e2, z1, (b2 - e2) / math.sqrt(v2)
