"""The folder of the sounds that clients fetch: private, with a ring of file names for each client.

There are few names, and they are used again, because Max remembers every string that it has ever
received. A file gets its name when it is complete. The folder is removed at the end. If a server
was killed, the next server that starts removes its folder.

The folder is held open (:mod:`.private_folder`): if another user removes it and puts a link there,
nothing is written, or removed, through the link.

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
import threading
import time
from pathlib import Path
from typing import IO, Final

from neural_drum_machine.errors import ServerError
from neural_drum_machine.server.private_folder import PrivateFolder

NAMES: Final = 64
"""Names of one client. A name is used again after 63 others, so the last 32 files are safe."""
MANY_CLIENTS: Final = 32
"""So many clients have all these names."""
FEW_NAMES: Final = 8
"""Names of each further client; the last 4 of its files are safe. Many clients need much room."""
_PREFIX: Final = "ndm-sounds-"
_CLIENT: Final = re.compile(r"c\d\d+")
_SOUND: Final = re.compile(r"\d\d\.(?:wav|part)")
_NAME: Final = re.compile(_PREFIX + r"\d+-[0-9a-f]{8}")
ROOM_BYTES: Final = 256 * 2**20
"""Free bytes that a folder in memory must have to be chosen."""
_ORPHAN_SECONDS: Final = 60.0
"""A folder without a lock file is removed after so long: its server may still be making it."""


class SoundFolder:
    """A private folder (mode 0700) that exists until :meth:`close`, and its files.

    Several threads may write.

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
            self._folder, self._lock = _make(parent)
        except OSError as error:
            raise ServerError(
                f"{parent}: no folder for the sounds can be made there ({error.strerror}); "
                f"{writing_advice(error)}"
            ) from error
        self._writing = threading.Lock()
        self._next: dict[int, int] = {}
        self._closed = False

    @property
    def path(self) -> Path:
        """The folder's absolute path."""
        return self._folder.path

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
        with self._writing:
            if self._closed:
                raise FileNotFoundError(errno.ENOENT, "the folder is removed", str(self.path))
            if not self._folder.is_in_place():
                # Something that tidies temporary folders removed ours, or somebody else did: go on
                # in another one. What stands at the path now is not ours.
                parent = self.path.parent
                self._release()
                self._folder, self._lock = _make(parent)
            number = self._next.get(client, 0)
            folder, name = f"c{client:02d}", f"{number:02d}.wav"
            self._folder.write(folder, name, data)
            names = NAMES if client < MANY_CLIENTS else FEW_NAMES
            self._next[client] = (number + 1) % names
            return self.path / folder / name

    def close(self) -> None:
        """Remove the folder and every sound in it."""
        if self._closed:
            return
        self._closed = True
        # The lock is released last, or another server might sweep the folder meanwhile. Windows
        # cannot remove an open file: that is why the folder is removed again afterwards.
        _remove(self._folder)
        self._lock.close()
        _remove(self._folder)
        self._folder.close()

    def _release(self) -> None:
        self._lock.close()
        self._folder.close()


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
        with contextlib.suppress(OSError), PrivateFolder(path) as folder:
            try:
                descriptor = folder.open("lock", os.O_RDWR)
            except FileNotFoundError:
                is_old = time.time() - path.lstat().st_mtime > _ORPHAN_SECONDS
                if is_old and not _is_running(path):
                    _remove(folder)
            else:
                with os.fdopen(descriptor, "r+b") as lock:
                    if not _try_lock(lock):
                        continue
                    _remove(folder)
                _remove(folder)  # Windows removes no open file
            if not path.exists():
                removed.append(path)
    return removed


def _make(parent: Path) -> tuple[PrivateFolder, IO[bytes]]:
    for _ in range(10):
        name = f"{_PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        folder = PrivateFolder.make(parent.resolve() / name)
        try:
            lock = os.fdopen(folder.open("lock", os.O_RDWR | os.O_CREAT | os.O_EXCL), "w+b")
        except OSError:
            folder.remove()
            folder.close()
            raise
        # Another server may sweep the folder before it is locked: then try once more.
        if _try_lock(lock) and "lock" in folder.names():
            return folder, lock
        lock.close()
        _remove(folder)
        folder.close()
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))


def _remove(folder: PrivateFolder) -> None:
    """Remove one of our folders and our files in it; if it holds anything else, it stays."""
    with contextlib.suppress(OSError):
        for client in filter(_CLIENT.fullmatch, folder.names()):
            with contextlib.suppress(OSError):
                for name in filter(_SOUND.fullmatch, folder.names(client)):
                    folder.unlink(f"{client}/{name}")
            folder.rmdir(client)
    folder.unlink("lock")
    folder.remove()


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
