"""Ogg (Vorbis, Opus, FLAC, Speex): pages with checksums, numbers and a mark on the last one."""

import os
import zlib
from typing import BinaryIO, Final

_MAX_BYTES: Final = 2**26
"""Longer files are refused. They are no drum sounds, and their last page is searched for."""
_LAST: Final = 4
_MIRRORED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def ogg_fault(raw: BinaryIO) -> str:
    """Return why an Ogg file is cut short, damaged or too large; empty if it is whole.

    RFC 3533 describes the pages.
    """
    if raw.seek(0, os.SEEK_END) > _MAX_BYTES:
        return f"larger than {_MAX_BYTES // 2**20} MiB, which is the most for Ogg"
    raw.seek(0)
    data = raw.read()
    at = 0
    expected: dict[bytes, int] = {}
    open_streams: set[bytes] = set()
    while data.startswith(b"OggS", at):
        segments = data[at + 27 : at + 27 + data[at + 26]] if at + 27 <= len(data) else b""
        end = at + 27 + len(segments) + sum(segments)
        if at + 27 > len(data) or len(segments) < data[at + 26] or end > len(data):
            return "cut short: its last page is incomplete"
        page = data[at : at + 22] + bytes(4) + data[at + 26 : end]
        if _checksum(page) != data[at + 22 : at + 26]:
            return "damaged: the checksum of a page is wrong"
        stream = data[at + 14 : at + 18]
        number = int.from_bytes(data[at + 18 : at + 22], "little")
        if number != expected.get(stream, number):
            return "damaged: a page is missing"
        expected[stream] = number + 1
        if data[at + 5] & _LAST:
            open_streams.discard(stream)
        else:
            open_streams.add(stream)
        at = end
    if at < len(data) and data.find(b"OggS", at) >= 0:
        return "damaged: something lies between its pages"
    return "cut short: its last page is missing" if open_streams else ""


def _checksum(page: bytes) -> bytes:
    """Return the CRC of a page: that of zlib with the order of all bits reversed."""
    crc = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return crc.to_bytes(4, "big").translate(_MIRRORED)
