"""An independent judge of categories: it has never heard what a model made.

A generated sound belongs to the category it was asked in as far as classifiers say so that were
trained on recordings, and on variations of recordings, alone. How often they are right about real
sounds of kits that they never heard is part of every figure they give.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from neural_drum_machine.arrays import IntArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.index import AUGMENTED, REAL
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.judges.folds import Counts, Folds, confusion
from neural_drum_machine.evaluation.study.cache import Arrays, Cache
from neural_drum_machine.networks.classifier import Classifier
from neural_drum_machine.parallel import run
from neural_drum_machine.prepare.labelling.classes import CLASSES
from neural_drum_machine.prepare.recordings.thumbnail import thumbnail
from neural_drum_machine.training.classifier import Thumbnails, scores, thumbnails, train_classifier

FOLDS = 4
STEPS = 900
PER_CATEGORY = 1200
MODULES = (
    "evaluation.judges.judge",
    "evaluation.judges.folds",
    "training.batches",
    "training.classifier",
    "networks.classifier",
    "prepare.recordings.duplicates",
    "prepare.labelling.classes",
    "dataset.store",
    "prepare.recordings.thumbnail",
    "signal.mel",
    "signal.spec",
)
"""What a judge's verdict depends on: while these stay, it need not be trained again."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Classifiers, one a fold of the kits, each trained without that fold.

    Attributes
    ----------
    members : list of Classifier
        One a fold.
    real : numpy.ndarray
        Shape ``(11, 11)``, counts: how recordings were named, each by the one member that never
        heard its kit.
    varied : numpy.ndarray
        The same of variations of recordings, each named by the members that never heard what it
        was made from.
    """

    members: list[Classifier]
    real: Counts
    varied: Counts

    def __call__(self, sounds: list[npt.NDArray[np.float32]], sr: int) -> IntArray:
        """Return what each member hears in each sound, ``(members, n)``.

        Parameters
        ----------
        sounds : list of numpy.ndarray
            Shape ``(n_samples,)`` each, float32.
        sr : int
            Their sample rate in Hz.
        """
        mels = np.stack([thumbnail(x, sr) for x in sounds]).astype(np.float16)
        return np.stack([_probabilities(m, mels).argmax(axis=1) for m in self.members])


def _probabilities(member: Classifier, mels: Thumbnails) -> npt.NDArray[np.float64]:
    # "other" is no answer here: everything asked about was meant as one of the eleven.
    z = scores(member, mels)[:, : len(CATEGORIES)].astype(np.float64)
    z = np.exp(z - z.max(axis=1, keepdims=True))
    out: npt.NDArray[np.float64] = z / z.sum(axis=1, keepdims=True)
    return out


def training_rows(data: Dataset, per_category: int = PER_CATEGORY, seed: int = 0) -> IntArray:
    """Return what judges learn from: all recordings, filled up with variations of recordings."""
    rng = np.random.default_rng(seed)
    rows: list[int] = []
    for category in CATEGORIES:
        mine = [(i, e.origin) for i, e in enumerate(data.entries) if e.category == category]
        real = [i for i, origin in mine if origin == REAL]
        made = [i for i, origin in mine if origin == AUGMENTED]
        rows += real + rng.permutation(made).tolist()[: max(per_category - len(real), 0)]
    return np.array(rows, np.int64)


Task = tuple[Thumbnails, IntArray, int, int]


def _learn(task: Task) -> Arrays:
    mels, classes, steps, seed = task
    model = train_classifier(mels, classes, steps=steps, seed=seed)
    return {name: value.numpy() for name, value in model.state_dict().items()}


def _train_all(
    data: Dataset,
    folds: int,
    steps: int,
    workers: int | None,
    progress: Callable[[int, int], None] | None,
) -> Arrays:
    """Return the members' weights, and counts of how they name recordings."""
    rows = training_rows(data)
    entries = [data.entries[row] for row in rows]
    dealt = Folds.deal(data, folds)
    touched = [dealt.touched(entry) for entry in entries]
    mels = thumbnails(data, rows)
    classes = np.array([CLASSES.index(entry.category) for entry in entries], np.int64)
    real = np.array([entry.origin == REAL for entry in entries])
    out: Arrays = {}
    named = np.zeros(len(rows), np.int64)
    varied = np.zeros((len(CATEGORIES), len(CATEGORIES)), np.int64)

    def tasks() -> list[Task]:
        kept = [np.array([fold not in t for t in touched]) for fold in range(folds)]
        return [(mels[k], classes[k], steps, fold) for fold, k in enumerate(kept)]

    for fold, state in enumerate(run(_learn, tasks(), workers=workers)):
        member = _member(state)
        own = [dealt.fold_of.get(entry.name) == fold for entry in entries]
        asked = real & np.array(own)
        if asked.any():
            named[asked] = _probabilities(member, mels[asked]).argmax(axis=1)
        unheard = ~real & np.array([t == {fold} for t in touched])
        if unheard.any():
            heard = _probabilities(member, mels[unheard]).argmax(axis=1)
            varied += confusion(classes[unheard], heard)
        out |= {f"{fold}.{name}": value for name, value in state.items()}
        if progress:
            progress(fold + 1, folds)
    out["real"] = confusion(classes[real], named[real])
    out["varied"] = varied
    return out


def _member(state: Arrays) -> Classifier:
    model = Classifier()
    model.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    return model.eval()


def train_judge(
    data: Dataset,
    cache: Cache,
    *,
    folds: int = FOLDS,
    steps: int = STEPS,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Judge:
    """Train a judge on a dataset's recordings and their variations, or take it back.

    Parameters
    ----------
    data : Dataset
        The sounds.
    cache : Cache
        Keeps the judge by the dataset's fingerprint: it serves every model.
    folds : int
        Parts that the kits are dealt into; at most as many as there are kits.
    steps : int
        Of each member's training.
    workers : int, optional
        Processes; one a core if absent.
    progress : callable, optional
        Called with (members done, in all).

    Returns
    -------
    Judge
        The judge.
    """
    kits = {entry.kit for entry in data.entries if entry.origin == REAL}
    folds = min(folds, len(kits))
    saved = cache.arrays(
        "judge",
        [data.fingerprint, folds, steps],
        lambda: _train_all(data, folds, steps, workers, progress),
        *MODULES,
    )
    states: list[Arrays] = [{} for _ in range(folds)]
    for name, value in saved.items():
        fold, _, parameter = name.partition(".")
        if parameter:
            states[int(fold)][parameter] = value
    return Judge([_member(state) for state in states], saved["real"], saved["varied"])
