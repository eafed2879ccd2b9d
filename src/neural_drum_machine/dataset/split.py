"""The split into training and validation sounds, by kit.

Sounds of one kit resemble each other. If a kit were on both sides, a model that only memorises
would look good.
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from neural_drum_machine.categories import CATEGORIES

# The memory for pairs grows with the square of the kits. Above this number, single kits suffice.
_PAIRS_UP_TO = 400
_KIT_WEIGHT = 0.1
_MICROPHONE = re.compile(r"^(?P<kit>.+)/[^/]*mic$")


def kit_of(group: str) -> str:
    """Return the kit of a group.

    Groups named ``<kit>/<position>_mic`` are one performance recorded by several microphones.
    Each contains the same hits, so they are one kit.
    """
    match = _MICROPHONE.match(group)
    return match["kit"] if match else group


def split_by_kit(
    categories: Sequence[str],
    groups: Sequence[str],
    *,
    validation_share: float = 0.2,
    seed: int = 0,
    restarts: int | None = None,
) -> list[bool]:
    """Choose the kits that are held out for validation.

    A local search from several random starts minimises the squared differences between
    `validation_share` and the share of held-out sounds and of held-out kits in each category;
    kits weigh a tenth. If only sounds counted, one large kit would be trained on, and all small
    ones, where the variety is, held out. The sounds of a category are never all held out; a
    category with a single kit has no validation sounds.

    Parameters
    ----------
    categories, groups : sequence of str
        Of each sound.
    validation_share : float
        Desired share in each category, between 0 and 1.
    seed : int
        Seed of the random starts.
    restarts : int, optional
        Number of random starts. If absent, 24, or 3 with so many kits that each takes seconds.

    Returns
    -------
    list of bool
        For each sound whether it is held out; the same for all sounds of a kit.
    """
    kits = [kit_of(group) for group in groups]
    names = sorted(set(kits))
    row = {name: i for i, name in enumerate(names)}
    counts = np.zeros((len(names), len(CATEGORIES)))
    for kit, category in zip(kits, categories, strict=True):
        counts[row[kit], CATEGORIES.index(category)] += 1
    totals = counts.sum(axis=0)
    present = totals > 0
    if not present.any():
        return []
    has = counts[:, present] > 0
    several = has.sum(axis=0) > 1
    # Columns: each category's share of sounds, then each one's share of kits.
    shares = np.hstack([counts[:, present] / totals[present], has / has.sum(axis=0)])
    weights = np.repeat([1.0, _KIT_WEIGHT], len(several))

    def cost(share: np.ndarray) -> np.ndarray:
        """Return the cost of validation shares ``(…, 2 * categories)``."""
        sounds = share[..., : len(several)]
        extreme = (sounds > 1 - 1e-9) | ((sounds < 1e-9) & several)
        out: np.ndarray = np.square(share - validation_share) @ weights + 10.0 * extreme.sum(-1)
        return out

    rng = np.random.default_rng(seed)
    best = np.zeros(len(names), dtype=bool)
    best_cost = float(cost(best @ shares))
    for _ in range(restarts or (24 if len(names) <= _PAIRS_UP_TO else 3)):
        chosen = rng.random(len(names)) < validation_share
        current = float(cost(chosen @ shares))
        while True:
            # How moving each kit to the other side would change the shares.
            change = np.where(chosen, -1.0, 1.0)[:, None] * shares
            flipped = chosen @ shares + change
            costs = cost(flipped)
            flips = [int(costs.argmin())]
            if costs.min() >= current - 1e-12 and len(names) <= _PAIRS_UP_TO:
                # Two kits at once, which also swaps one for another.
                costs = cost(flipped[:, None] + change[None])
                np.fill_diagonal(costs, np.inf)
                flips = [int(i) for i in np.unravel_index(costs.argmin(), costs.shape)]
            if costs.min() >= current - 1e-12:
                break
            chosen[flips] = ~chosen[flips]
            current = float(cost(chosen @ shares))
        if current < best_cost - 1e-12:
            best, best_cost = chosen, current
    return [bool(best[row[kit]]) for kit in kits]


def spread(categories: Sequence[str], kits: Sequence[str], limit: int, seed: int) -> set[int]:
    """Choose at most `limit` sounds of each category, one kit after the other in rounds.

    Parameters
    ----------
    categories, kits : sequence of str
        Of each sound.
    limit : int
        Most sounds of a category.
    seed : int
        Seed of the choice within a kit.

    Returns
    -------
    set of int
        Numbers of the chosen sounds.
    """
    rounds: Counter[tuple[str, str]] = Counter()
    order: list[tuple[int, int, int]] = []
    for i in np.random.default_rng(seed).permutation(len(categories)).tolist():
        order.append((rounds[categories[i], kits[i]], len(order), i))
        rounds[categories[i], kits[i]] += 1
    chosen: set[int] = set()
    counts: Counter[str] = Counter()
    for _, _, i in sorted(order):
        if counts[categories[i]] < limit:
            counts[categories[i]] += 1
            chosen.add(i)
    return chosen
