"""The map of a library for a program that draws it: a place and a few facts of every sound."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray, FloatArray, IntArray
from neural_drum_machine.library.database import Database
from neural_drum_machine.library.layout import place
from neural_drum_machine.library.nearness import DIMENSIONS
from neural_drum_machine.text import clean

BY_LIKENESS: Final = "likeness"
"""Alike sounds lie near each other: the map that :func:`.layout.draw_map` has computed."""
BY_VALUES: Final = "values"
"""Brighter sounds lie to the right and longer ones higher: there is no computed map."""
OUTLIERS: Final = 0.01
"""Sounds beyond this share at each end of an axis lie on the edge of the map by values."""
_VALUES: Final = ("centroid", "decay", "pitch", "seconds")
_BLOCK: Final = 256


@dataclass(frozen=True, slots=True)
class MapPoints:
    """All sounds of a library at one moment, by their numbers ascending.

    Attributes
    ----------
    ids : numpy.ndarray
        Shape ``(n,)``.
    places : numpy.ndarray
        Shape ``(n, 2)``, from 0 to 1, the second one upwards.
    layout : str
        :data:`BY_LIKENESS` or :data:`BY_VALUES`.
    names, kits, categories : list of str
        The file's own name without folders and ending; the last part of the kit, empty where a
        file alone is its kit; the category.
    doubts : numpy.ndarray
        Shape ``(n,)``: how probable it is that the category is wrong.
    values : dict of str to numpy.ndarray
        ``centroid`` in Hz, ``decay`` in s, ``pitch`` in Hz and ``seconds``, each ``(n,)``; NaN
        where there is none.
    """

    ids: IntArray
    places: DoubleArray
    layout: str
    names: list[str]
    kits: list[str]
    categories: list[str]
    doubts: FloatArray
    values: dict[str, FloatArray]


def map_points(database: Database) -> MapPoints:
    """Return the map of a library.

    Without a computed map, the places come from brightness and decay: that takes milliseconds, and
    a reader can tell what the directions mean. Sounds that a computed map has not placed yet lie
    among their nearest ones.

    Raises
    ------
    LibraryError
        If the library cannot be read.
    """
    rows = database.all(
        f"SELECT id, name, kit, category, doubt, x, y, {', '.join(_VALUES)} "  # noqa: S608
        "FROM files WHERE why IS NULL ORDER BY id"
    )
    columns = list(zip(*rows, strict=True)) or [()] * (7 + len(_VALUES))
    values = {
        name: np.array(column, np.float32)
        for name, column in zip(_VALUES, columns[7:], strict=True)
    }
    ids = np.array(columns[0], np.int64)
    places = np.array(columns[5:7], np.float64).T.reshape(-1, 2)
    known: npt.NDArray[np.bool_] = np.isfinite(places[:, 0])
    layout = BY_LIKENESS if known.any() else BY_VALUES
    if not known.any():
        places = places_by_values(values["centroid"], values["decay"])
    elif not known.all():
        _place_others(database, ids, places, known)
    return MapPoints(
        ids,
        places.clip(0, 1),
        layout,
        [_own_name(name) for name in columns[1]],
        [_own_kit(*each) for each in zip(columns[2], columns[1], strict=True)],
        list(columns[3]),
        np.array(columns[4], np.float32),
        values,
    )


def places_by_values(brightness: FloatArray, decay: FloatArray) -> DoubleArray:
    """Return places ``(n, 2)`` from 0 to 1: brightness to the right, decay upwards.

    Both axes are logarithmic, as hearing is, and stretched where many sounds lie: a place is the
    mean of the value's and of its rank's. A sound without a value lies in the middle.

    Parameters
    ----------
    brightness, decay : numpy.ndarray
        Shape ``(n,)``; positive, or NaN.
    """
    return np.stack([_axis(brightness), _axis(decay)], axis=1)


def _axis(values: FloatArray) -> DoubleArray:
    logs = np.full(len(values), np.nan)
    usable = np.isfinite(values) & (values > 0)
    logs[usable] = np.log(values[usable])
    if not usable.any():
        return np.full(len(values), 0.5)
    low, middle, high = np.nanquantile(logs, (OUTLIERS, 0.5, 1 - OUTLIERS))
    known: DoubleArray = np.where(usable, logs, middle)
    scaled = ((known - low) / (high - low if high > low else 1.0)).clip(0, 1)
    order = np.sort(known)
    ranks = (np.searchsorted(order, known) + np.searchsorted(order, known, "right") - 1) / 2
    out: DoubleArray = (scaled + ranks / max(1, len(known) - 1)) / 2
    return out


def _place_others(
    database: Database, ids: IntArray, places: DoubleArray, known: npt.NDArray[np.bool_]
) -> None:
    """Place the sounds that are not on the computed map."""
    rows = dict(database.all("SELECT id, near FROM vectors"))
    # A sound that was forgotten meanwhile has no point any more, and lies in a corner until the
    # map is asked for again.
    blank = bytes(2 * DIMENSIONS)
    joined = b"".join(rows.get(number, blank) for number in ids.tolist())
    points = np.frombuffer(joined, "<f2").astype(np.float32).reshape(-1, DIMENSIONS)
    missing = np.flatnonzero(~known)
    landmarks, anchors = points[known], places[known]
    for first in range(0, len(missing), _BLOCK):
        part = missing[first : first + _BLOCK]
        places[part] = place(points[part], landmarks, anchors)


def _own_name(name: str) -> str:
    own = clean(name).rpartition("/")[2]
    return own.rpartition(".")[0] or own


def _own_kit(kit: str | None, name: str) -> str:
    """Return the last part of a kit; nothing where a file alone is its kit."""
    own = clean(kit or "").rpartition("/")[2]
    return "" if own == clean(name).rpartition("/")[2] else own
