"""Reading ``.deb`` files without dpkg: an ar archive with a tar archive inside.

Nothing in an archive is trusted. Members are read one after another and never unpacked under their
own names. Only regular files are used, and files that are too large or damaged are refused.
"""

import contextlib
import gzip
import io
import lzma
import os
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, cast

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.sources.parts import is_safe
from neural_drum_machine.regular_files import open_regular

MAX_MEMBER_BYTES: Final = 1 << 30
"""Larger files are refused; the largest known one, a sound font, has 148 MB."""
_AR_MAGIC: Final = b"!<arch>\n"
_AR_HEADER: Final = 60
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A regular file of an archive: its path and, until the next one is asked for, its bytes."""

    path: str
    size: int
    stream: IO[bytes]


class _Section(io.RawIOBase):
    """A section of a file, readable as a file from its start to its end."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._left = file, size
        file.seek(start)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._file.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)


def deb_members(deb: Path) -> Iterator[Member]:
    """Yield the regular files that a Debian package installs.

    Parameters
    ----------
    deb : Path
        The package.

    Yields
    ------
    Member
        Paths have no ``./`` in front. Links, devices and folders are skipped.

    Raises
    ------
    DatasetError
        If the file is no package, truncated, damaged or compressed in an unknown way, or has a
        path that leads outside or a file over 1 GiB.
    """
    try:
        with open_regular(deb) as file:
            name, start, size = _data_section(file, deb)
            section = cast(BinaryIO, io.BufferedReader(_Section(file, start, size), _BLOCK))
            with (
                _decompressed(name, section, deb) as data,
                tarfile.open(fileobj=data, mode="r|", errorlevel=2) as tar,
            ):
                yield from _members(tar, deb)
                # Decompress to the end, so that damage after the last member is noticed.
                while data.read(_BLOCK):
                    pass
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, gzip.BadGzipFile) as error:
        raise DatasetError(f"{deb}: damaged package ({error}); download it again") from error


def _data_section(file: BinaryIO, deb: Path) -> tuple[str, int, int]:
    """Return name, first byte and length of the member ``data.tar.*`` of an ar archive."""
    total = os.fstat(file.fileno()).st_size
    if file.read(len(_AR_MAGIC)) != _AR_MAGIC:
        raise DatasetError(f"{deb}: no Debian package (it does not begin with !<arch>)")
    at = len(_AR_MAGIC)
    while header := file.read(_AR_HEADER):
        at += _AR_HEADER
        digits = header[48:58].strip()
        if len(header) < _AR_HEADER or header[58:] != b"`\n" or not digits.isdigit():
            break
        size = int(digits)
        if at + size > total:
            break
        name = header[:16].decode("ascii", "replace").strip().rstrip("/")
        if name.startswith("data.tar"):
            return name, at, size
        # Members start at even positions.
        at += size + size % 2
        file.seek(at)
    raise DatasetError(f"{deb}: truncated or damaged package; download it again")


def _decompressed(name: str, section: BinaryIO, deb: Path) -> contextlib.closing[IO[bytes]]:
    kind = name.removeprefix("data.tar")
    if kind == ".xz":
        return contextlib.closing(lzma.open(section))
    if kind == ".gz":
        return contextlib.closing(cast(IO[bytes], gzip.open(section)))
    if kind == "":
        return contextlib.closing(section)
    raise DatasetError(
        f"{deb}: {name} has a compression that is not supported; pack it again with "
        "dpkg-deb -Zxz, or use the package of Debian 12"
    )


def _members(tar: tarfile.TarFile, deb: Path) -> Iterator[Member]:
    for info in tar:
        path = info.name.removeprefix("./")
        if info.isdir() and path in ("", "."):
            continue
        if not is_safe(path):
            raise DatasetError(f"{deb}: contains {info.name!r}, which leads outside; do not use it")
        if info.size > MAX_MEMBER_BYTES:
            raise DatasetError(f"{deb}: {path} claims {info.size} bytes; do not use it")
        if info.type in (tarfile.REGTYPE, tarfile.AREGTYPE):
            stream = tar.extractfile(info)
            if stream:
                yield Member(path, info.size, stream)
