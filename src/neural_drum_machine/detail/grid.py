"""Coarse grids over a spectrogram: means of groups, and interpolation between groups."""

import numpy as np

from neural_drum_machine.arrays import FloatArray


def group_means(x: FloatArray, *sizes: int) -> FloatArray:
    """Return the means of groups of neighbouring values.

    Parameters
    ----------
    x : numpy.ndarray
        Shape ``(..., n_1, …, n_k)``.
    *sizes : int
        Length of a group along each of the last axes. Where a size does not divide the axis, the
        last value is repeated.

    Returns
    -------
    numpy.ndarray
        Shape ``(..., ceil(n_1 / size_1), …, ceil(n_k / size_k))``.
    """
    kept = x.ndim - len(sizes)
    pads = [-n % size for n, size in zip(x.shape[kept:], sizes, strict=True)]
    padded = np.pad(x, [(0, 0)] * kept + [(0, n) for n in pads], mode="edge")
    shape = [
        part
        for n, size in zip(padded.shape[kept:], sizes, strict=True)
        for part in (n // size, size)
    ]
    grouped = padded.reshape(*x.shape[:kept], *shape)
    out: FloatArray = grouped.mean(axis=tuple(range(kept + 1, grouped.ndim, 2)))
    return out


def interpolation(n: int, group: int) -> FloatArray:
    """Return the matrix that interpolates linearly between the middles of groups.

    Parameters
    ----------
    n : int
        Number of places.
    group : int
        Places in a group.

    Returns
    -------
    numpy.ndarray
        Shape ``(n, ceil(n / group))``, float32; each row sums to 1.
    """
    groups = -(-n // group)
    place = np.clip((np.arange(n) + 0.5) / group - 0.5, 0, groups - 1)
    distance = np.abs(place[:, None] - np.arange(groups))
    out: FloatArray = np.maximum(0, 1 - distance).astype(np.float32)
    return out
