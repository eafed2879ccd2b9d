"""KAD: the kernel audio distance between two sets of sounds."""

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

from neural_drum_machine.arrays import DoubleArray
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.measures.sets.embeddings import checked_pair

KAD_SCALE = 100.0
"""Factor on the squared MMD, as in the KAD authors' toolkit."""


def kad(x: npt.ArrayLike, y: npt.ArrayLike, bandwidth: float | None = None) -> float:
    """Return the kernel audio distance (Chung et al. 2025, "KAD: No More FAD!").

    The unbiased squared maximum mean discrepancy (Gretton et al. 2012) with the kernel
    ``exp(-d² / (2 bandwidth²))``, times :data:`KAD_SCALE`. No unit. Two sets of the same kind score
    0 on average, so single values may be negative. The largest possible value is 200.

    Parameters
    ----------
    x : array_like
        Shape ``(n, dim)``, the reference: real sounds.
    y : array_like
        Shape ``(m, dim)``.
    bandwidth : float, optional
        Bandwidth of the kernel in units of the embedding. The default is the median distance
        between two sounds of the reference, so that every set is measured with the same kernel.

    Raises
    ------
    DatasetError
        If a set has fewer than two rows, numbers that are not finite, or another width, or if
        all sounds of the reference are the same.
    """
    a, b = checked_pair(x, y)
    return float(kad_of_parts(a, b, np.ones((1, len(a))), np.ones((1, len(b))), bandwidth)[0])


def kad_of_parts(
    x: DoubleArray,
    y: DoubleArray,
    parts_x: DoubleArray,
    parts_y: DoubleArray,
    bandwidth: float | None = None,
) -> DoubleArray:
    """Return the KAD between parts of two sets; the kernel is computed once for all parts.

    Parameters
    ----------
    x, y : numpy.ndarray
        Shapes ``(n, dim)`` and ``(m, dim)``, float64; x is the reference.
    parts_x, parts_y : numpy.ndarray
        Shapes ``(parts, n)`` and ``(parts, m)``: 1 for a row that is in the part, else 0.
    bandwidth : float, optional
        As for :func:`kad`; the default is that of the whole reference.

    Returns
    -------
    numpy.ndarray
        Shape ``(parts,)``.

    Raises
    ------
    DatasetError
        If the bandwidth is not positive.
    """
    xx, xy, yy = (cdist(a, b, "sqeuclidean") for a, b in ((x, x), (x, y), (y, y)))
    if bandwidth is None:
        bandwidth = float(np.median(np.sqrt(xx[np.triu_indices(len(x), 1)])))
    if not bandwidth > 0:
        raise DatasetError(f"the kernel's bandwidth must be positive, got {bandwidth}")
    for squares in (xx, xy, yy):
        np.exp(squares / (-2 * bandwidth**2), out=squares)
    n, m = parts_x.sum(axis=1), parts_y.sum(axis=1)
    # Without the diagonal: the similarity of a sound to itself would bias the estimate.
    within_x = (((parts_x @ xx) * parts_x).sum(axis=1) - n) / (n * (n - 1))
    within_y = (((parts_y @ yy) * parts_y).sum(axis=1) - m) / (m * (m - 1))
    between = ((parts_x @ xy) * parts_y).sum(axis=1) / (n * m)
    out: DoubleArray = KAD_SCALE * (within_x + within_y - 2 * between)
    return out
