"""Intervals: how certain a mean or a share is."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with a lower and an upper bound.

    Attributes
    ----------
    low, value, high : float
        In the unit of the measured value.
    """

    low: float
    value: float
    high: float

    def format(self, digits: int = 3) -> str:
        """Return for example ``0.368 [0.351, 0.386]``, with `digits` decimal places."""
        return f"{self.value:.{digits}f} [{self.low:.{digits}f}, {self.high:.{digits}f}]"

    def __str__(self) -> str:
        return self.format()


def bootstrap_mean(
    values: npt.ArrayLike,
    strata: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
    *,
    n: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return a mean with its percentile bootstrap interval (Efron & Tibshirani 1993, chapter 13).

    With strata, the value is the mean of the strata's means, all with the same weight, and values
    are resampled within each stratum. Resampled units must be independent. Sounds of one kit are
    not independent, so whole kits are resampled (`clusters`; Davison & Hinkley 1997, section 3.8).
    For strata of `m` clusters the interval is too narrow by a factor of about ``sqrt(1 - 1/m)``.
    In a stratum of one cluster, single values are resampled as if they were independent.

    Parameters
    ----------
    values : array_like
        Shape ``(m,)``. NaN means not measured: it is ignored, and so is a stratum of NaN only.
    strata : array_like, optional
        Shape ``(m,)``, labels.
    clusters : array_like, optional
        Shape ``(m,)``, labels of values that belong together. By default every value is alone.
    n : int
        Number of resamples.
    level : float
        Share of cases in which the interval should hold the true mean.
    seed : int
        Seed of the resampling; the same seed gives the same interval.

    Returns
    -------
    Interval
        In the values' unit.

    Raises
    ------
    ValueError
        If no value is left, shapes do not agree, a value is infinite, or an option is out of
        range.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    x = np.asarray(values, np.float64)
    labels = np.zeros(x.shape, int) if strata is None else np.asarray(strata)
    kits = np.arange(x.size) if clusters is None else np.asarray(clusters)
    if x.ndim != 1 or labels.shape != x.shape or kits.shape != x.shape:
        raise ValueError(
            "need values, strata and clusters of one shape (m,): "
            f"{x.shape}, {labels.shape}, {kits.shape}"
        )
    measured = ~np.isnan(x)
    x, labels, kits = x[measured], labels[measured], kits[measured]
    if not x.size:
        raise ValueError("no values to take the mean of")
    if not np.isfinite(x).all():
        raise ValueError("values hold infinities, which have no mean")
    groups = [labels == label for label in np.unique(labels)]
    rng = np.random.default_rng(seed)
    drawn = np.mean([_resampled_means(x[g], kits[g], n, rng) for g in groups], axis=0)
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Interval(float(low), float(np.mean([x[g].mean() for g in groups])), float(high))


def _resampled_means(
    values: npt.NDArray[np.float64],
    owner: npt.NDArray[Any],
    n: int,
    rng: np.random.Generator,
) -> npt.NDArray[np.float64]:
    """Return the means of `n` resamples of clusters; of single values if there is one cluster."""
    names, place = np.unique(owner, return_inverse=True)
    if len(names) < 2:
        place = np.arange(len(values))
    sums, sizes = np.bincount(place, values), np.bincount(place)
    # A million values at a time: all resamples at once would take gigabytes for a large dataset.
    m = len(sums)
    step = max(1, 1_000_000 // m)
    out = []
    for done in range(0, n, step):
        pick = rng.integers(m, size=(min(step, n - done), m))
        out.append(sums[pick].sum(axis=1) / sizes[pick].sum(axis=1))
    return np.concatenate(out)


def wilson_share(successes: int, total: int, *, level: float = 0.95) -> Interval:
    """Return a share of independent trials with Wilson's score interval (Wilson 1927).

    Unlike a bootstrap interval, it has a width even when all trials succeed, and it stays within
    0 to 1.

    Parameters
    ----------
    successes, total : int
        Number of successful trials, and of all trials.
    level : float
        Share of cases in which the interval should hold the true share.

    Returns
    -------
    Interval
        Shares, 0 to 1.

    Raises
    ------
    ValueError
        If there are no trials, the numbers contradict each other, or the level is out of range.
    """
    bounds = binomtest(successes, total).proportion_ci(level, method="wilson")
    return Interval(float(bounds.low), successes / total, float(bounds.high))
