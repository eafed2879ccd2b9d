"""Containers that FFmpeg reads: MP4 (M4A), ASF (WMA), Matroska and WavPack."""

from typing import BinaryIO, Final

from neural_drum_machine.signal.containers.chunks import Extent

_MAX_BOXES: Final = 100_000
_MP4_FIRST: Final = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_ASF: Final = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_FILE: Final = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_EBML: Final = bytes.fromhex("1a45dfa3")
_SEGMENT: Final = bytes.fromhex("18538067")


def boxes_extent(raw: BinaryIO, head: bytes, size: int) -> Extent | None:
    """Return what an MP4, ASF, Matroska or WavPack file announces; None for other files."""
    if head[4:8] in _MP4_FIRST:
        return _mp4(raw, size)
    if head.startswith(b"wvpk"):
        return _wavpack(raw)
    if head.startswith(_ASF):
        return _asf(raw)
    if head.startswith(_EBML):
        return _matroska(raw)
    return None


def _mp4(raw: BinaryIO, size: int) -> Extent | None:
    at = 0
    for _ in range(_MAX_BOXES):
        raw.seek(at)
        header = raw.read(16)
        length = int.from_bytes(header[:4], "big")
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        if len(header) < 8 or length < 8:  # the end, or a box that lasts to the end
            break
        at += length
        if at >= size:
            break
    return Extent(0, at) if at else None


def _wavpack(raw: BinaryIO) -> Extent | None:
    at = 0
    for _ in range(_MAX_BOXES):
        raw.seek(at)
        header = raw.read(8)
        if len(header) < 8 or not header.startswith(b"wvpk"):
            break
        at += 8 + int.from_bytes(header[4:], "little")
    return Extent(0, at) if at else None


def _asf(raw: BinaryIO) -> Extent | None:
    raw.seek(24)
    count = int.from_bytes(raw.read(4), "little")
    at = 30
    for _ in range(min(count, _MAX_BOXES)):
        raw.seek(at)
        header = raw.read(24)
        if len(header) < 24:
            return None
        if header[:16] == _ASF_FILE:
            facts = raw.read(68)
            length = int.from_bytes(facts[16:24], "little")
            broadcast = int.from_bytes(facts[64:68], "little") & 1
            return Extent(0, length) if length and not broadcast else None
        at += max(24, int.from_bytes(header[16:], "little"))
        if at >= 2**63:
            return None
    return None


def _matroska(raw: BinaryIO) -> Extent | None:
    raw.seek(4)
    header_length = _vint(raw)
    if header_length is None:
        return None
    raw.seek(header_length, 1)
    if raw.read(4) != _SEGMENT:
        return None
    length = _vint(raw)
    return Extent(raw.tell(), length) if length is not None else None


def _vint(raw: BinaryIO) -> int | None:
    """Return a number of variable length; None for all ones, which means unknown."""
    first = raw.read(1)
    if not first or not first[0]:
        return None
    more = 8 - first[0].bit_length()
    value = int.from_bytes(bytes([first[0] & (0x7F >> more)]) + raw.read(more), "big")
    return None if value == 2 ** (7 * (more + 1)) - 1 or value >= 2**62 else value
