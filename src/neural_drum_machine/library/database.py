"""The database of a library: opened, checked, locked, and made anew where it is damaged."""

import contextlib
import os
import sqlite3
import threading
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self

from neural_drum_machine.errors import LibraryError, NdmWarning
from neural_drum_machine.files import locked, name_beside
from neural_drum_machine.library.place import (
    SIDE_FILES,
    check_owner,
    default_path,
    is_ours,
    make_folder_of,
)
from neural_drum_machine.library.tables import APPLICATION, FORMAT, SCHEMA

WAIT_SECONDS: Final = 5.0
"""How long a question waits while another process writes."""


class Database:
    """An open library file. Several threads may use it: they take turns.

    Attributes
    ----------
    path : Path
        The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = threading.RLock()
        with self.errors():
            self._connection = sqlite3.connect(
                path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    @classmethod
    def open(cls, path: str | Path | None = None) -> Self:
        """Open a library that exists.

        Parameters
        ----------
        path : str or Path, optional
            The file; the user's own library if absent.

        Raises
        ------
        LibraryError
            If there is none, or it is damaged, of another user, of a newer version or no library.
        """
        file = Path(path) if path else default_path()
        check_owner(file)
        if not file.exists():
            raise LibraryError(
                f"{file}: there is no library yet; begin with: ndm library add FOLDER"
            )
        if not is_ours(file):
            raise LibraryError(f"{file}: is no library of this program; name another one")
        return cls(file)

    @classmethod
    @contextlib.contextmanager
    def writing(cls, path: str | Path | None = None) -> Iterator[tuple[Self, list[Path]]]:
        """Open a library to add to it. It is made if absent, and made anew if damaged.

        Yields
        ------
        database : Database
            The library. No other process adds to it meanwhile.
        lost : list of Path
            The folders of a damaged library that was put aside; they have to be read again.

        Raises
        ------
        LibraryError
            If another process is adding to it, it belongs to another user, or the file is none of
            this program's.
        """
        file = Path(path) if path else default_path()
        make_folder_of(file)
        check_owner(file)
        busy = f"{file}: another command is adding to this library; wait until it has finished"
        with locked(name_beside(file, ".lock"), busy, LibraryError):
            lost = _put_aside_if_damaged(file, ours=path is None)
            database = cls(file)
            try:
                yield database, lost
            finally:
                database.close()

    def _prepare(self) -> None:
        with self.errors():
            # Functions and triggers that a stranger wrote into the file would not run.
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.execute("PRAGMA foreign_keys = ON")
            version = self.one("PRAGMA user_version")[0]
            if version == 0 and not self.one("SELECT count(*) FROM sqlite_master")[0]:
                self.path.chmod(0o600)
                # Readers and one writer do not wait for each other.
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.executescript(
                    f"BEGIN;{SCHEMA}PRAGMA application_id = {APPLICATION};"
                    f"PRAGMA user_version = {FORMAT};COMMIT;"
                )
                version = FORMAT
            # A power cut may lose the last files that were added. They are read again.
            self._connection.execute("PRAGMA synchronous = NORMAL")
        if version != FORMAT:
            raise LibraryError(
                f"{self.path}: is a library of format {version}, this program knows {FORMAT}; "
                "update the program, or name another file with --library"
            )

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """Turn errors of SQLite into sentences."""
        try:
            yield
        except sqlite3.OperationalError as error:
            text = str(error)
            if "locked" in text or "busy" in text:
                what = "another program is writing into it; try again in a moment"
            elif "full" in text:
                what = "the disk is full; free some space. What was added before is kept"
            elif "readonly" in text or "unable to open" in text:
                what = "cannot be written; choose another file with --library"
            else:
                what = f"cannot be used ({text}); try again, or name another file with --library"
            raise LibraryError(f"{self.path}: {what}") from error
        except sqlite3.DatabaseError as error:
            raise LibraryError(
                f"{self.path}: damaged ({error}); ndm library add puts it aside and reads your "
                "folders again"
            ) from error

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all changes of the block, or none of them."""
        with self._turn, self.errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    def all(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a query."""
        with self._turn, self.errors():
            return self._connection.execute(query, values).fetchall()

    def one(self, query: str, values: Sequence[Any] = ()) -> Any:
        """Return the first row of a query, or None."""
        with self._turn, self.errors():
            return self._connection.execute(query, values).fetchone()

    def change(self, query: str, values: Sequence[Any] = ()) -> int:
        """Change rows; return the number of the row that was added last."""
        with self._turn, self.errors():
            return self._connection.execute(query, values).lastrowid or 0

    def change_many(self, query: str, rows: Iterable[Sequence[Any]]) -> None:
        """Change rows for each of several values."""
        with self._turn, self.errors():
            self._connection.executemany(query, rows)

    def state(self) -> tuple[int, int]:
        """Return what changes whenever this or another process has changed the library."""
        with self._turn:
            return self.one("PRAGMA data_version")[0], self._connection.total_changes

    def close(self) -> None:
        """Close the file."""
        with self._turn, contextlib.suppress(sqlite3.Error):
            self._connection.close()


def _put_aside_if_damaged(file: Path, ours: bool) -> list[Path]:
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
        if side.exists():
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
