"""Folds of kits, so that a classifier can be asked about recordings of kits it was not trained on.

The validation side of a split holds too few sounds of a small category to judge by. With folds,
every recording is predicted once.
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


def deal_kits(real: list[Entry], folds: int) -> dict[str, int]:
    """Distribute kits over folds so that each has about the same share of every category.

    Parameters
    ----------
    real : list of Entry
        The recordings.
    folds : int
        Number of folds.

    Returns
    -------
    dict
        The fold of each kit, by its name.
    """
    counts: dict[str, npt.NDArray[np.float64]] = {}
    for entry in real:
        counts.setdefault(entry.kit, np.zeros(len(CATEGORIES)))[category_index(entry.category)] += 1
    totals = np.maximum(sum(counts.values(), np.zeros(len(CATEGORIES))), 1)
    loads = np.zeros((folds, len(CATEGORIES)))
    fold_of = {}
    # Large kits first: small kits then even out the differences.
    for kit in sorted(counts, key=lambda name: (-(counts[name] / totals).max(), name)):
        share = counts[kit] / totals
        added = np.square(loads + share).sum(axis=1) - np.square(loads).sum(axis=1)
        fold = int(added.argmin())
        loads[fold] += share
        fold_of[kit] = fold
    return fold_of


@dataclass(frozen=True, slots=True)
class Folds:
    """Recordings in folds by kit, and the sounds related to each fold.

    A classifier that is asked about a fold must not be trained on related sounds.

    Attributes
    ----------
    fold_of : dict
        The fold of each recording, by its name.
    copies : dict
        The names of the near-duplicates of each recording that has any.
    """

    fold_of: dict[str, int]
    copies: dict[str, set[str]]

    @classmethod
    def deal(cls, data: Dataset, folds: int) -> Self:
        """Distribute a dataset's recordings over folds by kit, and find near-duplicates."""
        rows = [row for row, entry in enumerate(data.entries) if entry.origin == REAL]
        entries = [data.entries[row] for row in rows]
        fold_of_kit = deal_kits(entries, folds)
        prints = [
            spectral_print(thumbnail(data.wave(row)[data.spec.pre_roll :], data.spec.sr))
            for row in rows
        ]
        pairs = near_duplicates(
            np.stack(prints), lambda i: data.waves[rows[i], : entries[i].length], data.spec.sr
        )
        copies: dict[str, set[str]] = {}
        for i, j, _ in pairs:
            a, b = entries[i].name, entries[j].name
            copies.setdefault(a, set()).add(b)
            copies.setdefault(b, set()).add(a)
        return cls({entry.name: fold_of_kit[entry.kit] for entry in entries}, copies)

    def related(self, entry: Entry) -> set[int]:
        """Return the folds that hold a sound, one of its parents, or a near-duplicate of either."""
        if entry.origin == REAL:
            parents = [entry.name]
        else:
            parents = json.loads(entry.parents) if entry.origin == AUGMENTED else []
        names = {name for parent in parents for name in (parent, *self.copies.get(parent, ()))}
        return {self.fold_of[name] for name in names}
