"""How far one set of sounds lies from another, as embeddings (NumPy and SciPy).

A row is a sound. Figures depend on the embedding and, FAD above all, on how many sounds there are:
compare only what was measured with the same network on sets of the same size.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist, pdist

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.measures.intervals import Interval

Array = npt.NDArray[np.float64]
Distance = Callable[[npt.ArrayLike, npt.ArrayLike], float]

KAD_SCALE = 100.0
"""What the squared MMD is multiplied by, as in the KAD authors' toolkit."""
_BLOCK = 256


def fad(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Return the Fréchet distance of the Gaussians that fit two sets (Kilgour et al. 2019).

    ``|mx - my|² + tr(Sx + Sy - 2 (Sx Sy)^½)``, in squared units of the embedding. It sees means and
    covariances only, and is biased: small sets of one kind lie apart. The fewer sounds, the
    farther, so that a figure says nothing without that of real against real at the same size.

    Parameters
    ----------
    x, y : array_like
        Shapes ``(n, dim)`` and ``(m, dim)``; `n` and `m` may be smaller than `dim`.

    Returns
    -------
    float
        0 for equal sets.

    Raises
    ------
    DatasetError
        If a set has fewer than two rows, numbers that are not finite, or another width.
    """
    a, b = _pair(x, y)
    mean_a, mean_b = a.mean(axis=0), b.mean(axis=0)
    a, b = _root(a - mean_a), _root(b - mean_b)
    # With Sx = a'a and Sy = b'b the eigenvalues of Sx Sy are those of (ab')(ab')', so that the
    # trace of its root is the sum of the singular values of ab'. No root of a singular matrix is
    # taken: nothing turns complex, and half of the digits are not lost.
    cross = float(np.linalg.svd(a @ b.T, compute_uv=False).sum())
    spread = float(np.square(a).sum() + np.square(b).sum())
    return max(0.0, float(np.square(mean_a - mean_b).sum()) + spread - 2 * cross)


def kad(x: npt.ArrayLike, y: npt.ArrayLike, bandwidth: float | None = None) -> float:
    """Return the kernel audio distance (Chung et al. 2025, "KAD: No More FAD!").

    The unbiased squared maximum mean discrepancy (Gretton et al. 2012) with the kernel
    ``exp(-d² / (2 bandwidth²))``, times :data:`KAD_SCALE`; no unit. Sets of one kind score 0 on
    average, so that single values may be negative; 200 is the most there can be.

    Parameters
    ----------
    x : array_like
        Shape ``(n, dim)``, the reference: real sounds.
    y : array_like
        Shape ``(m, dim)``.
    bandwidth : float, optional
        Of the kernel, in units of the embedding. Without it, the median distance between two
        sounds of the reference: the same ruler then measures every set against that reference.

    Raises
    ------
    DatasetError
        As :func:`fad`, or if the reference's sounds are all the same.
    """
    a, b = _pair(x, y)
    return float(_kad_of_subsets(a, b, np.ones((1, len(a))), np.ones((1, len(b))), bandwidth)[0])


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
    """Return a distance with an interval, from random parts of both sets.

    Each time a share of the rows of each set is drawn without replacement. (A bootstrap draws rows
    twice, and what lies in a set twice brings MMD's and FAD's sets apart from each other.) The
    value is the mean over the parts: the distance between sets of *that* size, which
    matters for FAD, not for KAD. With a share of a half the parts vary as much as figures of
    whole sets would if other sounds of the same kinds were taken (half-sampling: Shao and Wu
    1989); other shares are scaled to that. Near zero, where KAD varies less than its parts do, the
    interval is too wide. Sounds of a kit, which are alike, make it too narrow.

    Parameters
    ----------
    distance : callable
        :func:`fad`, :func:`kad` or another function of two sets. For :func:`kad` the kernel is
        computed once, with the bandwidth of the whole reference.
    x, y : array_like
        Shapes ``(n_x, dim)`` and ``(n_y, dim)``; x is the reference.
    n : int
        How many parts are drawn.
    share : float
        Of the rows; between 0 and 1.
    level : float
        Share of the parts that lie in the interval.
    seed : int
        Of the drawing.

    Returns
    -------
    Interval
        Low, value, high in the unit of the distance.

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
    a, b = _pair(x, y)
    rng = np.random.default_rng(seed)
    chosen_a, chosen_b = _draw(len(a), share, n, rng), _draw(len(b), share, n, rng)
    if distance is kad:
        values = _kad_of_subsets(a, b, chosen_a, chosen_b, None)
    else:
        values = np.array(
            [distance(a[i > 0], b[j > 0]) for i, j in zip(chosen_a, chosen_b, strict=True)]
        )
    value, tail = float(values.mean()), (1 - level) / 2
    wide = np.sqrt(share / (1 - share))
    low, high = value + wide * (np.quantile(values, [tail, 1 - tail]) - value)
    return Interval(float(low), value, float(high))


def diversity(x: npt.ArrayLike) -> float:
    """Return the mean Euclidean distance between two rows, in units of the embedding.

    To be read beside that of real sounds: less means that sounds repeat each other.

    Raises
    ------
    DatasetError
        If there are fewer than two rows, or numbers that are not finite.
    """
    return float(pdist(_checked(x)).mean())


def nearest(
    x: npt.ArrayLike, reference: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return how far each row lies from the nearest row of a reference, and which that is.

    Parameters
    ----------
    x : array_like
        Shape ``(n, dim)``.
    reference : array_like
        Shape ``(m, dim)``, for example the training sounds.

    Returns
    -------
    distance : numpy.ndarray
        Shape ``(n,)``, Euclidean; 0 for an exact copy.
    index : numpy.ndarray
        Shape ``(n,)``, rows of the reference; the first of equally near ones.

    Raises
    ------
    DatasetError
        If a set is empty, or has numbers that are not finite or another width.
    """
    a, b = _pair(x, reference, least=1)
    index = np.empty(len(a), np.int64)
    distance = np.empty(len(a))
    for start in range(0, len(a), _BLOCK):  # in blocks: a whole matrix might not fit into memory
        part = cdist(a[start : start + _BLOCK], b)
        index[start : start + _BLOCK] = part.argmin(axis=1)
        distance[start : start + _BLOCK] = part.min(axis=1)
    return distance, index


def _checked(x: npt.ArrayLike, least: int = 2) -> Array:
    out = np.asarray(x, np.float64)
    if out.ndim != 2 or len(out) < least or not np.isfinite(out).all():
        raise DatasetError(
            f"need at least {least} finite embeddings of shape (n, dim), got shape {out.shape}"
        )
    return out


def _pair(x: npt.ArrayLike, y: npt.ArrayLike, least: int = 2) -> tuple[Array, Array]:
    a, b = _checked(x, least), _checked(y, least)
    if a.shape[1] != b.shape[1]:
        raise DatasetError(f"embeddings of {a.shape[1]} and of {b.shape[1]} numbers do not compare")
    return a, b


def _root(centred: Array) -> Array:
    """Return a matrix whose product with itself is the covariance, with at most `dim` rows."""
    scaled = centred / np.sqrt(len(centred) - 1)
    if len(scaled) > scaled.shape[1]:
        scaled = np.asarray(np.linalg.qr(scaled, mode="r"))
    return np.asarray(scaled)


def _draw(size: int, share: float, n: int, rng: np.random.Generator) -> Array:
    """Return `n` random parts of so many rows, shape ``(n, size)``: 1 for a row that is in."""
    count = round(share * size)
    if count < 2:
        raise DatasetError(f"a share of {share} of {size} sounds is too few: at least 2 are needed")
    rank = rng.permuted(np.tile(np.arange(size), (n, 1)), axis=1)
    return (rank < count).astype(np.float64)


def _kad_of_subsets(
    x: Array, y: Array, parts_x: Array, parts_y: Array, bandwidth: float | None
) -> Array:
    """Return the KAD of parts of two sets, given as by :func:`_draw`."""
    xx, xy, yy = (cdist(a, b, "sqeuclidean") for a, b in ((x, x), (x, y), (y, y)))
    if bandwidth is None:
        bandwidth = float(np.median(np.sqrt(xx[np.triu_indices(len(x), 1)])))
    if not bandwidth > 0:
        raise DatasetError(f"the kernel's bandwidth must be positive, got {bandwidth}")
    for squares in (xx, xy, yy):
        np.exp(squares / (-2 * bandwidth**2), out=squares)
    n, m = parts_x.sum(axis=1), parts_y.sum(axis=1)
    # Without the diagonal: a sound's likeness to itself is what biases the plain estimate.
    within_x = (((parts_x @ xx) * parts_x).sum(axis=1) - n) / (n * (n - 1))
    within_y = (((parts_y @ yy) * parts_y).sum(axis=1) - m) / (m * (m - 1))
    between = ((parts_x @ xy) * parts_y).sum(axis=1) / (n * m)
    out: Array = KAD_SCALE * (within_x + within_y - 2 * between)
    return out
