"""A check of a dataset's derived (augmented and synthesised) sounds.

A classifier is trained on derived sounds only. It then predicts the categories of recordings of
kits that none of its training sounds was derived from. If it fails for a category, the derived
sounds of that category are unlike real ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neural_drum_machine.categories import CATEGORIES, category_index
from neural_drum_machine.dataset.index import REAL, Entry
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.judges.confusion import confusion, mistaken_for, shares
from neural_drum_machine.evaluation.judges.folds import Folds
from neural_drum_machine.prepare.report import table
from neural_drum_machine.training.classifier import (
    full_band_thumbnails,
    scores,
    thumbnails,
    train_classifier,
)

TARGET_MEAN, TARGET_EACH = 0.8, 0.6
LISTED = 20
"""Mistakes that the report lists."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A recording that was given another category than its own.

    Attributes
    ----------
    name, kit : str
        Its name and kit in the index.
    category, predicted : str
        Its category, and the one that was predicted.
    margin : float
        By how much the predicted category's score exceeds that of its own.
    """

    name: str
    kit: str
    category: str
    predicted: str
    margin: float


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
    kit_mean : float
        Mean accuracy over the categories, where every kit of a category counts the same, however
        many recordings it has.
    mistakes : tuple of Mistake
        By falling margin.
    """

    confusion: npt.NDArray[np.int64]
    held_out: npt.NDArray[np.int64]
    derived: int
    folds: int
    kit_mean: float = float("nan")
    mistakes: tuple[Mistake, ...] = ()

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
    full_band: bool = False,
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
    full_band : bool
        Whether they also hear what lies above 11 kHz.
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
    heard = full_band_thumbnails if full_band else thumbnails
    mels, tests = heard(data, derived), heard(data, real)
    classes = np.array([category_index(data.entries[row].category) for row in derived])
    truth = np.array([category_index(data.entries[row].category) for row in real])
    folds_of_real = np.array([divided.fold_of[data.entries[row].name] for row in real])
    found = np.zeros((len(real), len(CATEGORIES)), np.float32)
    for fold in range(folds):
        if progress:
            progress(fold, folds)
        learned = np.array([fold not in folds_of_parents for folds_of_parents in related])
        model = train_classifier(
            mels[learned], classes[learned], steps=steps, batch_size=batch_size, seed=seed
        )
        asked = folds_of_real == fold
        # The twelfth class, "other", has no training sounds and is ignored.
        found[asked] = scores(model, tests[asked])[:, : len(CATEGORIES)]
    if progress:
        progress(folds, folds)
    predicted = found.argmax(axis=1)
    entries = [data.entries[row] for row in real]
    held = np.array([entry.split == "validation" for entry in entries])
    return DerivedCheck(
        confusion(truth, predicted),
        confusion(truth[held], predicted[held]),
        len(derived),
        folds,
        _kit_mean(entries, truth == predicted),
        tuple(
            sorted(
                (
                    Mistake(
                        entries[i].name,
                        entries[i].kit,
                        entries[i].category,
                        CATEGORIES[predicted[i]],
                        float(found[i, predicted[i]] - found[i, truth[i]]),
                    )
                    for i in np.flatnonzero(truth != predicted)
                ),
                key=lambda mistake: -mistake.margin,
            )
        ),
    )


def _kit_mean(entries: Sequence[Entry], right: npt.NDArray[np.bool_]) -> float:
    """Return the mean over categories of the mean over their kits of the share that is right."""
    kits: dict[str, dict[str, list[bool]]] = {}
    for entry, is_right in zip(entries, right, strict=True):
        kits.setdefault(entry.category, {}).setdefault(entry.kit, []).append(bool(is_right))
    return float(
        np.mean([np.mean([np.mean(kit) for kit in found.values()]) for found in kits.values()])
    )


def _listed(mistakes: Sequence[Mistake]) -> list[Mistake]:
    """Return the clearest mistake of each kit and category, at most :data:`LISTED`."""
    first: dict[tuple[str, str], Mistake] = {}
    for mistake in mistakes:
        first.setdefault((mistake.category, mistake.kit), mistake)
    return list(first.values())[:LISTED]


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
        f"{100 * TARGET_MEAN:.0f} %)."
        + ("" if np.isnan(check.kit_mean) else f" By kits alike: {100 * check.kit_mean:.1f} %."),
        "",
        *table(
            ["category", "recordings", "correct", "most often mistaken for", "held out"],
            rows,
        ),
    ]
    if low:
        lines += ["", f"**Below {100 * TARGET_EACH:.0f} %: {', '.join(low)}.**"]
    if check.mistakes:
        lines += [
            "",
            f"The clearest mistakes, one of each kit and category ({len(check.mistakes)} in all):",
            "",
            *table(
                ["recording", "is", "predicted"],
                [[m.name, m.category, m.predicted] for m in _listed(check.mistakes)],
            ),
        ]
    return "\n".join(lines)
