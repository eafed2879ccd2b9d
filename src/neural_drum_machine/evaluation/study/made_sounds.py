"""A test whether made sounds stand for real ones.

A classifier that has heard nothing but augmented and synthesised sounds is asked to name real
sounds of kits that none of them was made from. Where it fails, what was made is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neural_drum_machine.categories import CATEGORIES, category_index
from neural_drum_machine.dataset.index import REAL
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.judges.folds import Folds, confusion, mistaken_for, shares
from neural_drum_machine.prepare.report import table
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
        return shares(self.confusion)

    @property
    def mean(self) -> float:
        """Mean of the categories' accuracies."""
        return float(np.nanmean(self.accuracy))


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
    kits = {entry.kit for entry in data.entries if entry.origin == REAL}
    if not made:
        raise DatasetError(f"{data.folder}: has no made sounds; prepare it with --per-category")
    if not 2 <= folds <= len(kits):
        raise DatasetError(
            f"--folds must lie between 2 and the number of kits, {len(kits)}; got {folds}"
        )
    dealt = Folds.deal(data, folds)
    heard = [dealt.touched(data.entries[row]) for row in made]
    mels, tests = thumbnails(data, made), thumbnails(data, real)
    classes = np.array([category_index(data.entries[row].category) for row in made])
    truth = np.array([category_index(data.entries[row].category) for row in real])
    folds_of_real = np.array([dealt.fold_of[data.entries[row].name] for row in real])
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
    return MadeCheck(confusion(truth, named), confusion(truth[held], named[held]), len(made), folds)


def to_markdown(check: MadeCheck) -> str:
    """Return the result as Markdown: accuracy of each category, most frequent confusion."""
    rows = []
    for i, category in enumerate(CATEGORIES):
        total, right = int(check.confusion[i].sum()), int(check.confusion[i, i])
        mistaken = mistaken_for(check.confusion, i)
        wrong = f"{mistaken[0]} ({mistaken[1]})" if mistaken else "–"
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
