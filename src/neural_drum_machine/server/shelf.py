"""The library that a server may ask: opened when it is first needed, and again when it is new."""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import LibraryError
from neural_drum_machine.library.library import Library
from neural_drum_machine.library.map_points import MapPoints, map_points
from neural_drum_machine.library.place import default_path

Hear = Callable[[FloatArray, int], FloatArray]
"""Samples ``(n,)`` and their rate in Hz to the point of nearness ``(64,)``."""


class MissingLibraryError(LibraryError):
    """There is no library yet."""


class Shelf:
    """A user's library. Several threads may use it.

    Parameters
    ----------
    path : Path, optional
        The library's file; the user's own library if absent. It need not exist.
    hear : callable
        Returns the point of nearness of a sound that is in no library, such as
        :func:`~neural_drum_machine.library.adding.measuring.point_of`. The server does not import
        that: it needs the packages that make datasets.
    version : callable, optional
        Returns what :meth:`.Library.read_by` must say of a sound whose code the server's model may
        decode, such as :func:`~neural_drum_machine.library.adding.measuring.version_of`.
    """

    def __init__(
        self, path: Path | None, hear: Hear, version: Callable[[], str] | None = None
    ) -> None:
        self.is_users_own = path is None
        self.hear = hear
        self.version = version
        self._path = path
        self._lock = threading.RLock()
        self._open: tuple[tuple[int, int], Library] | None = None
        self._map: tuple[object, MapPoints] | None = None
        # A page may have the map of a server that ran before.
        self._version = secrets.randbelow(2**30)

    @property
    def path(self) -> Path:
        """The library's file."""
        return self._path or default_path()

    @contextmanager
    def library(self) -> Iterator[Library]:
        """Give the library.

        Errors do not name its path: other computers may read them.

        Raises
        ------
        MissingLibraryError
            If there is none.
        LibraryError
            If it cannot be used, also within the block.
        """
        try:
            yield self._opened()
        except MissingLibraryError:
            raise
        except LibraryError as error:
            sentence = str(error)
            if str(self.path) in sentence:
                sentence = "your library: " + sentence.replace(f"{self.path}: ", "")
                self.close()  # it may be another file the next time
            raise LibraryError(sentence.replace(str(self.path), "its file")) from error

    def map(self, library: Library) -> tuple[MapPoints, int]:
        """Return the map, and a number that changes whenever the library has changed."""
        snapshot = library.snapshot
        with self._lock:
            if self._map is None or self._map[0] is not snapshot:
                self._map = (snapshot, map_points(library.database))
                self._version += 1
            return self._map[1], self._version

    def close(self) -> None:
        """Close the library; it is opened again when it is needed."""
        with self._lock:
            if self._open is not None:
                self._open[1].close()
            self._open = None

    def _opened(self) -> Library:
        with self._lock:
            try:
                facts = self.path.stat()
            except FileNotFoundError:
                self.close()
                raise MissingLibraryError("there is no library yet") from None
            except OSError as error:
                raise LibraryError(f"{self.path}: cannot be opened ({error.strerror})") from error
            mark = facts.st_dev, facts.st_ino
            if self._open is None or self._open[0] != mark:
                self.close()
                self._open = mark, Library.open(self.path)
            return self._open[1]
