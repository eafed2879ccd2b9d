"""The bytes of a SoundFont 2 or SF3 file: chunks, tables and sample data.

Written from the SoundFont Technical Specification 2.04; the section numbers below are its.
SF3 differs in one thing: a sample whose type has bit 4 set is an Ogg Vorbis stream.
Everything is checked against the file's size before it is used, so that a damaged file
costs no more memory than a good one.
"""

import io
import itertools
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
import numpy.typing as npt
import soundfile

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError

MAX_TABLE_BYTES = 64 * 2**20
"""Preset data larger than this are not believed: the largest banks have under 2 MiB."""
MAX_SAMPLE_FRAMES = 2**22
"""Nothing later in a sample is read: 95 s at 44.1 kHz."""
MIN_RATE, MAX_RATE = 400, 192_000
"""Sample rates in Hz that are believed; 7.10 asks for 400 to 50 000."""
ROM_SAMPLE, VORBIS_SAMPLE = 0x8000, 0x10

Table = npt.NDArray[Any]

_BAG = [("gen", "<u2"), ("mod", "<u2")]
_GEN = [("oper", "<u2"), ("amount", "<i2")]
_MOD = [("source", "<u2"), ("target", "<u2"), ("amount", "<i2"), ("scale", "<u2"), ("curve", "<u2")]
_ROWS: dict[str, list[tuple[str, str]]] = {
    "phdr": [("name", "S20"), ("program", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("_", "V12")],
    "pbag": _BAG,
    "pmod": _MOD,
    "pgen": _GEN,
    "inst": [("name", "S20"), ("bag", "<u2")],
    "ibag": _BAG,
    "imod": _MOD,
    "igen": _GEN,
    "shdr": [
        ("name", "S20"),
        *((field, "<u4") for field in ("start", "end", "loop_start", "loop_end", "rate")),
        *(("root", "u1"), ("correction", "i1"), ("link", "<u2"), ("kind", "<u2")),
    ],
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample header (7.10): where the samples lie and how they are pitched.

    Attributes
    ----------
    name : str
        At most 20 characters.
    start, end : int
        Samples from the beginning of the sample chunk; bytes if `vorbis`.
    loop_start, loop_end : int
        Samples from `start`; the loop plays from the first to before the second.
    rate : int
        Sample rate in Hz, 400 to 192 000.
    root : int
        MIDI key at which the sample sounds unshifted, 0 to 127.
    correction : int
        Cents to be added to the pitch, −128 to 127.
    vorbis : bool
        Whether the data are an Ogg Vorbis stream (SF3).
    """

    name: str
    start: int
    end: int
    loop_start: int
    loop_end: int
    rate: int
    root: int
    correction: int
    vorbis: bool


@dataclass(frozen=True, slots=True)
class SoundFontFile:
    """A file's tables and sample headers; sample data are read when asked for.

    Attributes
    ----------
    path : Path
        The file.
    tables : dict
        The nine tables of the preset data by chunk name (section 7); the last row of
        each only marks the end.
    samples : tuple of (Sample or None)
        None where a header points outside the data, or into a ROM that is not there.
    """

    path: Path
    tables: dict[str, Table]
    samples: tuple[Sample | None, ...]
    _offset: int

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read everything but the sample data.

        Raises
        ------
        AudioError
            If the file is missing, unreadable, no SoundFont, truncated or damaged.
        """
        path = Path(path)
        try:
            with path.open("rb") as file:
                offset, size, raw = _read_chunks(file, path)
        except FileNotFoundError:
            raise AudioError(f"{path}: no such file") from None
        except OSError as error:
            raise AudioError(f"{path}: cannot be read ({error.strerror})") from error
        tables = {name: _table(raw, name, path) for name in _ROWS}
        samples = tuple(_sample(row, size) for row in tables["shdr"][:-1])
        return cls(path, tables, samples, offset)

    def data(self, sample: Sample) -> FloatArray:
        """Read one sample's data.

        Returns
        -------
        numpy.ndarray
            Shape ``(n,)``, float32, full scale 1; at most the first 2²² samples. The low
            8 bits of 24-bit data (6.1) are left out.

        Raises
        ------
        AudioError
            If the file can no longer be read, or an Ogg Vorbis stream is damaged.
        """
        what = f"{self.path}: sample {sample.name!r}"
        width = 1 if sample.vorbis else 2
        count = sample.end - sample.start
        count = count if sample.vorbis else min(count, MAX_SAMPLE_FRAMES)
        try:
            with self.path.open("rb") as file:
                file.seek(self._offset + width * sample.start)
                raw = file.read(width * count)
        except OSError as error:
            raise AudioError(f"{self.path}: cannot be read ({error.strerror})") from error
        if len(raw) < width * count:
            raise AudioError(f"{what} is cut off: the file became shorter; copy it again")
        if not sample.vorbis:
            return np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(32768)
        try:
            with soundfile.SoundFile(io.BytesIO(raw)) as stream:
                if stream.format != "OGG" or stream.channels > 2:
                    raise AudioError(f"{what} is not a mono Ogg Vorbis stream; copy it again")
                frames = stream.read(MAX_SAMPLE_FRAMES, dtype="float32", always_2d=True)
        except (soundfile.SoundFileError, OSError, ValueError, TypeError) as error:
            raise AudioError(f"{what} is not readable as Ogg Vorbis ({error})") from error
        if not np.isfinite(frames).all():
            raise AudioError(f"{what} holds NaN or infinite samples; copy it again")
        return np.ascontiguousarray(frames[:, 0], dtype=np.float32)


def slices(index: Table, length: int, what: str, path: Path) -> list[slice]:
    """Return the rows between each index and the next (7.2, 7.3, 7.6, 7.7).

    Raises
    ------
    AudioError
        If the indices run backwards, or beyond `length`.
    """
    borders: list[int] = index.tolist()
    pairs = list(itertools.pairwise(borders))
    if borders[-1] > length or any(first > last for first, last in pairs):
        raise AudioError(f"{path}: the {what} run backwards or out of their table; damaged")
    return [slice(*pair) for pair in pairs]


def text(raw: bytes) -> str:
    """Return a name: up to the first zero byte, without what could upset a terminal."""
    name = bytes(raw).split(b"\0")[0].decode("latin-1").strip()
    return "".join(c if c.isprintable() else "?" for c in name)


def _read_chunks(file: BinaryIO, path: Path) -> tuple[int, int, dict[str, bytes]]:
    """Return offset and size of the sample data in bytes, and the preset data (4.1)."""
    size = os.fstat(file.fileno()).st_size
    head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"sfbk":
        raise AudioError(f"{path}: not a SoundFont 2 or SF3 file (no RIFF header of kind sfbk)")
    end = 8 + int.from_bytes(head[4:8], "little")
    if end > size:
        raise AudioError(f"{path}: truncated, {size} bytes of {end}; copy it again")
    version: int | None = None
    samples: tuple[int, int] | None = None
    tables: dict[str, bytes] = {}
    for name, at, length in _walk(file, 12, end, path):
        kind = file.read(4) if name == b"LIST" and length >= 4 else b""
        if kind not in (b"INFO", b"sdta", b"pdta"):
            continue
        if kind == b"pdta" and length > MAX_TABLE_BYTES:
            raise AudioError(f"{path}: {length} bytes of preset data are not credible; damaged")
        for part, part_at, part_length in _walk(file, at + 4, at + length, path):
            if part == b"ifil" and part_length == 4:
                version = struct.unpack("<HH", file.read(4))[0]
            elif part == b"smpl" and kind == b"sdta":
                samples = (part_at, part_length)
            elif kind == b"pdta":
                tables[part.decode("latin-1")] = file.read(part_length)
    if version not in (2, 3):
        raise AudioError(f"{path}: SoundFont version {version}; only 2 and 3 can be read")
    if samples is None:
        raise AudioError(f"{path}: holds no samples (no chunk smpl)")
    return *samples, tables


def _walk(file: BinaryIO, at: int, end: int, path: Path) -> Iterator[tuple[bytes, int, int]]:
    """Yield each chunk's name, offset and length, the file standing at its first byte (3.1)."""
    while end - at >= 8:
        file.seek(at)
        name, length = struct.unpack("<4sI", file.read(8))
        at += 8
        if at + length > end:
            raise AudioError(f"{path}: chunk {name!r} is longer than what holds it; damaged")
        yield name, at, length
        at += length + length % 2


def _table(raw: dict[str, bytes], name: str, path: Path) -> Table:
    """Return one chunk of the preset data as an array."""
    dtype = np.dtype(_ROWS[name])
    data = raw.get(name, b"")
    if not data or len(data) % dtype.itemsize:
        raise AudioError(
            f"{path}: chunk {name} has {len(data)} bytes, not a multiple of {dtype.itemsize}"
        )
    table: Table = np.frombuffer(data, dtype)
    return table


def _sample(row: Any, size: int) -> Sample | None:
    """Check a header against the sample data's size in bytes."""
    kind, start, end = int(row["kind"]), int(row["start"]), int(row["end"])
    rate, root = int(row["rate"]), int(row["root"])
    vorbis = bool(kind & VORBIS_SAMPLE)
    inside = start < end <= (size if vorbis else size // 2)
    if kind & ROM_SAMPLE or not inside or not MIN_RATE <= rate <= MAX_RATE:
        return None
    base = 0 if vorbis else start
    return Sample(
        name=text(row["name"]),
        start=start,
        end=end,
        loop_start=int(row["loop_start"]) - base,
        loop_end=int(row["loop_end"]) - base,
        rate=rate,
        root=root if root <= 127 else 60,  # 7.10: 255 is an unpitched sound
        correction=int(row["correction"]),
        vorbis=vorbis,
    )
