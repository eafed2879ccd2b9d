"""Dealing kits into folds, so that every recording is named by one who never heard its kit.

What a split holds out of a thin category is too little to judge by; folds ask about all of it.
"""

import json
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from neural_drum_machine.categories import CATEGORIES, category_index
from neural_drum_machine.dataset.index import AUGMENTED, REAL, Entry
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.prepare.recordings.duplicates import near_duplicates, spectral_print
from neural_drum_machine.prepare.recordings.thumbnail import thumbnail

Counts = npt.NDArray[np.int64]


def deal_kits(real: list[Entry], folds: int) -> dict[str, int]:
    """Deal kits into folds so that each fold has about the same share of every category.

    Parameters
    ----------
    real : list of Entry
        The recordings.
    folds : int
        How many.

    Returns
    -------
    dict
        The fold of each kit.
    """
    counts: dict[str, npt.NDArray[np.float64]] = {}
    for entry in real:
        counts.setdefault(entry.kit, np.zeros(len(CATEGORIES)))[category_index(entry.category)] += 1
    totals = np.maximum(sum(counts.values(), np.zeros(len(CATEGORIES))), 1)
    loads = np.zeros((folds, len(CATEGORIES)))
    dealt = {}
    # Large kits first: the small ones then even out what these left uneven.
    for kit in sorted(counts, key=lambda name: (-(counts[name] / totals).max(), name)):
        share = counts[kit] / totals
        added = np.square(loads + share).sum(axis=1) - np.square(loads).sum(axis=1)
        fold = int(added.argmin())
        loads[fold] += share
        dealt[kit] = fold
    return dealt


@dataclass(frozen=True, slots=True)
class Folds:
    """Recordings dealt by kit, and what must not be learned before a fold is asked about.

    Attributes
    ----------
    fold_of : dict
        The fold of each recording, by its name.
    copies : dict
        The names of the near-duplicates of each recording that has some.
    """

    fold_of: dict[str, int]
    copies: dict[str, set[str]]

    @classmethod
    def deal(cls, data: Dataset, folds: int) -> Self:
        """Deal a dataset's recordings into `folds` parts, and look for near-duplicates."""
        rows = [row for row, entry in enumerate(data.entries) if entry.origin == REAL]
        entries = [data.entries[row] for row in rows]
        dealt = deal_kits(entries, folds)
        prints = [spectral_print(thumbnail(data.wave(row), data.spec.sr)) for row in rows]
        pairs = near_duplicates(
            np.stack(prints), lambda i: data.waves[rows[i], : entries[i].length], data.spec.sr
        )
        copies: dict[str, set[str]] = {}
        for i, j, _ in pairs:
            a, b = entries[i].name, entries[j].name
            copies.setdefault(a, set()).add(b)
            copies.setdefault(b, set()).add(a)
        return cls({entry.name: dealt[entry.kit] for entry in entries}, copies)

    def touched(self, entry: Entry) -> set[int]:
        """Return the folds that hold a sound, what it was made from, or a copy of either."""
        if entry.origin == REAL:
            parents = [entry.name]
        else:
            parents = json.loads(entry.parents) if entry.origin == AUGMENTED else []
        related = {name for parent in parents for name in (parent, *self.copies.get(parent, ()))}
        return {self.fold_of[name] for name in related}


def confusion(truth: npt.NDArray[np.int64], named: npt.NDArray[np.int64]) -> Counts:
    """Return counts ``(11, 11)``: true (or asked) category in rows, named one in columns."""
    out = np.zeros((len(CATEGORIES), len(CATEGORIES)), np.int64)
    np.add.at(out, (truth, named), 1)
    return out


def shares(counts: Counts) -> npt.NDArray[np.float64]:
    """Return the share of each category's sounds that was named right; NaN where there are none."""
    totals = counts.sum(axis=1)
    out = np.full(len(counts), np.nan)
    np.divide(counts.diagonal(), totals, out=out, where=totals > 0)
    return out


def mistaken_for(counts: Counts, i: int) -> tuple[str, int] | None:
    """Return the category that category `i` is most often mistaken for, and how often, if it is."""
    others = counts[i].copy()
    others[i] = 0
    most = int(others.argmax())
    return (CATEGORIES[most], int(others[most])) if others[most] else None
