"""The augmentation plan: which sounds to derive, so that every category has the same number.

Recordings come first, then augmented recordings (:mod:`.augmentation`). Where a category has few
kits, up to half of the missing sounds come from a synthesiser (:mod:`.voices`). All of them go to
the training side: only recordings of other kits are held out, unchanged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from neural_drum_machine.categories import CATEGORIES, category_index
from neural_drum_machine.dataset.index import AUGMENTED, SYNTHESISED, Entry
from neural_drum_machine.errors import DatasetError

FEW_KITS, MANY_KITS = 4, 16
"""With few training kits or less, half of the missing sounds are synthesised; with many, none."""
MOST_VARIANTS: Final = 100
"""Most augmented versions of one recording; further sounds are synthesised."""


@dataclass(frozen=True, slots=True)
class DerivedSound:
    """A sound to be rendered.

    Attributes
    ----------
    category : str
        One of the eleven.
    origin : str
        ``augmented`` or ``synthesised``.
    number : int
        Within category and origin, from 0. It and the seed decide all random numbers.
    parents : tuple of int
        Numbers of the recordings: the one to augment, and one that may be layered on it.
    """

    category: str
    origin: str
    number: int
    parents: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[int, int, int]:
        """Seed of its random numbers, together with the dataset's seed."""
        return category_index(self.category), int(self.origin == SYNTHESISED), self.number

    @property
    def name(self) -> str:
        """Its name in the index."""
        return f"{self.origin}/{self.category}/{self.number:05d}"


def synthesised_share(n_kits: int) -> float:
    """Return which share of the missing sounds is synthesised, given the training kits."""
    return 0.5 * float(np.clip((MANY_KITS - n_kits) / (MANY_KITS - FEW_KITS), 0.0, 1.0))


def plan_derived(real: Sequence[Entry], per_category: int, seed: int) -> list[DerivedSound]:
    """Plan the derived sounds.

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
    list of DerivedSound
        By category: augmented, then synthesised. A category without recordings is synthesised
        completely.

    Raises
    ------
    DatasetError
        If `per_category` is under 1.
    """
    if per_category < 1:
        raise DatasetError(f"--per-category must be at least 1, got {per_category}")
    plan: list[DerivedSound] = []
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
            DerivedSound(category, AUGMENTED, number, parents)
            for number, parents in enumerate(_parents(list(kits.values()), augmented, rng))
        ]
        plan += [
            DerivedSound(category, SYNTHESISED, number) for number in range(missing - augmented)
        ]
    return plan


def _parents(kits: list[list[int]], count: int, rng: np.random.Generator) -> list[tuple[int, ...]]:
    """Choose parents: kits by the square root of their size, so that no large kit dominates.

    Within a kit every recording is used once before any is used again.
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
