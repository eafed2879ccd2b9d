"""How sure a figure is: intervals of means and of shares (NumPy)."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the bounds it lies between.

    Attributes
    ----------
    low, value, high : float
        In the unit of what was measured.
    """

    low: float
    value: float
    high: float

    def format(self, digits: int = 3) -> str:
        """Return for example ``0.368 [0.351, 0.386]``, with `digits` decimal places."""
        return f"{self.value:.{digits}f} [{self.low:.{digits}f}, {self.high:.{digits}f}]"

    def __str__(self) -> str:
        return self.format()


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")


def _drawn_means(
    values: npt.NDArray[np.float64],
    owner: npt.NDArray[Any],
    n: int,
    rng: np.random.Generator,
) -> npt.NDArray[np.float64]:
    """Return the means of `n` draws of whole clusters; of single values if there is but one."""
    names, place = np.unique(owner, return_inverse=True)
    if len(names) < 2:
        place = np.arange(len(values))
    sums, sizes = np.bincount(place, values), np.bincount(place)
    # A million values at a time: all draws at once would take gigabytes for a large dataset.
    m = len(sums)
    step = max(1, 1_000_000 // m)
    out = []
    for done in range(0, n, step):
        pick = rng.integers(m, size=(min(step, n - done), m))
        out.append(sums[pick].sum(axis=1) / sizes[pick].sum(axis=1))
    return np.concatenate(out)


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

    With strata, the value is the mean of the strata's means, each weighing the same however
    many values it has, and values are drawn anew within each stratum. What is drawn must be
    independent: sounds of one kit are not, so kits are drawn whole (`clusters`; Davison & Hinkley
    1997, section 3.8). The interval is too narrow by a factor of about ``sqrt(1 - 1/m)`` for
    strata of `m` clusters; in a stratum of one cluster its values are drawn, as if they were
    independent.

    Parameters
    ----------
    values : array_like
        Shape ``(m,)``. NaN means not measured and is left out; a stratum of nothing else, too.
    strata : array_like, optional
        Shape ``(m,)``, labels.
    clusters : array_like, optional
        Shape ``(m,)``, labels: values that belong together. Each value by itself if absent.
    n : int
        How many times values are drawn anew.
    level : float
        Share of cases in which the interval should hold the true mean.
    seed : int
        Of the drawing; the same seed gives the same interval.

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
    _check_level(level)
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
    drawn = np.mean([_drawn_means(x[g], kits[g], n, rng) for g in groups], axis=0)
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Interval(float(low), float(np.mean([x[g].mean() for g in groups])), float(high))


def wilson_share(successes: int, total: int, *, level: float = 0.95) -> Interval:
    """Return a share of independent trials with Wilson's score interval (Wilson 1927).

    Unlike the bootstrap's it has a width even when all trials succeed, and stays in 0 to 1.

    Parameters
    ----------
    successes, total : int
        Trials that succeeded, and trials.
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
    _check_level(level)
    if not 0 <= successes <= total or total < 1:
        raise ValueError(f"need 0 <= successes <= total and total >= 1: {successes}, {total}")
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    share = successes / total
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = np.sqrt(z2 * (share * (1 - share) / total + z2 / (4 * total**2))) / (1 + z2 / total)
    # The bounds touch the share where all or none succeeded; rounding must not cross it.
    low, high = min(middle - half, share), max(middle + half, share)
    return Interval(float(max(0.0, low)), share, float(min(1.0, high)))
