"""Files: written atomically, locked, hashed, replaced; and what to do when that fails."""

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from neural_drum_machine.errors import DatasetError, NdmError, OutputError
from neural_drum_machine.regular_files import open_regular

LONGEST_NAME: Final = 255
"""Bytes, on Linux and macOS. Windows allows as many characters."""
_ADVICE: Final = {
    errno.EACCES: "choose a folder that you may write to",
    errno.EDQUOT: "free some space or choose another disk",
    errno.EFBIG: "choose a disk that can hold larger files",
    errno.EISDIR: "choose another name: a folder has this one",
    errno.EMFILE: "close other programs, or raise the limit of open files",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ENFILE: "close other programs, or raise the limit of open files",
    errno.ENOENT: "make its folder first, or choose another",
    errno.ENOSPC: "free some space or choose another disk",
    errno.ENOTDIR: "choose another folder: a file has the name of one of its folders",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "choose a folder on a disk that is not read-only",
}


def advice(error: OSError) -> str:
    """Return what a user can do about a file or folder that cannot be written.

    Parameters
    ----------
    error : OSError
        What the system said.

    Returns
    -------
    str
        The second half of a message, without a full stop: ``free some space or choose another
        disk``.
    """
    return _ADVICE.get(error.errno or 0, "choose another folder")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a regular file as hex digits."""
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def locked(path: Path, busy: str, error: type[NdmError] = DatasetError) -> Iterator[None]:
    """Hold a lock file, on every system; the system releases the lock of a process that dies.

    Parameters
    ----------
    path : Path
        The lock file, created if absent. Whether it stays afterwards depends on the system.
    busy : str
        The message if another process holds the lock.
    error : type
        The class of that error.

    Raises
    ------
    NdmError
        If another process holds the lock.
    OSError
        If the lock file cannot be created.
    """
    # Imported here: programs that only play sounds lock nothing.
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise error(busy) from None
    try:
        yield
    finally:
        lock.release()


def name_beside(path: Path, suffix: str, *, hidden: bool = True) -> Path:
    """Return a path in the same folder, named like another one and with a suffix.

    Parameters
    ----------
    path : Path
        The other path.
    suffix : str
        Such as ``.work``.
    hidden : bool
        Whether a dot comes first.

    Returns
    -------
    Path
        Always the same for the same path. Where its name would be longer than systems allow, a
        part of the name's SHA-256 stands in its place.
    """
    dot = "." if hidden else ""
    name = f"{dot}{path.name}{suffix}"
    if len(os.fsencode(name)) > LONGEST_NAME:
        name = f"{dot}{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]}{suffix}"
    return path.with_name(name)


def replace_folder(folder: Path, out: Path) -> None:
    """Rename a finished folder to `out`; an existing `out` is removed only after that.

    The caller decides whether an existing folder may be removed.
    """
    # A short name: the system may not allow one that is longer than the final one.
    old = out.with_name(f".{secrets.token_hex(4)}.old")
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
    """Open a file that gets the name `path` only once it is complete.

    Yields
    ------
    BinaryIO
        A writable file in the same folder. It is renamed to `path` when the block ends, and
        removed if the block raises.

    Raises
    ------
    OSError
        If the file cannot be written; :func:`advice` says what the user can do.
    """
    path = Path(path)
    # A short name: the system may not allow one that is longer than the final one.
    temporary = path.with_name(f".{secrets.token_hex(4)}.part")
    try:
        with temporary.open("x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def files_together() -> Iterator[Callable[[Path, bytes], None]]:
    """Write several files that get their names when all are complete, or none of them.

    Yields
    ------
    callable
        Takes a path and its bytes. Folders that are missing are made, and removed again if the
        block raises.

    Raises
    ------
    OutputError
        If a file cannot be written; the message says what the user can do.
    """
    parts: list[tuple[Path, Path]] = []
    folders: list[Path] = []
    named: list[tuple[Path, Path | None]] = []

    def write(path: Path, data: bytes) -> None:
        try:
            missing = [each for each in path.parents if not each.exists()]
            for folder in reversed(missing):
                folder.mkdir()
                folders.append(folder)
            temporary = path.with_name(f".{secrets.token_hex(4)}.part")
            parts.append((temporary, path))
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unwritten(path, error) from error

    try:
        yield write
        for temporary, path in parts:
            before: Path | None = None
            if path.is_file():
                # A second name of the old file, in case that a later one cannot be replaced. Where
                # the disk's format has none, the old file is lost then.
                before = path.with_name(f".{secrets.token_hex(4)}.old")
                with contextlib.suppress(OSError):
                    before.hardlink_to(path)
            named.append((path, before))
            try:
                temporary.replace(path)
            except OSError as error:
                raise _unwritten(path, error) from error
        for _, before in named:
            if before:
                before.unlink(missing_ok=True)
    except BaseException:
        for path, before in named:
            with contextlib.suppress(OSError):
                before.replace(path) if before else path.unlink()
        for temporary, _ in parts:
            with contextlib.suppress(OSError):
                temporary.unlink()
        for folder in reversed(folders):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _unwritten(path: str | Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be written ({error.strerror}); {advice(error)}")


def write_whole(path: str | Path, data: bytes) -> None:
    """Write a file, complete or not at all.

    Raises
    ------
    OutputError
        If it cannot be written; the message says what the user can do.
    """
    try:
        with atomic_file(path) as file:
            file.write(data)
    except OSError as error:
        raise _unwritten(path, error) from error
