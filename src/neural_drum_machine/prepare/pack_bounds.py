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
_SPEC_BOUNDS: Final = {
    "sr": (1_000, 192_000),
    "n_samples": (64, 1 << 20),
    "n_fft": (16, 1 << 15),
    "win_length": (16, 1 << 15),
    "hop_length": (16, 1 << 12),
    "n_mels": (1, 1 << 11),
    "log_eps": (0, 1),
    "pre_roll": (1, 1 << 14),
}
"""Least and greatest value of each number of an audio spec that a pack may ask for. Ours have a
hop of 256 samples, an FFT of 2048 and 512 mel bands."""
_MAX_MEL_VALUES: Final = 1 << 21
"""Most values of one sound's mel spectrogram: 32 times ours."""


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
    spec = AudioSpec.from_dict(head["spec"])
    for name, (least, most) in _SPEC_BOUNDS.items():
        value = getattr(spec, name)
        if not least <= value <= most:
            raise ValueError(f"{name} lies between {least} and {most}, got {value!r}")
    if spec.n_mels * spec.n_frames > _MAX_MEL_VALUES:
        raise ValueError(
            f"a spectrogram has at most {_MAX_MEL_VALUES} values, got n_mels {spec.n_mels} times "
            f"{spec.n_frames} frames"
        )


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
