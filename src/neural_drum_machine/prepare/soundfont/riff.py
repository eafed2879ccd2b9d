"""The chunks and tables of a SoundFont file.

Written from the SoundFont Technical Specification 2.04; the section numbers below are its. Every
size is checked against the file's before it is used, so that a damaged file needs no more memory
than a good one.
"""

import itertools
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from neural_drum_machine.errors import AudioError

MAX_TABLE_BYTES = 64 * 2**20
"""Larger preset data are refused; the largest known banks have less than 2 MiB."""

Table = npt.NDArray[Any]

_BAG = [("gen", "<u2"), ("mod", "<u2")]
_GEN = [("oper", "<u2"), ("amount", "<i2")]
_MOD = [("source", "<u2"), ("target", "<u2"), ("amount", "<i2"), ("scale", "<u2"), ("curve", "<u2")]
ROWS: dict[str, list[tuple[str, str]]] = {
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


def read_chunks(file: BinaryIO, path: Path) -> tuple[int, int, dict[str, bytes]]:
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
    """Yield each chunk's name, offset and length, with the file at its first byte (3.1)."""
    while end - at >= 8:
        file.seek(at)
        name, length = struct.unpack("<4sI", file.read(8))
        at += 8
        if at + length > end:
            raise AudioError(f"{path}: chunk {name!r} is longer than its parent; damaged")
        yield name, at, length
        at += length + length % 2


def read_table(raw: dict[str, bytes], name: str, path: Path) -> Table:
    """Return one chunk of the preset data as an array."""
    dtype = np.dtype(ROWS[name])
    data = raw.get(name, b"")
    if not data or len(data) % dtype.itemsize:
        raise AudioError(
            f"{path}: chunk {name} has {len(data)} bytes, not a multiple of {dtype.itemsize}"
        )
    table: Table = np.frombuffer(data, dtype)
    return table


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
    """Return a name: up to the first zero byte, without control characters."""
    name = bytes(raw).split(b"\0")[0].decode("latin-1").strip()
    return "".join(c if c.isprintable() else "?" for c in name)
