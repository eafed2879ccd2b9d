"""FAD: the Fréchet distance between two sets of sounds."""

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray
from neural_drum_machine.evaluation.measures.sets.embeddings import checked_pair


def fad(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Return the Fréchet distance of the Gaussians that fit two sets (Kilgour et al. 2019).

    ``|mx - my|² + tr(Sx + Sy - 2 (Sx Sy)^½)``, in squared units of the embedding. It sees means and
    covariances only, and it is biased: two small sets of the same kind have a distance, and the
    fewer sounds there are, the larger it is. Compare values of the same embedding and the same
    number of sounds only, and beside the distance of real sounds from real sounds.

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
    a, b = checked_pair(x, y)
    mean_a, mean_b = a.mean(axis=0), b.mean(axis=0)
    a, b = _root(a - mean_a), _root(b - mean_b)
    # With Sx = a'a and Sy = b'b, the eigenvalues of Sx Sy are those of (ab')(ab')'. The trace of
    # its root is therefore the sum of the singular values of ab'. This takes no root of a singular
    # matrix, so that nothing turns complex and no digits are lost.
    cross = float(np.linalg.svd(a @ b.T, compute_uv=False).sum())
    spread = float(np.square(a).sum() + np.square(b).sum())
    return max(0.0, float(np.square(mean_a - mean_b).sum()) + spread - 2 * cross)


def _root(centred: DoubleArray) -> DoubleArray:
    """Return a matrix with at most `dim` rows whose product with itself is the covariance."""
    scaled = centred / np.sqrt(len(centred) - 1)
    if len(scaled) > scaled.shape[1]:
        scaled = np.asarray(np.linalg.qr(scaled, mode="r"))
    return np.asarray(scaled)
