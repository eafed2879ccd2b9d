"""The map of a library: near sounds lie near each other. It is computed once, and kept.

The map is a t-SNE (van der Maaten and Hinton 2008) by openTSNE, begun at the two main directions,
which keeps the large distances in order (Kobak and Berens 2019). openTSNE is chosen because its
wheels are complete, whereas UMAP brings a compiler (Numba), whose import alone takes seconds.
In a large library 10,000 sounds are laid out, and every other sound is placed among its nearest
ones of these. New sounds are placed in the same way, without openTSNE, and nothing else moves.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from neural_drum_machine.arrays import DoubleArray, FloatArray
from neural_drum_machine.extras import require
from neural_drum_machine.library.database import Database
from neural_drum_machine.library.nearness import DIMENSIONS

LANDMARKS: Final = 10_000
"""Most sounds that are laid out together: more take minutes."""
NEIGHBOURS: Final = 5
"""Sounds among which another one is placed."""
FEW: Final = 12
"""So few sounds are laid out by their two main directions alone."""
_BLOCK: Final = 256


def draw_map(
    database: Database,
    *,
    again: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Give every sound of a library a place on the map, and keep it.

    Parameters
    ----------
    database : Database
        The library.
    again : bool
        Lay out the whole map anew.
    progress : callable, optional
        Called with (sounds that have a place, sounds in all).

    Raises
    ------
    MissingExtraError
        If the map has to be laid out, and openTSNE is not installed.
    LibraryError
        If the library cannot be written.
    """
    rows = database.all(
        "SELECT id, near, x, y FROM files JOIN vectors USING (id) WHERE why IS NULL ORDER BY id"
    )
    if not rows:
        return
    points = np.frombuffer(b"".join(row[1] for row in rows), "<f2").astype(np.float32)
    points = points.reshape(-1, DIMENSIONS)
    places = np.array([row[2:] for row in rows], np.float64)
    if again:
        places[:] = np.nan
    if np.isnan(places).all():
        chosen = np.sort(np.random.default_rng(0).permutation(len(rows))[:LANDMARKS])
        places[chosen] = arrange(points[chosen])
    known = np.flatnonzero(~np.isnan(places[:, 0]))
    landmarks, anchors = points[known], places[known]
    missing = np.flatnonzero(np.isnan(places[:, 0]))
    for first in range(0, len(missing), _BLOCK):
        part = missing[first : first + _BLOCK]
        places[part] = place(points[part], landmarks, anchors)
        if progress:
            progress(len(known) + first + len(part), len(rows))
    if progress:
        progress(len(rows), len(rows))
    changed = [
        (float(x), float(y), row[0])
        for (x, y), row in zip(places, rows, strict=True)
        if (x, y) != row[2:]
    ]
    with database.transaction():
        database.change_many("UPDATE files SET x = ?, y = ? WHERE id = ?", changed)


def arrange(points: FloatArray) -> DoubleArray:
    """Return the places of points ``(n, 64)`` on a map, ``(n, 2)``, from 0 to 1.

    Raises
    ------
    MissingExtraError
        If there are more than a few points, and openTSNE is not installed.
    """
    if len(points) <= FEW:
        centred = points - points.mean(axis=0)
        axes = np.linalg.svd(centred, full_matrices=False)[2][:2]
        flat = np.zeros((len(points), 2))
        flat[:, : len(axes)] = centred @ axes.T
        return _scaled(flat)
    require("openTSNE", "map")
    from openTSNE import TSNE

    layout = TSNE(
        perplexity=min(30, (len(points) - 1) / 3), initialization="pca", random_state=0, n_jobs=1
    ).fit(points)
    return _scaled(np.asarray(layout, np.float64))


def place(points: FloatArray, landmarks: FloatArray, places: DoubleArray) -> DoubleArray:
    """Return places for points among landmarks that have one: between their nearest ones.

    Parameters
    ----------
    points : numpy.ndarray
        Shape ``(n, 64)``.
    landmarks : numpy.ndarray
        Shape ``(m, 64)``, at least one.
    places : numpy.ndarray
        Shape ``(m, 2)``.

    Returns
    -------
    numpy.ndarray
        Shape ``(n, 2)``: the mean of the nearest places, weighted with the inverse of the squared
        distance; a point that equals a landmark gets its place.
    """
    squares = np.square(landmarks).sum(axis=1)
    square = np.square(points).sum(axis=1)[:, None] + squares - 2 * points @ landmarks.T
    count = min(NEIGHBOURS, len(landmarks))
    best = np.argpartition(square, count - 1, axis=1)[:, :count]
    away = np.maximum(np.take_along_axis(square, best, axis=1), 1e-6).astype(np.float64)
    weights = 1 / away
    weights /= weights.sum(axis=1, keepdims=True)
    out: DoubleArray = np.einsum("nk,nkd->nd", weights, places[best])
    return out


def _scaled(flat: DoubleArray) -> DoubleArray:
    """Return places between 0 and 1, with both axes enlarged alike."""
    low = flat.min(axis=0)
    size = float((flat.max(axis=0) - low).max()) or 1.0
    out: DoubleArray = (flat - low) / size
    return out
