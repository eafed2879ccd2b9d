"""What follows from near-duplicates: joined kits, and copies that are left out."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from neural_drum_machine.dataset.split import kit_of
from neural_drum_machine.prepare.recordings.duplicates import clusters

SAME_RECORDING: Final = 0.95
"""Sounds of two sources that are this similar are one recording, encoded twice."""
JOIN_SHARE: Final = 0.2
"""Two kits become one if they share this much of the smaller one, as two microphones of a drum
do."""


def join_kits(groups: Sequence[str], pairs: Sequence[tuple[int, int]]) -> list[str]:
    """Return the kit of each sound; kits that largely consist of the same hits become one.

    Parameters
    ----------
    groups : sequence of str
        Of each sound.
    pairs : sequence of tuple
        Near-duplicates, from
        :func:`~neural_drum_machine.prepare.recordings.duplicates.near_duplicates`.

    Returns
    -------
    list of str
        Kits; a joined one has the name of the first of them.
    """
    kits = [kit_of(group) for group in groups]
    sizes = Counter(kits)
    shared: dict[tuple[str, str], tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for i, j in pairs:
        if kits[i] != kits[j]:
            (a, x), (b, y) = sorted(((kits[i], i), (kits[j], j)))
            shared[a, b][0].add(x)
            shared[a, b][1].add(y)
    names = list(dict.fromkeys(kits))
    number = {name: k for k, name in enumerate(names)}
    joined = [
        (number[a], number[b])
        for (a, b), (mine, theirs) in shared.items()
        if max(len(mine) / sizes[a], len(theirs) / sizes[b]) >= JOIN_SHARE
    ]
    roots = clusters(len(names), joined)
    return [names[roots[number[kit]]] for kit in kits]


def recorded_twice(
    sources: Sequence[str], pairs: Sequence[tuple[int, int, float]]
) -> dict[int, int]:
    """Return the sounds that an earlier source contains already, each with the one that stays.

    Within one source nothing is removed: two strokes of one drum machine are just as similar.

    Parameters
    ----------
    sources : sequence of str
        Of each sound.
    pairs : sequence of tuple
        Near-duplicates (i, j, similarity).
    """
    out: dict[int, int] = {}
    for i, j, value in pairs:
        if value >= SAME_RECORDING and sources[i] != sources[j] and i not in out:
            out.setdefault(j, i)
    return out


def copies_across(held_out: Mapping[int, bool], pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Return the held-out sounds that have a copy in the training set, each with that copy.

    They have to be left out: kits that share little stay apart, but no copy may be on both
    sides.

    Parameters
    ----------
    held_out : mapping of int to bool
        Of each sound's number, whether it is held out.
    pairs : sequence of tuple
        Numbers of near-duplicates.
    """
    numbers = list(held_out)
    place = {number: k for k, number in enumerate(numbers)}
    roots = clusters(len(numbers), [(place[i], place[j]) for i, j in pairs])
    trained = {root: numbers[k] for k, root in enumerate(roots) if not held_out[numbers[k]]}
    return {
        numbers[k]: trained[root]
        for k, root in enumerate(roots)
        if held_out[numbers[k]] and root in trained
    }
