"""Forgetting sounds of a library; their files stay as they are."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from neural_drum_machine.errors import LibraryError
from neural_drum_machine.library.database import Database

FORGOTTEN: Final = "forgotten by you"
"""Why a file that was forgotten is no sound; it stays forgotten when its folder is read again."""


def forget_folder(database: Database, folder: Path) -> int:
    """Forget a root, or the sounds of a part of it; return how many sounds.

    Raises
    ------
    LibraryError
        If no root lies there or above.
    """
    place = Path(os.path.realpath(folder))
    for number, stored in database.all("SELECT id, path FROM roots"):
        root = Path(os.fsdecode(stored))
        if not place.is_relative_to(root):
            continue
        rows = database.all("SELECT id, path FROM files WHERE root = ? AND why IS NULL", [number])
        if place == root:
            database.change("DELETE FROM roots WHERE id = ?", [number])
            return len(rows)
        below = os.fsencode(place.relative_to(root))
        inside = below + os.fsencode(os.sep)
        return forget_files(
            database, [row for row, path in rows if path == below or path.startswith(inside)]
        )
    raise LibraryError(
        f"{folder}: no folder of the library lies there; ndm library status names them"
    )


def forget_files(database: Database, numbers: Iterable[int]) -> int:
    """Forget sounds by their numbers; return how many."""
    listed = list(numbers)
    for number in listed:
        database.change("UPDATE files SET why = ? WHERE id = ?", [FORGOTTEN, number])
        database.change("DELETE FROM vectors WHERE id = ?", [number])
    return len(listed)
