"""``index.csv``: one line for each sound of a dataset."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, TextIO

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.regular_files import open_text

REAL: Final = "real"
AUGMENTED: Final = "augmented"
SYNTHESISED: Final = "synthesised"
ORIGINS: Final = (REAL, AUGMENTED, SYNTHESISED)
"""Origins of a sound: a recording, augmented recordings, or a synthesiser."""
MAX_TABLE_BYTES: Final = 2**28
"""Most bytes of a dataset's table: 256 MiB."""
MAX_SOUNDS: Final = 2_000_000
"""Most sounds of a dataset."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of ``index.csv``: one sound of a dataset.

    Attributes
    ----------
    category : str
        One of the eleven.
    split : str
        ``train`` or ``validation``; only real sounds stand in the latter.
    kit, group : str
        The kit, which the split keeps together, and the folder or manifest group of the file.
    origin : str
        One of :data:`ORIGINS`.
    name : str
        Its path in the source; for a derived sound its origin, category and number.
    length : int
        Samples of the core that belong to the sound.
    full_start, full_length : int
        First sample of the sound in ``full.npy``, and its number of samples there.
    gain : float
        Factor between the full sound, resampled, and the core.
    loudness : float
        Loudness of the full sound in LUFS.
    velocity : float or None
        Place of its layer among those of its drum, 0 (softest) to 1; None where nobody told.
    round_robin : int or None
        Number among the hits of its layer; None where nobody told.
    label : str
        Who stated the category: ``manifest``, ``name``, ``user`` or ``classifier``; empty for a
        derived sound.
    confidence : float
        The classifier's probability of the category; 1 if it was not asked.
    source, licence, attribution, upstream : str
        Provenance; for an augmented sound that of its parents.
    parents : str
        Names of the recordings from which an augmented sound is derived, as a JSON list.
    parameters : str
        Parameters of the augmentation or of the synthesiser, as a JSON object.
    """

    category: str
    split: str
    kit: str
    group: str
    origin: str
    name: str
    length: int = 0
    full_start: int = 0
    full_length: int = 0
    gain: float = 1.0
    loudness: float = 0.0
    velocity: float | None = None
    round_robin: int | None = None
    label: str = ""
    confidence: float = 1.0
    source: str = ""
    licence: str = ""
    attribution: str = ""
    upstream: str = ""
    parents: str = ""
    parameters: str = ""


_NUMBERS: Final[dict[str, Callable[[str], object]]] = {
    "length": int,
    "full_start": int,
    "full_length": int,
    "gain": float,
    "loudness": float,
    "velocity": lambda text: float(text) if text else None,
    "round_robin": lambda text: int(text) if text else None,
    "confidence": float,
}
"""The columns that hold numbers, and how they are read."""


def write_table(
    target: Path | TextIO, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Write a CSV file: UTF-8, commas, Unix line ends."""
    if isinstance(target, Path):
        with target.open("w", encoding="utf-8", newline="") as file:
            write_table(file, columns, rows)
        return
    writer = csv.writer(target, lineterminator="\n")
    # Python before 3.13 does not quote a carriage return, which ends a line for every reader.
    quoted = csv.writer(target, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for row in rows:
        (quoted if any("\r" in str(cell) for cell in row) else writer).writerow(row)


def write_index(target: Path | TextIO, entries: Sequence[Entry]) -> None:
    """Write ``index.csv``."""
    columns = [field.name for field in fields(Entry)]
    write_table(target, columns, ([getattr(entry, name) for name in columns] for entry in entries))


def read_index(source: Path | TextIO, most: int = MAX_SOUNDS) -> list[Entry]:
    """Read ``index.csv``.

    Parameters
    ----------
    source : Path or TextIO
        The file.
    most : int
        Most lines. No line after them is read.

    Raises
    ------
    KeyError, OSError, TypeError, ValueError
        If it cannot be read, has other columns or too many lines, or has an impossible value.
    """
    if isinstance(source, Path):
        with open_text(source, most=MAX_TABLE_BYTES) as file:
            return read_index(file, most)
    entries: list[Entry] = []
    row: dict[str, Any]
    for row in csv.DictReader(source):
        if len(entries) == most:
            raise ValueError(f"more than {most} lines")
        entry = Entry(**{**row, **{name: read(row[name]) for name, read in _NUMBERS.items()}})
        entries.append(entry)
        if (
            entry.category not in CATEGORIES
            or entry.split not in ("train", "validation")
            or entry.origin not in ORIGINS
        ):
            raise ValueError(
                f"{entry.name}: category {entry.category}, split {entry.split}, "
                f"origin {entry.origin}"
            )
    return entries
