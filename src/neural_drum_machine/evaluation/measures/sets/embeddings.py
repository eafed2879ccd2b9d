"""Checks that the distances between sets share. A row of an embedding matrix is one sound."""

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray
from neural_drum_machine.errors import DatasetError


def checked(x: npt.ArrayLike) -> DoubleArray:
    """Return embeddings ``(n, dim)`` in float64.

    Raises
    ------
    DatasetError
        If the shape differs, there are fewer than two rows, or a number is not finite.
    """
    out = np.asarray(x, np.float64)
    if out.ndim != 2 or len(out) < 2 or not np.isfinite(out).all():
        raise DatasetError(
            f"need at least 2 finite embeddings of shape (n, dim), got shape {out.shape}"
        )
    return out


def checked_pair(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[DoubleArray, DoubleArray]:
    """Return two sets of embeddings in float64.

    Raises
    ------
    DatasetError
        As :func:`checked`, or if the sets have different numbers of dimensions.
    """
    a, b = checked(x), checked(y)
    if a.shape[1] != b.shape[1]:
        raise DatasetError(
            f"embeddings of {a.shape[1]} and of {b.shape[1]} dimensions cannot be compared"
        )
    return a, b
