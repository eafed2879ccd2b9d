"""A test whether made sounds stand for real ones.

A classifier that has heard nothing but augmented and synthesised sounds is asked to name real
sounds of kits that none of them was made from. Where it fails, what was made is wrong.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neural_drum_machine.data.entries import REAL
from neural_drum_machine.data.report import table
from neural_drum_machine.data.store import Dataset
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
    made : int
        Sounds the classifier was trained on.
    """

    confusion: npt.NDArray[np.int64]
    made: int

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


def check_made(
    data: Dataset, *, steps: int = 3000, seed: int = 0, progress: bool = False
) -> MadeCheck:
    """Train a classifier on a dataset's made sounds alone and name its held-out real ones.

    Parameters
    ----------
    data : Dataset
        With made sounds (``--per-category``) and held-out recordings.
    steps : int
        Of the classifier's training.
    seed : int
        Of the classifier.
    progress : bool
        Show a bar.

    Returns
    -------
    MadeCheck
        The result.

    Raises
    ------
    DatasetError
        If there are no made sounds or no held-out ones.
    """
    rows = [row for row in data.rows("train") if data.entries[row].origin != REAL]
    held = data.rows("validation")
    if not rows or not len(held):
        raise DatasetError(
            f"{data.folder}: needs made sounds (prepare it with --per-category) and held-out "
            "recordings of other kits"
        )
    classes = np.array([category_index(data.entries[row].category) for row in rows])
    model = train_classifier(
        thumbnails(data, rows), classes, steps=steps, seed=seed, progress=progress
    )
    # The twelfth class was never trained and does not stand for election.
    named = scores(model, thumbnails(data, held))[:, : len(CATEGORIES)].argmax(axis=1)
    confusion = np.zeros((len(CATEGORIES), len(CATEGORIES)), np.int64)
    real = [category_index(data.entries[row].category) for row in held]
    np.add.at(confusion, (real, named), 1)
    return MadeCheck(confusion, len(rows))


def to_markdown(check: MadeCheck) -> str:
    """Return the result as Markdown: accuracy of each category, most frequent confusion."""
    rows = []
    for i, category in enumerate(CATEGORIES):
        line = check.confusion[i].copy()
        total, right = int(line.sum()), int(line[i])
        line[i] = 0
        wrong = f"{CATEGORIES[int(line.argmax())]} ({line.max()})" if line.any() else "–"
        share = f"{100 * right / total:.0f} %" if total else "–"
        rows.append([category, total, share, wrong])
    low = [
        category
        for category, value in zip(CATEGORIES, check.accuracy, strict=True)
        if value < WANTED_EACH
    ]
    lines = [
        f"Trained on {check.made} made sounds, tested on {int(check.confusion.sum())} real ones of "
        f"other kits: {100 * check.mean:.1f} % named right (mean over categories; wanted: "
        f"{100 * WANTED_MEAN:.0f} %).",
        "",
        *table(["category", "real sounds", "named right", "most often mistaken for"], rows),
    ]
    if low:
        lines += ["", f"**Under {100 * WANTED_EACH:.0f} %: {', '.join(low)}.**"]
    return "\n".join(lines)
