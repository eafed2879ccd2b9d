"""Statistics of each category's codes beside the standard Gaussian."""

import math
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from neural_drum_machine.evaluation.measures.latent.mardia import mardia
from neural_drum_machine.evaluation.measures.latent.mmd import mmd2_unbiased


@dataclass(frozen=True, slots=True)
class CodeStatistics:
    """How far a category's codes are from the standard Gaussian that training aims at.

    Each attribute states what sampling noise does to it. The ratios are divided by that noise, so
    that their expectation is 1 for any number of codes. A departure shows more clearly in many
    codes, so compare models over the same number of codes.

    Attributes
    ----------
    n : int
        Number of codes.
    mean_norm : float
        Length of the mean code. Ideal: 0; n draws of the Gaussian have about √(d/n).
    variance, least_variance, greatest_variance : float
        Mean, least and greatest variance of a dimension. Ideal: 1; n draws scatter by √(2/n).
    correlation : float
        Largest absolute correlation of two dimensions. Ideal: 0; draws have about 3.6/√n.
    anisotropy : float
        Largest over smallest eigenvalue of the covariance, divided by what n draws of an
        isotropic Gaussian have (Marchenko and Pastur 1967). 1: equally wide in all directions.
        With too few codes (n ≤ d + 1), this and the next four are NaN.
    skewness : float
        Mardia's (1970) multivariate skewness over its expectation for n Gaussian codes. 1:
        symmetric like a Gaussian of any mean and covariance; skewed codes have more.
    kurtosis : float
        Mardia's kurtosis over its expectation. 1: Gaussian tails. More: heavy tails, codes of
        unequal length. Less: tails cut off (uniform), or separate clusters.
    skewness_z, kurtosis_z : float
        The same in standard deviations of Gaussian samples of this size; noise stays within ±3.
        For the same departure it grows with n: it says whether there is one, not how large it is.
    mmd2 : float
        Unbiased estimate of the squared maximum mean discrepancy to the standard Gaussian: one
        category's share of the paper's D. It also sees a shift or a wrong variance. Ideal: 0,
        the expectation of the Gaussian for any n (slightly negative values are noise). At most
        about 7, the number of kernels.
    mmd2_noise : float
        Standard deviation of `mmd2` among Gaussian samples of this size.
    """

    n: int
    mean_norm: float
    variance: float
    least_variance: float
    greatest_variance: float
    correlation: float
    anisotropy: float
    skewness: float
    kurtosis: float
    skewness_z: float
    kurtosis_z: float
    mmd2: float
    mmd2_noise: float

    def to_dict(self) -> dict[str, float | None]:
        """Return the values for JSON; None where one is not defined."""
        return {k: v if math.isfinite(v) else None for k, v in asdict(self).items()}


def code_statistics(
    codes: npt.ArrayLike, categories: npt.ArrayLike, *, most: int = 2000, seed: int = 0
) -> dict[int, CodeStatistics]:
    """Measure the codes of each category.

    Parameters
    ----------
    codes : array_like
        Shape ``(n, latent_dim)``.
    categories : array_like
        Shape ``(n,)``, numbers; a category with fewer than two codes is ignored.
    most : int
        Largest number of codes used of a category; they are spread evenly over its codes.
    seed : int
        Seed of the draws of the prior that the MMD compares with.

    Returns
    -------
    dict
        By category number. The mean of `mmd2` is the paper's D.
    """
    all_codes, numbers = np.asarray(codes, np.float64), np.asarray(categories)
    rng = np.random.default_rng(seed)
    out = {}
    for category in np.unique(numbers):
        rows = np.flatnonzero(numbers == category)
        rows = rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).round().astype(int)]
        if len(rows) > 1:
            prior = rng.standard_normal((len(rows), all_codes.shape[1]))
            out[int(category)] = _statistics(all_codes[rows], prior)
    return out


def _statistics(x: npt.NDArray[np.float64], prior: npt.NDArray[np.float64]) -> CodeStatistics:
    n, d = x.shape
    covariance = np.cov(x, rowvar=False).reshape(d, d)
    variances = covariance.diagonal()
    deviations = np.sqrt(np.maximum(variances, 1e-30))
    correlations = covariance / np.outer(deviations, deviations)
    anisotropy = math.nan
    if n > d + 1:
        values = np.linalg.eigvalsh(covariance)
        edge = math.sqrt(d / (n - 1)) if d > 1 else 0.0
        expected = ((1 + edge) / (1 - edge)) ** 2
        anisotropy = float(values[-1] / values[0] / expected) if values[0] > 0 else math.inf
    return CodeStatistics(
        n,
        float(np.linalg.norm(x.mean(axis=0))),
        float(variances.mean()),
        float(variances.min()),
        float(variances.max()),
        float(np.abs(correlations - np.diag(correlations.diagonal())).max()),
        anisotropy,
        *mardia(x),
        *mmd2_unbiased(x, prior),
    )
