"""Containers made of chunks: RIFF and RF64 (WAV), Wave64, IFF (AIFF, 8SVX), CAF and AU."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, Literal

_MAX_CHUNKS: Final = 1000
"""A file with more chunks than this before its sound is not searched further."""
_STREAMED_32: Final = 0x7FFF_0000
"""Programs that write to a pipe announce 0x7FFFFFFF, 0x80000000 or 0xFFFFFFFF, or little less."""
_STREAMED_64: Final = 0x7FFF_FFFF_FFFF_0000
_W64_RIFF: Final = bytes.fromhex("726966662e91cf11a5d628db04c10000")
_W64_DATA: Final = b"data" + bytes.fromhex("f3acd3118cd100c04f8edb8a")

Order = Literal["little", "big"]


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a file's sound begins, and how many bytes of it the header announces."""

    start: int
    length: int


def chunked_extent(raw: BinaryIO, head: bytes) -> Extent | None:
    """Return what a file made of chunks announces.

    Parameters
    ----------
    raw : BinaryIO
        The file.
    head : bytes
        Its first bytes.

    Returns
    -------
    Extent or None
        None if the file is of another kind, has no chunk of sound, or announces no length.
    """
    kind = head[:4]
    if kind in (b"RIFF", b"RIFX") and head[8:12] == b"WAVE":
        return _known(wav_data(raw, head))
    if kind in (b"RF64", b"BW64"):
        return _rf64(raw)
    if kind == b"FORM":
        tag = b"BODY" if head[8:12] in (b"8SVX", b"16SV") else b"SSND"
        return _known(_find(raw, 12, tag, "big"))
    if head.startswith(_W64_RIFF):
        return _known(_w64(raw), _STREAMED_64)
    if kind == b"caff":
        return _known(caf_data(raw), _STREAMED_64)
    if kind == b".snd":
        offset, length = (int.from_bytes(head[i : i + 4], "big") for i in (4, 8))
        return _known(Extent(offset, length))
    return None


def caf_data(raw: BinaryIO) -> Extent | None:
    """Return the data chunk of a CAF file; its length is 2**64 − 1 if it lasts to the end."""
    for tag, start, length in _chunks(raw, 8, size_bytes=8, order="big", even=False):
        if tag == b"data":
            return Extent(start, length)
    return None


def wav_data(raw: BinaryIO, head: bytes) -> Extent | None:
    """Return the data chunk of a WAV file, with the length that it announces."""
    return _find(raw, 12, b"data", "little" if head.startswith(b"RIFF") else "big")


def is_streamed(length: int) -> bool:
    """Return whether a length of 32 bits is one of those that programs write to a pipe."""
    return length == 0 or length >= _STREAMED_32


def _known(extent: Extent | None, streamed: int = _STREAMED_32) -> Extent | None:
    return extent if extent and 0 < extent.length < streamed else None


def _find(raw: BinaryIO, at: int, wanted: bytes, order: Order) -> Extent | None:
    for tag, start, length in _chunks(raw, at, size_bytes=4, order=order, even=True):
        if tag == wanted:
            return Extent(start, length)
    return None


def _chunks(
    raw: BinaryIO, at: int, *, size_bytes: int, order: Order, even: bool
) -> Iterator[tuple[bytes, int, int]]:
    """Yield tag, first byte and length of each chunk."""
    for _ in range(_MAX_CHUNKS):
        raw.seek(at)
        header = raw.read(4 + size_bytes)
        if len(header) < 4 + size_bytes:
            return
        length = int.from_bytes(header[4:], order)
        start = at + 4 + size_bytes
        yield header[:4], start, length
        at = start + length + (length % 2 if even else 0)
        if at >= 2**63:
            return


def _rf64(raw: BinaryIO) -> Extent | None:
    """Return the data chunk of a WAV file with 64-bit lengths, which the chunk ds64 holds."""
    long = 0
    for tag, start, length in _chunks(raw, 12, size_bytes=4, order="little", even=True):
        if tag == b"ds64":
            raw.seek(start + 8)
            long = int.from_bytes(raw.read(8), "little")
        if tag == b"data":
            if length != 0xFFFF_FFFF:
                return _known(Extent(start, length))
            return _known(Extent(start, long), _STREAMED_64)
    return None


def _w64(raw: BinaryIO) -> Extent | None:
    """Return the data chunk of a Wave64 file. Its lengths include the chunk's own 24 bytes."""
    at = 40
    for _ in range(_MAX_CHUNKS):
        raw.seek(at)
        header = raw.read(24)
        length = int.from_bytes(header[16:], "little") - 24
        if len(header) < 24 or not 0 <= length < _STREAMED_64:
            return None
        if header[:16] == _W64_DATA:
            return Extent(at + 24, length)
        at += 24 + (length + 7) // 8 * 8
    return None
