"""Library: what a user's own sounds are, and which are near, alike or asked for.

It imports nothing that makes datasets, so that a server may use it. Over 250 lines, because
most of them are documentation.
"""

import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.categories import category_index
from neural_drum_machine.errors import LibraryError
from neural_drum_machine.library.database import Database
from neural_drum_machine.library.entry import COLUMNS, OTHER, Entry, Status
from neural_drum_machine.library.forgetting import forget_files, forget_folder
from neural_drum_machine.library.nearness import DIMENSIONS
from neural_drum_machine.library.ranges import read_range
from neural_drum_machine.library.snapshot import Snapshot

MOST: Final = 1000
"""Most sounds that an answer has."""


class Library:
    """An open library. Several threads may ask it.

    Parameters
    ----------
    database : Database
        Its file.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._lock = threading.Lock()
        self._state: tuple[int, int] | None = None
        self._snapshot = Snapshot(database)

    @classmethod
    def open(cls, path: str | Path | None = None) -> Self:
        """Open a library; the user's own if `path` is absent.

        Raises
        ------
        LibraryError
            See :meth:`~neural_drum_machine.library.database.Database.open`.
        """
        return cls(Database.open(path))

    def __enter__(self) -> Self:
        """Return the library, which is closed when the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the library."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    @property
    def snapshot(self) -> Snapshot:
        """The library's numbers in memory, read anew after a change."""
        with self._lock:
            state = self.database.state()
            if state != self._state:
                self._state, self._snapshot = state, Snapshot(self.database)
            return self._snapshot

    def near(
        self, sound: int | FloatArray, count: int = 12, category: str | None = None
    ) -> list[tuple[Entry, float]]:
        """Return the sounds that are most like one, nearest first, with their distances.

        Parameters
        ----------
        sound : int or numpy.ndarray
            The number of a sound of the library, which is left out of the answer; or a point
            ``(64,)`` of :class:`~neural_drum_machine.library.nearness.Nearness`.
        count : int
            Most of them, 1 to 1000.
        category : str, optional
            Of this category only.

        Raises
        ------
        LibraryError
            If there is no such sound, or `count` is out of range.
        ControlError
            If there is no such category.
        """
        _check(count, category)
        snapshot = self.snapshot
        allowed = snapshot.of(category)
        if isinstance(sound, int):
            point = self.point(sound)
            allowed = allowed & (snapshot.ids != sound)
        else:
            point = np.asarray(sound, np.float32)
            if point.shape != (DIMENSIONS,) or not np.isfinite(point).all():
                raise LibraryError(f"a point is {DIMENSIONS} finite numbers, got {point.shape}")
        found = snapshot.near(point, count, allowed)
        entries = self.entries([number for number, _ in found])
        return [(entry, away) for entry, (_, away) in zip(entries, found, strict=True)]

    def find(
        self, ranges: Mapping[str, str], category: str | None = None, count: int = 100
    ) -> tuple[list[Entry], int]:
        """Return sounds with the values that are asked for, and how many there are in all.

        Parameters
        ----------
        ranges : mapping of str to str
            By the names of :data:`~neural_drum_machine.library.ranges.QUALITIES`: a range such as
            ``"45..60"``, or a word such as ``"dark"`` for a third of the sounds.
        category : str, optional
            Of this category only.
        count : int
            Most sounds that are returned, 1 to 1000: those that were added first.

        Raises
        ------
        LibraryError
            If a wish cannot be understood, or `count` is out of range.
        ControlError
            If there is no such category.
        """
        _check(count, category)
        ids = self.matching(ranges, category)
        return self.entries(ids[:count].tolist()), len(ids)

    def matching(self, ranges: Mapping[str, str], category: str | None = None) -> IntArray:
        """Return the numbers of all sounds with the values that are asked for, ascending.

        Parameters and errors are those of :meth:`find`.
        """
        _check(1, category)
        read = [read_range(quality, text) for quality, text in ranges.items()]
        return self.snapshot.matching(read, category)

    def entry(self, number: int) -> Entry:
        """Return a sound by its number.

        Raises
        ------
        LibraryError
            If there is none.
        """
        return self.entries([number])[0]

    def entries(self, numbers: Sequence[int]) -> list[Entry]:
        """Return sounds by their numbers, in the same order.

        Raises
        ------
        LibraryError
            If one does not exist.
        """
        found: dict[int, Entry] = {}
        for first in range(0, len(numbers), 500):
            part = numbers[first : first + 500]
            rows = self.database.all(
                f"SELECT {', '.join(COLUMNS)} FROM files WHERE why IS NULL "  # noqa: S608
                f"AND id IN ({', '.join('?' * len(part))})",
                part,
            )
            found |= {row[0]: Entry(*row) for row in rows}
        for number in numbers:
            if number not in found:
                raise LibraryError(
                    f"there is no sound {number} in the library; ndm library find lists some"
                )
        return [found[number] for number in numbers]

    def point(self, number: int) -> FloatArray:
        """Return the point of a sound, ``(64,)``; the errors are those of :meth:`entry`."""
        return self._vector(number, "near")

    def code(self, number: int) -> FloatArray:
        """Return the latent code of a sound; the errors are those of :meth:`entry`."""
        return self._vector(number, "code")

    def _vector(self, number: int, name: str) -> FloatArray:
        row = self.database.one(f"SELECT {name} FROM vectors WHERE id = ?", [number])  # noqa: S608
        if row is None:
            self.entry(number)  # says that there is none
            raise LibraryError(f"sound {number} has no {name}; run ndm library add again")
        return np.frombuffer(row[0], "<f2").astype(np.float32)

    def path_of(self, number: int) -> Path:
        """Return the file of a sound, which lies in a folder that the user added.

        Raises
        ------
        LibraryError
            If there is no such sound, or its file is gone or leads elsewhere by now.
        """
        row = self.database.one(
            "SELECT roots.path, files.path FROM files JOIN roots ON roots.id = files.root "
            "WHERE files.id = ? AND why IS NULL",
            [number],
        )
        if row is None:
            self.entry(number)
        root, path = (Path(os.fsdecode(part)) for part in row)
        real = Path(os.path.realpath(root / path))
        if not real.is_relative_to(root) or not real.is_file():
            raise LibraryError(
                f"the file of sound {number} is no longer where it was; run ndm library add"
            )
        return root / path

    def read_by(self, number: int) -> str:
        """Return what measured a sound and found its code, as ``adding.measuring.version_of`` says.

        The errors are those of :meth:`entry`.
        """
        row = self.database.one("SELECT version FROM files WHERE id = ? AND why IS NULL", [number])
        if row is None:
            self.entry(number)
        version: str = row[0]
        return version

    def file_state(self, number: int) -> tuple[int, int]:
        """Return the size in bytes, and the time in ns, that a sound's file had when it was read.

        The errors are those of :meth:`entry`.
        """
        row = self.database.one(
            "SELECT size, mtime FROM files WHERE id = ? AND why IS NULL", [number]
        )
        if row is None:
            self.entry(number)
        size, mtime = row
        return size, mtime

    def forget(self, what: int | str | Path) -> int:
        """Forget a sound by its number, a folder, or a part of a folder; no file is touched.

        Returns
        -------
        int
            How many sounds are forgotten.

        Raises
        ------
        LibraryError
            If the library does not have it.
        """
        with self.database.transaction():
            if isinstance(what, int):
                self.entry(what)
                return forget_files(self.database, [what])
            return forget_folder(self.database, Path(what))

    def status(self) -> Status:
        """Return what the library holds."""
        ask = self.database.all
        sounds = "FROM files WHERE why IS NULL"
        roots = ask(
            "SELECT roots.path, count(files.id) FROM roots LEFT JOIN files "
            "ON files.root = roots.id AND why IS NULL GROUP BY roots.id"
        )
        return Status(
            path=self.database.path,
            bytes=self.database.path.stat().st_size,
            categories=dict(ask(f"SELECT category, count(*) {sounds} GROUP BY category")),
            doubtful=ask(f"SELECT count(*) {sounds} AND doubt > 0.3")[0][0],
            on_map=ask(f"SELECT count(*) {sounds} AND x IS NOT NULL")[0][0],
            roots={os.fsdecode(path): count for path, count in roots},
            left_out=dict(
                ask(
                    "SELECT why, count(*) FROM files WHERE why IS NOT NULL GROUP BY why "
                    "ORDER BY count(*) DESC"
                )
            ),
        )


def _check(count: int, category: str | None) -> None:
    if not 1 <= count <= MOST:
        raise LibraryError(f"--count must lie between 1 and {MOST}, got {count}")
    if category is not None and category != OTHER:
        category_index(category)
