"""What a pack may claim. Nothing is allocated for a claim that is out of these bounds."""

import io
import tarfile
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final, TypeVar

from neural_drum_machine.prepare import MAX_PER_CATEGORY
from neural_drum_machine.signal.spec import AudioSpec

Line = TypeVar("Line")

MAX_TABLE_BYTES: Final = 1 << 26
"""Most bytes of a table in a pack: 64 MiB."""
_MAX_RECORDINGS: Final = 99_999
"""The names of the sounds have five digits."""
_MAX_LINES: Final = 1_000_000
"""Most lines of ``rejected.csv`` and of ``unsure.csv``."""


def check_numbers(head: dict[str, Any]) -> None:
    """Check the numbers of ``pack.json`` before anything is made for them.

    Parameters
    ----------
    head : dict
        The file's content.

    Raises
    ------
    LookupError, SpecError, TypeError, ValueError
        If a number is missing, or lies outside the bounds of our packs; the message names it.
    """
    bounds = {
        "seed": (0, 2**64 - 1),
        "copies": (0, 2**32),
        "recordings": (0, _MAX_RECORDINGS),
        **({} if head["per_category"] is None else {"per_category": (1, MAX_PER_CATEGORY)}),
    }
    for name, (least, most) in bounds.items():
        # A Boolean is an int to Python.
        if type(head[name]) is not int or not least <= head[name] <= most:
            raise ValueError(f"{name} is a whole number of {least} to {most}, got {head[name]!r}")
    AudioSpec.from_dict(head["spec"])


def limited(reader: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines of a table.

    Raises
    ------
    ValueError
        If it has more than a million.
    """
    for number, line in enumerate(reader):
        if number > _MAX_LINES:
            raise ValueError(f"a table has at most {_MAX_LINES} lines")
        yield line


class CautiousFile(io.BufferedIOBase):
    """The file of an archive, of which no header makes the archive's reader read gigabytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes, no more than a table of a pack may have."""
        if size is None or not 0 <= size <= MAX_TABLE_BYTES + tarfile.BLOCKSIZE:
            raise tarfile.ReadError(f"a header claims {size} bytes")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place in the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place in the file."""
        return self._file.tell()
