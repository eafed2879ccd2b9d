"""Half-sampling: an interval for a distance between two sets."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.measures.intervals import Interval
from neural_drum_machine.evaluation.measures.sets.embeddings import checked_pair
from neural_drum_machine.evaluation.measures.sets.kad import kad, kad_of_parts

Distance = Callable[[npt.ArrayLike, npt.ArrayLike], float]


def subsampled(
    distance: Distance,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    n: int = 200,
    share: float = 0.5,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return a distance with an interval, computed from random parts of both sets.

    Each part holds a share of the rows of each set, drawn without replacement. (A bootstrap draws
    some rows twice; repeated rows increase both MMD and FAD.) The value is the mean over the
    parts: the distance between sets of *that* size. The size matters for FAD, but not for KAD.

    With a share of one half, the parts vary as much as results of whole sets would with other
    sounds of the same kinds (half-sampling: Shao and Wu 1989). For other shares the interval is
    scaled accordingly. Near zero KAD varies less than its parts do: there the interval is too
    wide. Sounds of one kit are similar: they make the interval too narrow.

    Parameters
    ----------
    distance : callable
        :func:`.fad.fad`, :func:`.kad.kad` or another function of two sets. For KAD the kernel is
        computed once, with the bandwidth of the whole reference.
    x, y : array_like
        Shapes ``(n_x, dim)`` and ``(n_y, dim)``; x is the reference.
    n : int
        Number of parts.
    share : float
        Share of the rows in each part; between 0 and 1.
    level : float
        Share of the parts that lie in the interval.
    seed : int
        Seed of the draws.

    Returns
    -------
    Interval
        Low, value and high in the unit of the distance.

    Raises
    ------
    DatasetError
        As the distance, or if the parts have fewer than two rows.
    ValueError
        If an option is out of range.
    """
    if n < 1 or not 0 < share < 1 or not 0 < level < 1:
        raise ValueError(
            f"need n >= 1 and share and level between 0 and 1: {n}, {share} and {level}"
        )
    a, b = checked_pair(x, y)
    rng = np.random.default_rng(seed)
    parts_a, parts_b = _draw(len(a), share, n, rng), _draw(len(b), share, n, rng)
    if distance is kad:
        values = kad_of_parts(a, b, parts_a, parts_b)
    else:
        values = np.array(
            [distance(a[i > 0], b[j > 0]) for i, j in zip(parts_a, parts_b, strict=True)]
        )
    value, tail = float(values.mean()), (1 - level) / 2
    wide = np.sqrt(share / (1 - share))
    low, high = value + wide * (np.quantile(values, [tail, 1 - tail]) - value)
    return Interval(float(low), value, float(high))


def _draw(size: int, share: float, n: int, rng: np.random.Generator) -> DoubleArray:
    """Return `n` random parts of so many rows, shape ``(n, size)``: 1 for a row that is in."""
    count = round(share * size)
    if count < 2:
        raise DatasetError(f"a share of {share} of {size} sounds is too few: at least 2 are needed")
    rank = rng.permuted(np.tile(np.arange(size), (n, 1)), axis=1)
    return (rank < count).astype(np.float64)
