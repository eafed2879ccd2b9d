"""The numbers of all sounds of a library, and the file beside it from which they are read at once.

Reading 100,000 rows from SQLite takes a fifth of a second, reading the same numbers from a file a
few milliseconds. The file holds nothing that the library does not hold. It is made again whenever
its mark is not the library's (:meth:`~neural_drum_machine.library.database.Database.mark`).
"""

import contextlib
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.files import atomic_file
from neural_drum_machine.library.database import Database
from neural_drum_machine.library.nearness import DIMENSIONS
from neural_drum_machine.library.place import NUMBERS_FILE
from neural_drum_machine.library.tables import MEASURES
from neural_drum_machine.regular_files import open_regular

_MAGIC: Final = b"NDMLNUM1"
_HEAD: Final = struct.Struct("<8sI")
_MOST_HEADER: Final = 2**16
_ARRAYS: Final = (
    ("ids", "<i8", ()),
    ("kinds", "<u2", ()),
    ("points", "<f4", (DIMENSIONS,)),
    ("measures", "<f4", (len(MEASURES),)),
)
"""Name, type and shape of what each sound has, in the order of the file."""


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """What searches need of every sound.

    Attributes
    ----------
    names : tuple of str
        The categories that occur.
    ids : numpy.ndarray
        The sounds' numbers, ascending, ``(n,)``.
    kinds : numpy.ndarray
        The index in `names` of each sound's category, ``(n,)``.
    points : numpy.ndarray
        The points of nearness, ``(n, 64)``, float32.
    measures : numpy.ndarray
        The values of :data:`~neural_drum_machine.library.tables.MEASURES`, ``(n, 7)``, float32;
        NaN where there is none.
    """

    names: tuple[str, ...]
    ids: IntArray
    kinds: npt.NDArray[np.uint16]
    points: FloatArray
    measures: FloatArray


def read_numbers(database: Database) -> Numbers:
    """Return the numbers of a library, from the file beside it if that is of now.

    Otherwise they are read from the library, and the file is made again, unless another command is
    adding to the library: then it would soon be old.
    """
    mark = database.mark()
    if mark is not None:
        # Any file that is not as it should be is made again.
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            return _load(_file_of(database), mark)
    mark, numbers = _from_rows(database)
    if not database.is_growing():
        _keep(database, mark, numbers)
    return numbers


def keep_numbers(database: Database) -> None:
    """Make the file beside a library that one has opened for writing, if it is not of now."""
    mark = database.mark()
    if mark is None:
        return
    try:
        _load(_file_of(database), mark)
    except (OSError, ValueError, KeyError, TypeError):
        _keep(database, *_from_rows(database))


def _file_of(database: Database) -> Path:
    return database.path.with_name(database.path.name + NUMBERS_FILE)


def _from_rows(database: Database) -> tuple[bytes | None, Numbers]:
    with database.reading():
        return database.mark(), _rows(database)


def _rows(database: Database) -> Numbers:
    heads = database.all(
        f"SELECT id, category, {', '.join(MEASURES)} FROM files "  # noqa: S608 (the names are ours)
        "WHERE why IS NULL ORDER BY id"
    )
    points = database.all(
        "SELECT near FROM vectors JOIN files USING (id) WHERE why IS NULL ORDER BY id"
    )
    names = tuple(sorted({row[1] for row in heads}))
    index = {name: i for i, name in enumerate(names)}
    joined = np.frombuffer(b"".join(row[0] for row in points), "<f2")
    return Numbers(
        names,
        np.array([row[0] for row in heads], np.int64),
        np.array([index[row[1]] for row in heads], np.uint16),
        joined.astype(np.float32).reshape(-1, DIMENSIONS),
        np.array([row[2:] for row in heads], np.float32).reshape(-1, len(MEASURES)),
    )


def _keep(database: Database, mark: bytes | None, numbers: Numbers) -> None:
    """Write the file; without room or permission, there is none."""
    if mark is None:
        return
    facts = {"mark": mark.hex(), "sounds": len(numbers.ids), "names": numbers.names}
    header = json.dumps(facts).encode()
    header += b" " * (-(_HEAD.size + len(header)) % 64)
    with contextlib.suppress(OSError), atomic_file(_file_of(database)) as file:
        Path(file.name).chmod(0o600)
        file.write(_HEAD.pack(_MAGIC, len(header)) + header)
        for name, kind, _ in _ARRAYS:
            file.write(np.ascontiguousarray(getattr(numbers, name), kind).data)


def _load(path: Path, mark: bytes) -> Numbers:
    """Read the file.

    Raises
    ------
    ValueError
        If it is damaged, or of another moment.
    """
    with open_regular(path) as file:
        magic, length = _HEAD.unpack(_exactly(file, _HEAD.size))
        if magic != _MAGIC or length > _MOST_HEADER:
            raise ValueError(f"{path}: no numbers of a library")
        facts = json.loads(_exactly(file, length))
        if facts["mark"] != mark.hex():
            raise ValueError(f"{path}: of another moment")
        count, names = int(facts["sounds"]), tuple(map(str, facts["names"]))
        arrays = []
        for _, kind, shape in _ARRAYS:
            out = np.empty((count, *shape), kind)
            if file.readinto(out.data.cast("B")) != out.nbytes:
                raise ValueError(f"{path}: too short")
            arrays.append(out)
        if file.read(1):
            raise ValueError(f"{path}: too long")
    numbers = Numbers(names, *arrays)
    if count and int(numbers.kinds.max()) >= len(names):
        raise ValueError(f"{path}: names a category that it lacks")
    return numbers


def _exactly(file: Any, count: int) -> bytes:
    data: bytes = file.read(count)
    if len(data) != count:
        raise ValueError("too short")
    return data
