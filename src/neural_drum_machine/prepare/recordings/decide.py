"""What becomes of each file that was read: its category, its copies, its side of the split."""

import csv
import difflib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.split import kit_of
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.recordings.duplicates import clusters, near_duplicates
from neural_drum_machine.prepare.recordings.labeller import CLASSES
from neural_drum_machine.prepare.recordings.scan import OTHER

SKIP: Final = "skip"
"""What a user writes into ``unsure.csv`` for a sound that is to be left out."""
UNSURE_COLUMNS: Final = ("file", "category", "suggestion", "confidence", "second", "reason")
SAME_RECORDING: Final = 0.95
"""From this similarity on a sound of another source is the same recording, encoded again."""
JOIN_SHARE: Final = 0.2
"""Kits that share so much of the smaller one are one kit, such as two microphones of a drum."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What the labeller heard: the likeliest class, its probability, and the next one."""

    category: str
    confidence: float
    second: str

    @property
    def why(self) -> str:
        """Why its word is not taken."""
        return "sounds like none of the eleven" if self.category == OTHER else "not sure enough"

    @classmethod
    def of(cls, probabilities: npt.NDArray[np.float32]) -> "Guess":
        """Return the guess from the probabilities of :data:`CLASSES`, shape ``(12,)``."""
        order = np.argsort(-probabilities, kind="stable")
        best, second = int(order[0]), int(order[1])
        return cls(CLASSES[best], float(probabilities[best]), CLASSES[second])


def read_labels(path: Path) -> dict[str, str]:
    """Read the categories that a user filled into ``unsure.csv``.

    Parameters
    ----------
    path : Path
        A CSV file with the columns ``file`` and ``category`` (commas or semicolons, as
        spreadsheets write them); lines with an empty category are passed over.

    Returns
    -------
    dict
        Category (or ``skip``) of each file.

    Raises
    ------
    DatasetError
        If the file is not readable, lacks a column, or names an unknown category.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            delimiter = ";" if head.count(";") > head.count(",") else ","
            rows = csv.DictReader(file, delimiter=delimiter)
            if not {"file", "category"} <= set(rows.fieldnames or ()):
                raise DatasetError(f"{path}: needs the columns file and category")
            found = {}
            for row in rows:
                category = (row["category"] or "").strip().lower().replace(" ", "_")
                if not category:
                    continue
                if category not in (*CATEGORIES, SKIP, OTHER):
                    near = difflib.get_close_matches(category, CATEGORIES, 1)
                    hint = f" (did you mean {near[0]}?)" if near else ""
                    raise DatasetError(
                        f"{path}, line {rows.line_num}: unknown category "
                        f"{row['category']!r}{hint}; use one of: {', '.join(CATEGORIES)}, {SKIP}"
                    )
                found[row["file"] or ""] = category
            return found
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(
            f"{path}: not readable as CSV ({error}); save it as comma-separated UTF-8"
        ) from error


def join_kits(groups: Sequence[str], pairs: Sequence[tuple[int, int]]) -> list[str]:
    """Return the kit of each sound; kits that largely hold the same hits become one.

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
    """Return the sounds that another source brought already, each with the one that stays.

    Within a source nothing is taken away: takes of one drum machine are as alike.
    """
    out: dict[int, int] = {}
    for i, j, value in pairs:
        if value >= SAME_RECORDING and sources[i] != sources[j] and i not in out:
            out.setdefault(j, i)
    return out


def copies_across(held_out: Mapping[int, bool], pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Return the held-out sounds of which a copy is trained on, each with one such copy.

    They are to be left out: kits that share little stay apart, and a copy must not be on both
    sides.

    Parameters
    ----------
    held_out : mapping
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


def find_copies(
    prints: Sequence[npt.NDArray[np.float32]],
    wave: Callable[[int], npt.NDArray[np.int16]],
    sr: int,
    progress: Callable[[int, int], None] | None = None,
    *,
    workers: int | None = None,
    dask: str | None = None,
) -> list[tuple[int, int, float]]:
    """Return the pairs of near-duplicates among sounds; see :mod:`.duplicates`."""
    if len(prints) < 2:
        return []
    return near_duplicates(np.stack(prints), wave, sr, progress, workers=workers, dask=dask)
