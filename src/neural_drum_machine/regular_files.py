"""Opening files that people or data name: regular files only, and no more bytes than expected.

A name may lead to a pipe, a device, a socket, or a file of gigabytes. Opening a pipe waits for ever
where nobody writes into it, and reading ``/dev/zero`` fills the memory. So everything that is not
one of the program's own files is opened here.
"""

import errno
import io
import os
import stat
from pathlib import Path
from typing import BinaryIO, Final, TextIO

MAX_TEXT_BYTES: Final = 2**26
"""Most bytes of a table or a configuration that people write: 64 MiB."""

_KINDS: Final = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


class NotRegularError(OSError):
    """A name leads to a pipe, a device or a socket."""


class TooLargeError(OSError):
    """A file holds more bytes than any file of its kind has."""


def open_regular(path: str | Path) -> io.BufferedReader:
    """Open a file to read its bytes, at once, if it is a regular file.

    Parameters
    ----------
    path : str or Path
        The file. Links are followed.

    Returns
    -------
    io.BufferedReader
        The open file, seekable.

    Raises
    ------
    NotRegularError
        If the name leads to a pipe, a device or a socket; `strerror` names the way out.
    OSError
        If the file is missing, is a folder, or cannot be opened.
    """
    # Asked before opening as well: opening some devices does something.
    _check(os.stat(path).st_mode, path)  # noqa: PTH116
    # O_NONBLOCK: if a pipe took the file's place meanwhile, opening it must not wait.
    flags = os.O_RDONLY
    for name in ("O_BINARY", "O_CLOEXEC", "O_NOCTTY", "O_NONBLOCK"):
        flags |= getattr(os, name, 0)
    descriptor = os.open(path, flags)
    try:
        _check(os.fstat(descriptor).st_mode, path)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(path: str | Path, most: int = MAX_TEXT_BYTES) -> bytes:
    """Return the bytes of a regular file that holds no more than `most` of them.

    Parameters
    ----------
    path : str or Path
        The file.
    most : int
        Most bytes.

    Raises
    ------
    NotRegularError
        As :func:`open_regular`.
    TooLargeError
        If the file is larger; `strerror` names both sizes and the way out.
    OSError
        If the file is missing, is a folder, or cannot be read.
    """
    with open_regular(path) as file:
        return read_bounded(file, path, most)


def read_bounded(file: BinaryIO, path: str | Path, most: int) -> bytes:
    """Return the rest of an open file; the errors are those of :func:`read_regular`."""
    size = os.fstat(file.fileno()).st_size
    if size <= most:
        # One byte more: the file may have grown, and some files of the system state no size.
        data = file.read(most + 1)
        if len(data) <= most:
            return data
        size = len(data)
    raise TooLargeError(
        errno.EINVAL,
        f"it holds {size} bytes, and at most {most} are read; check that the name is right",
        os.fspath(path),
    )


def open_text(path: str | Path, encoding: str = "utf-8", most: int = MAX_TEXT_BYTES) -> TextIO:
    """Return a regular file as text with its line ends unchanged, as the module :mod:`csv` needs.

    Parameters
    ----------
    path : str or Path
        The file.
    encoding : str
        Its encoding. Reading raises UnicodeDecodeError where the bytes are of another one.
    most : int
        Most bytes.

    Raises
    ------
    OSError
        As :func:`read_regular`.
    """
    return io.TextIOWrapper(io.BytesIO(read_regular(path, most)), encoding, newline="")


def _check(mode: int, path: str | Path) -> None:
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    if kind != stat.S_IFREG:
        raise NotRegularError(
            errno.EINVAL,
            f"it is {_KINDS.get(kind, 'no file')}, and only files are read; "
            "write its content into a file and name that",
            os.fspath(path),
        )
