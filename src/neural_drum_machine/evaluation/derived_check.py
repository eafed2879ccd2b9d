"""A check of a dataset's derived (augmented and synthesised) sounds.

A classifier is trained on derived sounds only. It then predicts the categories of recordings of
kits that none of its training sounds was derived from. If it fails for a category, the derived
sounds of that category are unlike real ones.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neural_drum_machine.categories import CATEGORIES, category_index
from neural_drum_machine.dataset.index import REAL
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.judges.confusion import confusion, mistaken_for, shares
from neural_drum_machine.evaluation.judges.folds import Folds
from neural_drum_machine.prepare.report import table
from neural_drum_machine.training.classifier import scores, thumbnails, train_classifier

TARGET_MEAN, TARGET_EACH = 0.8, 0.6


@dataclass(frozen=True, slots=True)
class DerivedCheck:
    """Predictions for real sounds.

    Attributes
    ----------
    confusion : numpy.ndarray
        Shape ``(11, 11)``, counts: true category in rows, predicted category in columns.
    held_out : numpy.ndarray
        The same for the dataset's validation sounds only.
    derived : int
        Number of derived sounds of the dataset.
    folds : int
        Number of classifiers.
    """

    confusion: npt.NDArray[np.int64]
    held_out: npt.NDArray[np.int64]
    derived: int
    folds: int

    @property
    def accuracy(self) -> npt.NDArray[np.float64]:
        """Share of correct predictions of each category, ``(11,)``; NaN without sounds."""
        return shares(self.confusion)

    @property
    def mean(self) -> float:
        """Mean accuracy over the categories."""
        return float(np.nanmean(self.accuracy))


def check_derived(
    data: Dataset,
    *,
    steps: int = 1500,
    folds: int = 4,
    batch_size: int = 128,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> DerivedCheck:
    """Train classifiers on a dataset's derived sounds only and let them predict its recordings.

    Parameters
    ----------
    data : Dataset
        A dataset with derived sounds (prepared with ``--per-category``).
    steps : int
        Training steps of each classifier.
    folds : int
        Number of folds of the kits, at least 2.
    batch_size : int
        Sounds in a training step.
    seed : int
        Seed of the classifiers.
    progress : callable, optional
        Called with (folds done, total).

    Returns
    -------
    DerivedCheck
        The result.

    Raises
    ------
    DatasetError
        If there are no derived sounds or too few kits.
    """
    derived = [row for row, entry in enumerate(data.entries) if entry.origin != REAL]
    real = [row for row, entry in enumerate(data.entries) if entry.origin == REAL]
    kits = {entry.kit for entry in data.entries if entry.origin == REAL}
    if not derived:
        raise DatasetError(f"{data.folder}: has no derived sounds; prepare it with --per-category")
    if not 2 <= folds <= len(kits):
        raise DatasetError(
            f"--folds must lie between 2 and the number of kits, {len(kits)}; got {folds}"
        )
    divided = Folds.deal(data, folds)
    related = [divided.related(data.entries[row]) for row in derived]
    mels, tests = thumbnails(data, derived), thumbnails(data, real)
    classes = np.array([category_index(data.entries[row].category) for row in derived])
    truth = np.array([category_index(data.entries[row].category) for row in real])
    folds_of_real = np.array([divided.fold_of[data.entries[row].name] for row in real])
    predicted = np.zeros(len(real), np.int64)
    for fold in range(folds):
        if progress:
            progress(fold, folds)
        learned = np.array([fold not in folds_of_parents for folds_of_parents in related])
        model = train_classifier(
            mels[learned], classes[learned], steps=steps, batch_size=batch_size, seed=seed
        )
        asked = folds_of_real == fold
        # The twelfth class, "other", has no training sounds and is ignored.
        predicted[asked] = scores(model, tests[asked])[:, : len(CATEGORIES)].argmax(axis=1)
    if progress:
        progress(folds, folds)
    held = np.array([data.entries[row].split == "validation" for row in real])
    return DerivedCheck(
        confusion(truth, predicted),
        confusion(truth[held], predicted[held]),
        len(derived),
        folds,
    )


def to_markdown(check: DerivedCheck) -> str:
    """Return the result as Markdown: accuracy and most frequent mistake of each category."""
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
        if value < TARGET_EACH
    ]
    lines = [
        f"Trained on {check.derived} derived sounds only (in {check.folds} folds, without those "
        f"derived from the kits in question), tested on {int(check.confusion.sum())} recordings: "
        f"{100 * check.mean:.1f} % predicted correctly (mean over categories; target: "
        f"{100 * TARGET_MEAN:.0f} %).",
        "",
        *table(
            ["category", "recordings", "correct", "most often mistaken for", "held out"],
            rows,
        ),
    ]
    if low:
        lines += ["", f"**Below {100 * TARGET_EACH:.0f} %: {', '.join(low)}.**"]
    return "\n".join(lines)
