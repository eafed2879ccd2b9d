"""Confusion counts: true categories in rows, predicted categories in columns."""

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import IntArray
from neural_drum_machine.categories import CATEGORIES


def confusion(truth: IntArray, predicted: IntArray) -> IntArray:
    """Return counts ``(11, 11)``: true (or requested) category in rows, predicted in columns.

    Parameters
    ----------
    truth, predicted : numpy.ndarray
        Shape ``(n,)``, category numbers.
    """
    out = np.zeros((len(CATEGORIES), len(CATEGORIES)), np.int64)
    np.add.at(out, (truth, predicted), 1)
    return out


def shares(counts: IntArray) -> npt.NDArray[np.float64]:
    """Return the share of correct predictions of each category, ``(11,)``; NaN without sounds."""
    totals = counts.sum(axis=1)
    out = np.full(len(counts), np.nan)
    np.divide(counts.diagonal(), totals, out=out, where=totals > 0)
    return out


def mistaken_for(counts: IntArray, i: int) -> tuple[str, int] | None:
    """Return the most frequent wrong prediction for category `i` and its count, if there is one."""
    others = counts[i].copy()
    others[i] = 0
    most = int(others.argmax())
    return (CATEGORIES[most], int(others[most])) if others[most] else None
