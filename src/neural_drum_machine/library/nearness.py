"""Which sounds are near each other: 64 numbers of a sound, whose distance says how alike two are.

Half of the variance is the spectrum as it changes in time: the thumbnail's bands, with frames that
become longer towards the end, for an ear hears the attack more finely than the tail. The other half
is what the labeller's last layer sees, which tells categories apart. Both are the principal
components of recordings of the open dataset's training kits. ``scripts/fit_nearness`` makes the
file, and ``benchmarks/library.py`` measures how well neighbours agree.
"""

import io
import zipfile
from collections.abc import Mapping
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import LibraryError

DIMENSIONS: Final = 64
PICTURE: Final = 40
"""Numbers that describe the picture; the others describe the labeller's features."""
EDGES: Final = (0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 28, 40, 60, 86)
"""Frames of the thumbnail between which its levels are averaged."""
_FLOOR: Final = np.float32(-7.0)
"""Nepers under the loudest point: 61 dB."""
_FILE: Final = "nearness.npz"


def picture(thumbnails: FloatArray) -> FloatArray:
    """Return the levels of thumbnails, coarser in time towards the end.

    Parameters
    ----------
    thumbnails : numpy.ndarray
        Shape ``(n, 64, 86)``, magnitudes.

    Returns
    -------
    numpy.ndarray
        Shape ``(n, 832)``: nepers relative to the loudest point, −7 to 0.
    """
    logs = np.log(thumbnails + np.float32(0.01))
    logs -= logs.max(axis=(1, 2), keepdims=True)
    np.maximum(logs, _FLOOR, out=logs)
    parts = [logs[..., a:b].mean(axis=2) for a, b in pairwise(EDGES)]
    return np.concatenate(parts, axis=1)


class Nearness:
    """Thumbnails and the labeller's features to points whose distances matter.

    Parameters
    ----------
    arrays : mapping
        ``picture.mean``, ``picture.axes``, ``features.mean`` and ``features.axes``: of each half
        the mean ``(m,)`` and the scaled axes ``(m, k)``.
    """

    def __init__(self, arrays: Mapping[str, FloatArray]) -> None:
        self._halves = [
            (arrays[f"{half}.mean"].astype(np.float32), arrays[f"{half}.axes"].astype(np.float32))
            for half in ("picture", "features")
        ]

    @classmethod
    @cache
    def load(cls) -> "Nearness":
        """Return the axes that the package contains.

        Raises
        ------
        LibraryError
            If they are missing or damaged.
        """
        path = resources.files("neural_drum_machine") / "weights" / _FILE
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
                return cls(arrays)
        except (EOFError, LookupError, OSError, ValueError, zipfile.BadZipFile) as error:
            raise LibraryError(
                f"{_FILE} in the package is damaged ({error}); install the package again"
            ) from error

    def __call__(self, thumbnails: FloatArray, features: FloatArray) -> FloatArray:
        """Return the points of sounds.

        Parameters
        ----------
        thumbnails : numpy.ndarray
            Shape ``(n, 64, 86)``, magnitudes.
        features : numpy.ndarray
            Shape ``(n, 192)``, of the labeller.

        Returns
        -------
        numpy.ndarray
            Shape ``(n, 64)``. Recordings of the open dataset lie about 1.4 from their mean.
        """
        parts = [
            (values - mean) @ axes
            for values, (mean, axes) in zip(
                (picture(thumbnails), features), self._halves, strict=True
            )
        ]
        return np.concatenate(parts, axis=1)


def fit(thumbnails: FloatArray, features: FloatArray) -> dict[str, FloatArray]:
    """Return the arrays of :class:`Nearness` for sounds, each half with a variance of 1."""
    out = {}
    # The labeller's features have different scales; the bands of a picture have one.
    spreads = (np.float32(1), features.std(axis=0) + np.float32(1e-6))
    values = (picture(thumbnails), features)
    for name, x, spread, count in zip(
        ("picture", "features"), values, spreads, (PICTURE, DIMENSIONS - PICTURE), strict=True
    ):
        mean = x.mean(axis=0)
        scaled = (x - mean) / spread
        axes = np.linalg.svd(scaled, full_matrices=False)[2][:count].T
        size = np.sqrt(np.square(scaled @ axes).sum(axis=1).mean())
        out[f"{name}.mean"] = mean.astype(np.float32)
        out[f"{name}.axes"] = (axes / size / np.reshape(spread, (-1, 1))).astype(np.float16)
    return out
