"""The database of a library: opened, checked, locked, asked and changed."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self

from neural_drum_machine.errors import LibraryError
from neural_drum_machine.files import locked, name_beside
from neural_drum_machine.library.damage import put_aside_if_damaged
from neural_drum_machine.library.place import (
    check_owner,
    default_path,
    is_ours,
    make_folder_of,
)
from neural_drum_machine.library.tables import APPLICATION, FORMAT, SCHEMA, WAIT_SECONDS

_NEW_MARK: Final = "INSERT OR REPLACE INTO facts VALUES ('mark', randomblob(16))"


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
        with _alone(file):
            lost = put_aside_if_damaged(file, ours=path is None)
            database = cls(file)
            try:
                yield database, lost
            finally:
                database.close()

    def is_growing(self) -> bool:
        """Return whether another command is adding to the library now, as far as can be told."""
        try:
            with _alone(self.path):
                return False
        except (LibraryError, OSError):
            return True

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
            before = self._connection.total_changes
            try:
                yield
                if self._connection.total_changes != before:
                    self._connection.execute(_NEW_MARK)
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Let all queries of the block see the library at one moment."""
        with self._turn, self.errors():
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")

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
            number = self._connection.execute(query, values).lastrowid or 0
            self._mark_alone()
            return number

    def change_many(self, query: str, rows: Iterable[Sequence[Any]]) -> None:
        """Change rows for each of several values."""
        with self._turn, self.errors():
            self._connection.executemany(query, rows)
            self._mark_alone()

    def _mark_alone(self) -> None:
        """Note a change that was made outside of a transaction."""
        if not self._connection.in_transaction:
            self._connection.execute(_NEW_MARK)

    def mark(self) -> bytes | None:
        """Return a random mark that every change of the library replaces; None if it has none."""
        row = self.one("SELECT value FROM facts WHERE name = 'mark'")
        return None if row is None else bytes(row[0])

    def state(self) -> tuple[int, int]:
        """Return what changes whenever this or another process has changed the library."""
        with self._turn:
            return self.one("PRAGMA data_version")[0], self._connection.total_changes

    def close(self) -> None:
        """Close the file."""
        with self._turn, contextlib.suppress(sqlite3.Error):
            self._connection.close()


def _alone(file: Path) -> contextlib.AbstractContextManager[None]:
    busy = f"{file}: another command is adding to this library; wait until it has finished"
    return locked(name_beside(file, ".lock"), busy, LibraryError)
