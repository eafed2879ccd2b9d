"""An independent judge of categories, trained without any sound that a model generated.

Its classifiers are trained on recordings and augmented recordings only. They predict the category
of generated sounds. Their accuracy on recordings of kits that they were not trained on is reported
with each result.
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
from neural_drum_machine.evaluation.cache import Arrays, Cache
from neural_drum_machine.evaluation.code_digest import code_digest
from neural_drum_machine.evaluation.judges.confusion import confusion
from neural_drum_machine.evaluation.judges.folds import Folds
from neural_drum_machine.networks.classifier import Classifier
from neural_drum_machine.parallel import run
from neural_drum_machine.prepare.labelling.classes import CLASSES
from neural_drum_machine.prepare.recordings.thumbnail import thumbnail
from neural_drum_machine.training.classifier import Thumbnails, scores, thumbnails, train_classifier

FOLDS = 4
STEPS = 900
BATCH_SIZE = 128
PER_CATEGORY = 1200


@dataclass(frozen=True, slots=True)
class Judge:
    """Classifiers, one for each fold of the kits, each trained without that fold.

    Attributes
    ----------
    members : list of Classifier
        One for each fold.
    real : numpy.ndarray
        Shape ``(11, 11)``, confusion counts of recordings, each predicted by the one member that
        was not trained on its kit.
    augmented : numpy.ndarray
        The same for augmented recordings, predicted by a member that was not trained on any
        related sound.
    """

    members: list[Classifier]
    real: IntArray
    augmented: IntArray

    def __call__(self, sounds: list[npt.NDArray[np.float32]], sr: int) -> IntArray:
        """Return the category that each member predicts for each sound, ``(members, n)``.

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
    # The class "other" is not allowed: every sound was meant as one of the eleven categories.
    z = scores(member, mels)[:, : len(CATEGORIES)].astype(np.float64)
    z = np.exp(z - z.max(axis=1, keepdims=True))
    out: npt.NDArray[np.float64] = z / z.sum(axis=1, keepdims=True)
    return out


def training_rows(data: Dataset, per_category: int = PER_CATEGORY, seed: int = 0) -> IntArray:
    """Return a judge's training sounds: all recordings, filled up with augmented recordings.

    Parameters
    ----------
    data : Dataset
        The sounds.
    per_category : int
        Number of sounds of a category, as far as there are enough.
    seed : int
        Seed of the choice among augmented recordings.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``, rows of the dataset.
    """
    rng = np.random.default_rng(seed)
    rows: list[int] = []
    for category in CATEGORIES:
        mine = [(i, e.origin) for i, e in enumerate(data.entries) if e.category == category]
        real = [i for i, origin in mine if origin == REAL]
        augmented = [i for i, origin in mine if origin == AUGMENTED]
        rows += real + rng.permutation(augmented).tolist()[: max(per_category - len(real), 0)]
    return np.array(rows, np.int64)


_Task = tuple[Thumbnails, IntArray, int, int, int]


def _learn(task: _Task) -> Arrays:
    mels, classes, steps, batch_size, seed = task
    model = train_classifier(mels, classes, steps=steps, batch_size=batch_size, seed=seed)
    return {name: value.numpy() for name, value in model.state_dict().items()}


def _train_all(
    data: Dataset,
    folds: int,
    steps: int,
    batch_size: int,
    workers: int | None,
    progress: Callable[[int, int], None] | None,
) -> Arrays:
    """Return the members' weights, and confusion counts of recordings."""
    rows = training_rows(data)
    entries = [data.entries[row] for row in rows]
    divided = Folds.deal(data, folds)
    related = [divided.related(entry) for entry in entries]
    mels = thumbnails(data, rows)
    classes = np.array([CLASSES.index(entry.category) for entry in entries], np.int64)
    real = np.array([entry.origin == REAL for entry in entries])
    out: Arrays = {}
    predicted = np.zeros(len(rows), np.int64)
    augmented = np.zeros((len(CATEGORIES), len(CATEGORIES)), np.int64)

    def tasks() -> list[_Task]:
        kept = [np.array([fold not in r for r in related]) for fold in range(folds)]
        return [(mels[k], classes[k], steps, batch_size, fold) for fold, k in enumerate(kept)]

    for fold, state in enumerate(run(_learn, tasks(), workers=workers)):
        member = _member(state)
        own = [divided.fold_of.get(entry.name) == fold for entry in entries]
        asked = real & np.array(own)
        if asked.any():
            predicted[asked] = _probabilities(member, mels[asked]).argmax(axis=1)
        unrelated = ~real & np.array([r == {fold} for r in related])
        if unrelated.any():
            augmented += confusion(
                classes[unrelated], _probabilities(member, mels[unrelated]).argmax(axis=1)
            )
        out |= {f"{fold}.{name}": value for name, value in state.items()}
        if progress:
            progress(fold + 1, folds)
    out["real"] = confusion(classes[real], predicted[real])
    out["augmented"] = augmented
    return out


def _member(state: Arrays) -> Classifier:
    model = Classifier(len(CLASSES))
    model.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    return model.eval()


def train_judge(
    data: Dataset,
    cache: Cache,
    *,
    folds: int = FOLDS,
    steps: int = STEPS,
    batch_size: int = BATCH_SIZE,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Judge:
    """Train a judge on a dataset's recordings and augmented recordings, or load it.

    Parameters
    ----------
    data : Dataset
        The sounds.
    cache : Cache
        Keeps the judge by the dataset's fingerprint: one judge serves all models.
    folds : int
        Number of folds; at most the number of kits.
    steps : int
        Training steps of each member.
    batch_size : int
        Sounds in a training step.
    workers : int, optional
        Number of processes; by default one for each core.
    progress : callable, optional
        Called with (members done, total).

    Returns
    -------
    Judge
        The judge.
    """
    kits = {entry.kit for entry in data.entries if entry.origin == REAL}
    folds = min(folds, len(kits))
    saved = cache.arrays(
        "judge",
        # Training imports the exporter inside a function. A judge does not use it.
        [code_digest(__name__, lazy=False), data.fingerprint, folds, steps, batch_size],
        lambda: _train_all(data, folds, steps, batch_size, workers, progress),
    )
    states: list[Arrays] = [{} for _ in range(folds)]
    for name, value in saved.items():
        fold, _, parameter = name.partition(".")
        if parameter:
            states[int(fold)][parameter] = value
    return Judge([_member(state) for state in states], saved["real"], saved["augmented"])
