"""A test whether made sounds stand for real ones.

A classifier that has heard nothing but augmented and synthesised sounds is asked to name real
sounds of kits that none of them was made from. Where it fails, what was made is wrong. The kits are
dealt into folds, each of which is left out once, so that every recording is named by a classifier
that never heard its kit: what a split holds out of a thin category is too little to judge by.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neural_drum_machine.data.duplicates import near_duplicates, spectral_print
from neural_drum_machine.data.entries import AUGMENTED, REAL, Entry
from neural_drum_machine.data.report import table
from neural_drum_machine.data.store import Dataset
from neural_drum_machine.data.thumbnail import thumbnail
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.spec import CATEGORIES, category_index
from neural_drum_machine.training.classifier import scores, thumbnails, train_classifier

WANTED_MEAN, WANTED_EACH = 0.8, 0.6


@dataclass(frozen=True, slots=True)
class MadeCheck:
    """How real sounds were named.

    Attributes
    ----------
    confusion : numpy.ndarray
        Shape ``(11, 11)``: real category in rows, given name in columns, counts.
    held_out : numpy.ndarray
        The same of the dataset's validation sounds alone.
    made : int
        Made sounds of the dataset.
    folds : int
        How many times a classifier was trained.
    """

    confusion: npt.NDArray[np.int64]
    held_out: npt.NDArray[np.int64]
    made: int
    folds: int

    @property
    def accuracy(self) -> npt.NDArray[np.float64]:
        """Share of each category's real sounds that were named right; NaN where there are none."""
        totals = self.confusion.sum(axis=1)
        out = np.full(len(CATEGORIES), np.nan)
        np.divide(self.confusion.diagonal(), totals, out=out, where=totals > 0)
        return out

    @property
    def mean(self) -> float:
        """Mean of the categories' accuracies."""
        return float(np.nanmean(self.accuracy))


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


def check_made(
    data: Dataset,
    *,
    steps: int = 1500,
    folds: int = 4,
    batch_size: int = 128,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> MadeCheck:
    """Train classifiers on a dataset's made sounds alone and name its recordings.

    Parameters
    ----------
    data : Dataset
        With made sounds (``--per-category``).
    steps : int
        Of each classifier's training.
    folds : int
        Parts that the kits are dealt into, at least 2.
    batch_size : int
        Sounds in a step.
    seed : int
        Of the classifiers.
    progress : callable, optional
        Called with (folds done, in all).

    Returns
    -------
    MadeCheck
        The result.

    Raises
    ------
    DatasetError
        If there are no made sounds or too few kits.
    """
    made = [row for row, entry in enumerate(data.entries) if entry.origin != REAL]
    real = [row for row, entry in enumerate(data.entries) if entry.origin == REAL]
    kits = {entry.name: entry.kit for entry in data.entries if entry.origin == REAL}
    if not made:
        raise DatasetError(f"{data.folder}: has no made sounds; prepare it with --per-category")
    if not 2 <= folds <= len(set(kits.values())):
        raise DatasetError(
            f"--folds must lie between 2 and the number of kits, {len(set(kits.values()))}; "
            f"got {folds}"
        )
    fold_of = deal_kits([data.entries[row] for row in real], folds)
    copies = _copies(data, real)
    heard = [_folds_of(data.entries[row], kits, fold_of, copies) for row in made]
    mels, tests = thumbnails(data, made), thumbnails(data, real)
    classes = np.array([category_index(data.entries[row].category) for row in made])
    truth = np.array([category_index(data.entries[row].category) for row in real])
    folds_of_real = np.array([fold_of[data.entries[row].kit] for row in real])
    named = np.zeros(len(real), np.int64)
    for fold in range(folds):
        if progress:
            progress(fold, folds)
        learned = np.array([fold not in parents for parents in heard])
        model = train_classifier(
            mels[learned], classes[learned], steps=steps, batch_size=batch_size, seed=seed
        )
        asked = folds_of_real == fold
        # The twelfth class was never trained and does not stand for election.
        named[asked] = scores(model, tests[asked])[:, : len(CATEGORIES)].argmax(axis=1)
    if progress:
        progress(folds, folds)
    held = np.array([data.entries[row].split == "validation" for row in real])
    return MadeCheck(
        _confusion(truth, named), _confusion(truth[held], named[held]), len(made), folds
    )


def _copies(data: Dataset, real: list[int]) -> dict[str, set[str]]:
    """Return the names of the near-duplicates of each recording that has some."""
    prints = [spectral_print(thumbnail(data.wave(row), data.spec.sr)) for row in real]
    pairs = near_duplicates(
        np.stack(prints),
        lambda i: data.waves[real[i], : data.entries[real[i]].length],
        data.spec.sr,
    )
    out: dict[str, set[str]] = {}
    for i, j, _ in pairs:
        a, b = data.entries[real[i]].name, data.entries[real[j]].name
        out.setdefault(a, set()).add(b)
        out.setdefault(b, set()).add(a)
    return out


def _folds_of(
    entry: Entry, kits: dict[str, str], fold_of: dict[str, int], copies: dict[str, set[str]]
) -> set[int]:
    """Return the folds that hold what a made sound was made from, or a copy of that."""
    parents = json.loads(entry.parents) if entry.origin == AUGMENTED else []
    related = {name for parent in parents for name in (parent, *copies.get(parent, ()))}
    return {fold_of[kits[name]] for name in related}


def _confusion(truth: npt.NDArray[np.int64], named: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    out = np.zeros((len(CATEGORIES), len(CATEGORIES)), np.int64)
    np.add.at(out, (truth, named), 1)
    return out


def to_markdown(check: MadeCheck) -> str:
    """Return the result as Markdown: accuracy of each category, most frequent confusion."""
    rows = []
    for i, category in enumerate(CATEGORIES):
        line = check.confusion[i].copy()
        total, right = int(line.sum()), int(line[i])
        line[i] = 0
        wrong = f"{CATEGORIES[int(line.argmax())]} ({line.max()})" if line.any() else "–"
        share = f"{100 * right / total:.0f} %" if total else "–"
        held = check.held_out[i]
        rows.append([category, total, share, wrong, f"{held[i]} of {held.sum()}"])
    low = [
        category
        for category, value in zip(CATEGORIES, check.accuracy, strict=True)
        if value < WANTED_EACH
    ]
    lines = [
        f"Trained on {check.made} made sounds alone (in {check.folds} folds, always without those "
        f"made from the kits in question), asked for {int(check.confusion.sum())} real ones: "
        f"{100 * check.mean:.1f} % named right (mean over categories; wanted: "
        f"{100 * WANTED_MEAN:.0f} %).",
        "",
        *table(
            ["category", "real sounds", "named right", "most often mistaken for", "held out ones"],
            rows,
        ),
    ]
    if low:
        lines += ["", f"**Under {100 * WANTED_EACH:.0f} %: {', '.join(low)}.**"]
    return "\n".join(lines)
