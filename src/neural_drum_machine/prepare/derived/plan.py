"""What is made so that every category has the same number of sounds.

Recordings come first; then recordings changed (:mod:`.augmentation`); and where a category has few
kits to change, sounds of a synthesiser (:mod:`.voices`), up to half of what is missing. All of it
goes to the training side: what is held out is real, untouched, of other kits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from neural_drum_machine.categories import CATEGORIES, category_index
from neural_drum_machine.dataset.index import AUGMENTED, SYNTHESISED, Entry
from neural_drum_machine.errors import DatasetError

FEW_KITS, MANY_KITS = 4, 16
"""Half of what is missing is synthesised with few training kits or less, none with many."""
MOST_VARIANTS: Final = 100
"""Of one recording; what would go beyond is synthesised."""


@dataclass(frozen=True, slots=True)
class Made:
    """A sound to be made.

    Attributes
    ----------
    category : str
        One of the eleven.
    origin : str
        ``augmented`` or ``synthesised``.
    number : int
        Within category and origin, from 0; with the seed it decides everything.
    parents : tuple of int
        Numbers of the recordings: the one to change and one that may be layered.
    """

    category: str
    origin: str
    number: int
    parents: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[int, int, int]:
        """What its random numbers start from, beside the dataset's seed."""
        return category_index(self.category), int(self.origin == SYNTHESISED), self.number

    @property
    def name(self) -> str:
        """Its name in the index."""
        return f"{self.origin}/{self.category}/{self.number:05d}"


def synthesised_share(n_kits: int) -> float:
    """Return the share of what is missing that is synthesised, for so many training kits."""
    return 0.5 * float(np.clip((MANY_KITS - n_kits) / (MANY_KITS - FEW_KITS), 0.0, 1.0))


def plan_fill(real: Sequence[Entry], per_category: int, seed: int) -> list[Made]:
    """Plan what is made.

    Parameters
    ----------
    real : sequence of Entry
        The recordings, split already.
    per_category : int
        Sounds wanted in each of the eleven, recordings of both sides included.
    seed : int
        Of the choice of parents.

    Returns
    -------
    list of Made
        By category: augmented, then synthesised. A category without any recording is
        synthesised whole.

    Raises
    ------
    DatasetError
        If `per_category` is under 1.
    """
    if per_category < 1:
        raise DatasetError(f"--per-category must be at least 1, got {per_category}")
    plan: list[Made] = []
    for category in CATEGORIES:
        mine = [i for i, entry in enumerate(real) if entry.category == category]
        missing = max(0, per_category - len(mine))
        kits: dict[str, list[int]] = {}
        for i in mine:
            if real[i].split == "train":
                kits.setdefault(real[i].kit, []).append(i)
        recordings = sum(map(len, kits.values()))
        synthesised = round(missing * synthesised_share(len(kits)))
        augmented = min(missing - synthesised, MOST_VARIANTS * recordings)
        rng = np.random.default_rng([seed, category_index(category)])
        plan += [
            Made(category, AUGMENTED, number, parents)
            for number, parents in enumerate(_parents(list(kits.values()), augmented, rng))
        ]
        plan += [Made(category, SYNTHESISED, number) for number in range(missing - augmented)]
    return plan


def _parents(kits: list[list[int]], count: int, rng: np.random.Generator) -> list[tuple[int, ...]]:
    """Choose parents: kits by the root of their size, so that a large one does not drown the rest.

    Within a kit every recording comes once before any comes again.
    """
    if not count:
        return []
    weights = np.sqrt([len(kit) for kit in kits])
    queues: list[list[int]] = [[] for _ in kits]

    def kit() -> int:
        return int(rng.choice(len(kits), p=weights / weights.sum()))

    several = sum(map(len, kits)) > 1
    out: list[tuple[int, ...]] = []
    for _ in range(count):
        k = kit()
        if not queues[k]:
            queues[k] = rng.permutation(kits[k]).tolist()
        first = second = queues[k].pop()
        while several and second == first:
            second = int(rng.choice(kits[kit()]))
        out.append((first, second) if several else (first,))
    return out
