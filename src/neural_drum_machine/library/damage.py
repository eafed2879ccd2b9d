"""A damaged library is put aside, and its folders are read again."""

import os
import sqlite3
import time
import warnings
from pathlib import Path

from neural_drum_machine.errors import LibraryError, NdmWarning
from neural_drum_machine.library.place import NUMBERS_FILE, SIDE_FILES, is_ours
from neural_drum_machine.library.tables import WAIT_SECONDS


def put_aside_if_damaged(file: Path, ours: bool) -> list[Path]:
    """Rename a damaged library; return the folders that it names, as far as they can be read.

    `ours` says that the place of the file is one that only this program uses. Elsewhere a file that
    is no library may be anything, and stays.
    """
    if not file.exists() or not file.stat().st_size:
        return []
    why = "its beginning is not that of a library"
    if is_ours(file):
        found = _damage(file)
        if found is None:
            return []
        why = found
    elif not ours:
        raise LibraryError(
            f"{file}: is no library of this program, and stays as it is; name another file"
        )
    roots = _readable_roots(file)
    kept = file.with_name(f"{file.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    file.rename(kept)
    for end in SIDE_FILES:
        side = file.with_name(file.name + end)
        if end == NUMBERS_FILE:
            side.unlink(missing_ok=True)  # it is made again
        elif side.exists():
            side.rename(kept.with_name(kept.name + end))
    again = "its folders are read again" if roots else "add your folders again"
    warnings.warn(
        f"{file}: damaged ({why}); it is kept as {kept.name}, a new library is made, and {again}",
        NdmWarning,
        stacklevel=1,
    )
    return roots


def _damage(file: Path) -> str | None:
    connection = sqlite3.connect(file, timeout=WAIT_SECONDS)
    try:
        told = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        return None if told == "ok" else " ".join(str(told).split())
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise LibraryError(f"{file}: another program is using it; try again later") from error
        return str(error)
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        connection.close()


def _readable_roots(file: Path) -> list[Path]:
    connection = sqlite3.connect(file, timeout=WAIT_SECONDS)
    try:
        rows = connection.execute("SELECT path FROM roots").fetchall()
        return [Path(os.fsdecode(row[0])) for row in rows if isinstance(row[0], bytes)]
    except sqlite3.Error:
        return []
    finally:
        connection.close()
