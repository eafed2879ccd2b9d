"""Files: written atomically, locked, summed, put in place."""

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from neural_drum_machine.errors import DatasetError, NdmError

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: two runs are not kept apart there
    fcntl = None  # type: ignore[assignment]


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 as hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def locked(path: Path, busy: str, error: type[NdmError] = DatasetError) -> Iterator[None]:
    """Hold a lock file; a killed process holds it no longer.

    Parameters
    ----------
    path : Path
        The file; made if absent.
    busy : str
        What to say if another process holds it.
    error : type
        What to say it with.

    Raises
    ------
    NdmError
        If one does.
    """
    with path.open("w") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise error(busy) from None
        yield


def take_place(folder: Path, out: Path) -> None:
    """Put a finished folder at its final name; the one that was there goes only after that.

    Whether that may go is the caller's to say.
    """
    old = out.with_name(f".{out.name}.{secrets.token_hex(4)}.old")
    replaced = out.exists()
    if replaced:
        out.rename(old)
    try:
        folder.rename(out)
    except BaseException:
        if replaced:
            old.rename(out)
        raise
    if replaced:
        shutil.rmtree(old)


@contextlib.contextmanager
def atomic_file(path: str | Path) -> Iterator[BinaryIO]:
    """Open a file that takes `path`'s name only once it is complete.

    Yields
    ------
    BinaryIO
        A writable file in the same folder; renamed over `path` when the block ends,
        removed if it raises.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
