"""The folder of the sounds that clients fetch: private, with a ring of file names for each client.

There are few names, and they are used again, because Max remembers every string that it has ever
received. A file gets its name when it is complete. The folder is removed at the end. If a server
was killed, the next server that starts removes its folder.

A lock file tells running servers from killed ones. It is locked with the system's own calls: the
filelock package creates a lock file that is absent, and here one must only be created in one's own
folder.
"""

import contextlib
import errno
import os
import re
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Final

from neural_drum_machine.errors import ServerError

NAMES: Final = 64
"""Names of one client. A name is used again after 63 others, so the last 32 files are safe."""
_PREFIX: Final = "ndm-sounds-"
_NAME: Final = re.compile(_PREFIX + r"\d+-[0-9a-f]{8}")
ROOM_BYTES: Final = 256 * 2**20
"""Free bytes that a folder in memory must have to be chosen."""
_ORPHAN_SECONDS: Final = 60.0
"""A folder without a lock file is removed after so long: its server may still be making it."""


class SoundFolder:
    """A private folder (mode 0700) that exists until :meth:`close`, and its files.

    Parameters
    ----------
    parent : Path, optional
        Where to make it; the user's folder in memory or the temporary folder if absent.

    Raises
    ------
    ServerError
        If no folder can be made there.
    """

    def __init__(self, parent: Path | None = None) -> None:
        parent = parent or default_parent()
        sweep(parent)
        try:
            self.path, self._lock = _make(parent)
        except OSError as error:
            raise ServerError(
                f"{parent}: no folder for the sounds can be made there ({error.strerror}); "
                f"{writing_advice(error)}"
            ) from error
        self._next: dict[int, int] = {}
        self._closed = False

    def write(self, client: int, data: bytes) -> Path:
        """Write a file under the client's next name; complete, or not at all.

        Parameters
        ----------
        client : int
            The client's number, from 0.
        data : bytes
            A whole WAV file.

        Returns
        -------
        Path
            The file's absolute path.

        Raises
        ------
        OSError
            If the file cannot be written. The next call tries the same name.
        """
        try:
            return self._write(client, data)
        except FileNotFoundError:
            if self._closed or self.path.exists():
                raise
            # Something that tidies temporary folders removed ours: go on in another one.
            self._lock.close()
            self.path, self._lock = _make(self.path.parent)
            return self._write(client, data)

    def _write(self, client: int, data: bytes) -> Path:
        number = self._next.get(client, 0)
        path = self.path / f"c{client:02d}" / f"{number:02d}.wav"
        part = path.with_suffix(".part")
        path.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            # No fsync: a file here need not outlive a power cut.
            part.write_bytes(data)
            part.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        self._next[client] = (number + 1) % NAMES
        return path

    def close(self) -> None:
        """Remove the folder and every sound in it."""
        self._closed = True
        # The lock is released last, or another server might sweep the folder meanwhile. Windows
        # cannot remove an open file: that is why the folder is removed again afterwards.
        _remove(self.path)
        self._lock.close()
        _remove(self.path)


def writing_advice(error: OSError) -> str:
    """Return what to do after a folder or a file for sounds could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "free some space, or set TMPDIR to a folder on another disk and start again"
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return "too many files are open: close other programs"
    return "set TMPDIR to a folder that exists and can be written, and start again"


def default_parent() -> Path:
    """Return the user's folder in memory if it has room, else the temporary folder."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime:
        with contextlib.suppress(OSError):
            if os.access(runtime, os.W_OK) and shutil.disk_usage(runtime).free >= ROOM_BYTES:
                return Path(runtime)
    return Path(tempfile.gettempdir())


def sweep(parent: Path) -> list[Path]:
    """Remove the folders of servers that were killed; return those that were removed."""
    removed = []
    try:
        candidates = [path for path in parent.iterdir() if _NAME.fullmatch(path.name)]
    except OSError:
        return []  # the folder cannot be made either, and that error says why
    for path in candidates:
        with contextlib.suppress(OSError):
            if path.is_symlink() or not path.is_dir() or not _is_ours(path):
                continue
            lock = path / "lock"
            if lock.is_file():
                with lock.open("r+b") as file:
                    if not _try_lock(file):
                        continue
                    _remove(path)
            elif time.time() - path.stat().st_mtime > _ORPHAN_SECONDS and not _is_running(path):
                _remove(path)
            if not path.exists():
                removed.append(path)
    return removed


def _make(parent: Path) -> tuple[Path, IO[bytes]]:
    for _ in range(10):
        path = parent.resolve() / f"{_PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        path.mkdir(mode=0o700)
        lock = (path / "lock").open("w+b")
        # Another server may sweep the folder before it is locked: then try once more.
        if _try_lock(lock) and (path / "lock").exists():
            return path, lock
        lock.close()
        _remove(path)
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))


def _remove(path: Path) -> None:
    """Remove one of our folders and our files in it; if it holds anything else, it stays."""
    clients = [*path.glob("c[0-9][0-9]")]
    files = [file for each in clients for file in each.glob("[0-9][0-9].*")]
    for file in (*(each for each in files if each.suffix in (".wav", ".part")), path / "lock"):
        with contextlib.suppress(OSError):
            file.unlink()
    for folder in (*clients, path):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _is_running(path: Path) -> bool:
    """Return whether the process runs that a folder without a lock file is named after."""
    if sys.platform == "win32":
        return False  # an open lock file cannot be removed there
    try:
        os.kill(int(path.name.split("-")[2]), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return True


def _is_ours(path: Path) -> bool:
    return not hasattr(os, "getuid") or path.stat().st_uid == os.getuid()


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
