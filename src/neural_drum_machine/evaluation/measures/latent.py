"""What a latent space is like: how Gaussian its codes are, how much of it the controls move."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.dataset.store import Dataset, release
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.latent.controls import AXES, Controls
from neural_drum_machine.machine import DrumMachine

Progress = Callable[[int, int], None]
BATCH: Final = 64
MMD_SCALES: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""As the training's; a test compares them."""


def encode_rows(
    machine: DrumMachine, data: Dataset, rows: npt.ArrayLike, progress: Progress | None = None
) -> FloatArray:
    """Return the codes ``(n, latent_dim)`` of rows of a dataset, each heard as its own category.

    Raises
    ------
    DatasetError
        If the dataset was made with another spec.
    ControlError
        If the model has no such category.
    """
    if data.spec != machine.spec:
        raise DatasetError(f"{data.folder}: made with another audio spec than the model's")
    wanted = np.asarray(rows, np.int64)
    codes = np.empty((len(wanted), machine.bundle.latent_dim), np.float32)
    for start in range(0, len(wanted), BATCH):
        chunk = wanted[start : start + BATCH]
        x = machine.standardisation.forward(data.mels[chunk])
        categories = np.array([machine.index(data.entries[row].category) for row in chunk])
        codes[start : start + BATCH] = machine.networks.encode(x, categories)
        release(data.mels)
        if progress:
            progress(start + len(chunk), len(wanted))
    return codes


@dataclass(frozen=True, slots=True)
class CodeStatistics:
    """How far a category's codes are from the standard Gaussian they are trained to be.

    What sampling noise does to a figure is said with it; the ratios have it divided out, which
    makes their expectation 1 for every number of codes. Departures still show more clearly in
    many codes: compare models over equally many.

    Attributes
    ----------
    n : int
        Codes looked at.
    mean_norm : float
        Length of the mean code. 0 is wanted; n draws of the Gaussian itself have about √(d/n).
    variance, least_variance, greatest_variance : float
        Mean, least and greatest variance of a dimension; 1 is wanted. n draws scatter by √(2/n).
    correlation : float
        Largest absolute correlation of two dimensions; 0 is wanted, draws have about 3.6/√n.
    anisotropy : float
        Largest over smallest eigenvalue of the covariance, divided by what n draws of an
        isotropic Gaussian have (Marchenko and Pastur 1967). 1: equally wide in all directions.
        NaN with too few codes, n ≤ d + 1, as are the next four.
    skewness : float
        Mardia's (1970) multivariate skewness over its expectation for n Gaussian codes. 1:
        symmetric like a Gaussian, whatever its mean and covariance; skew gives more.
    kurtosis : float
        Mardia's kurtosis over its expectation. 1: Gaussian tails; more: heavy tails, codes
        of unequal length; less: cut-off tails (uniform), or clusters apart.
    skewness_z, kurtosis_z : float
        The same in standard deviations of Gaussian samples of this size: noise stays within ±3.
        It grows with n for the same departure, so it says whether there is one, not how large.
    mmd2 : float
        Unbiased estimate of the squared maximum mean discrepancy to the standard Gaussian, one
        category's share of the paper's D; sees a shift or a wrong variance too. 0 is wanted and,
        at any n, expected of the Gaussian (a little below is noise). At most about 7, the
        number of kernels.
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
        """Return the figures as JSON values; what is not defined is None."""
        return {k: v if math.isfinite(v) else None for k, v in asdict(self).items()}


def mardia(codes: npt.ArrayLike) -> tuple[float, float, float, float]:
    """Return skewness and kurtosis as ratios to their expectation, then both as z-scores.

    Mardia 1970; expectations and the kurtosis's variance are those of samples (Mardia 1974), not
    the limits for many codes. The skewness's z follows from its chi-square distribution (Wilson
    and Hilferty's cube root). The test of Henze and Zirkler is not here: in 64 dimensions all its
    kernel values between codes vanish (about 1e-19), so that it cannot tell codes apart.
    """
    x = np.asarray(codes, np.float64)
    n, d = x.shape
    nothing = (math.nan,) * 4
    if n <= d + 1:
        return nothing
    x = x - x.mean(axis=0)
    values, vectors = np.linalg.eigh(x.T @ x / n)
    if values[0] <= 1e-12 * values[-1]:  # a dimension that is not used: no whitening
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


def _kernel(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the sum over the scales of ``C / (C + |x - y|²)``, ``C = 2 d scale``."""
    squares = np.square(x).sum(axis=1)[:, None] + np.square(y).sum(axis=1)
    distance = np.maximum(squares - 2 * x @ y.T, 0)
    out: npt.NDArray[np.float64] = np.zeros_like(distance)
    for scale in MMD_SCALES:
        constant = 2 * x.shape[1] * scale
        out += constant / (constant + distance)
    return out


def mmd2_unbiased(codes: npt.ArrayLike, prior: npt.ArrayLike) -> tuple[float, float]:
    """Return MMD² of codes to draws of the prior, and its deviation if both were equal.

    The estimate is Gretton et al.'s (2012, equation 3) with the inverse multi-quadratic kernel,
    as in training. The deviation is that of its leading term: √8 · σ / n, where σ² is the variance
    of the doubly centred kernel between draws.

    Parameters
    ----------
    codes, prior : array_like
        Shapes ``(n, dim)`` and ``(m, dim)``; both need at least two rows.
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


def code_statistics(
    codes: npt.ArrayLike, categories: npt.ArrayLike, *, most: int = 2000, seed: int = 0
) -> dict[int, CodeStatistics]:
    """Measure the codes of each category.

    Parameters
    ----------
    codes : array_like
        Shape ``(n, latent_dim)``.
    categories : array_like
        Shape ``(n,)``, numbers; a category with fewer than two codes is left out.
    most : int
        Codes of a category that are looked at, spread evenly over them.
    seed : int
        Of the draws of the prior that the MMD compares with.

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


@dataclass(frozen=True, slots=True)
class ExplainedVariance:
    """Shares of the codes' variance along P1, P2, P3; a direction of chance has 1/d.

    Attributes
    ----------
    within : tuple of float
        Of the variance inside the categories, which is what a pad within one can move: mean over
        the categories, each with its own axes.
    between : float
        Share of all variance (all directions) that lies between the categories' means; 0 if
        the code knows nothing of the category.
    """

    within: tuple[float, ...]
    between: float

    def to_dict(self) -> dict[str, Any]:
        """Return the shares as JSON values."""
        return {"within": list(self.within), "between": self.between}


def explained_variance(
    controls: Controls, codes: npt.ArrayLike, categories: npt.ArrayLike
) -> ExplainedVariance:
    """Return how much of the codes' variance the three controls move."""
    x, numbers = np.asarray(codes, np.float64), np.asarray(categories)
    groups = {int(category): x[numbers == category] for category in np.unique(numbers)}
    centre = np.mean([group.mean(axis=0) for group in groups.values()], axis=0)
    shares = np.zeros((len(groups), AXES))
    within = between = 0.0
    for i, (category, group) in enumerate(groups.items()):
        mean = group.mean(axis=0)
        spread = np.square(group - mean).sum(axis=1).mean()
        moved = np.square((group - mean) @ controls.axes[category].T).mean(axis=0)
        shares[i] = moved / spread if spread else 0.0  # of a single code
        within += spread / len(groups)
        between += np.square(mean - centre).sum() / len(groups)
    return ExplainedVariance(
        tuple(shares.mean(axis=0).tolist()), float(between / ((within + between) or 1.0))
    )
