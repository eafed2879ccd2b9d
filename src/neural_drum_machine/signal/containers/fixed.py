"""Old containers whose header has each number at a fixed place: NIST, AVR, MPC2000 and VOC."""

import re
from typing import BinaryIO, Final

from neural_drum_machine.signal.containers.chunks import Extent

_MAX_BLOCKS: Final = 10_000
_VOC_MAGIC: Final = b"Creative Voice File"


def fixed_extent(raw: BinaryIO, head: bytes) -> Extent | None:
    """Return what a NIST, AVR, MPC2000 or VOC file announces; None for other files."""
    if head.startswith(b"NIST_1A\n"):
        return _nist(raw)
    if head.startswith(b"2BIT") and len(head) >= 30:
        channels = 2 if int.from_bytes(head[12:14], "big") else 1
        width = -(-int.from_bytes(head[14:16], "big") // 8)
        return Extent(128, int.from_bytes(head[26:30], "big") * channels * width)
    if head.startswith(b"\x01\x04") and len(head) >= 42 and head[21] in (0, 1):
        frames = int.from_bytes(head[30:34], "little")
        return Extent(42, frames * (1 + head[21]) * 2)
    if head.startswith(_VOC_MAGIC):
        return _voc(raw, int.from_bytes(head[20:22], "little"))
    return None


def _nist(raw: BinaryIO) -> Extent | None:
    raw.seek(8)
    first = raw.read(8).strip()
    if not first.isdigit():
        return None
    raw.seek(0)
    header = raw.read(min(int(first), 65_536))
    product = 1
    for field in (rb"sample_count", rb"channel_count", rb"sample_n_bytes"):
        found = re.search(field + rb" -i (\d+)", header)
        if not found:
            return None
        product *= int(found[1])
    return Extent(int(first), product)


def _voc(raw: BinaryIO, at: int) -> Extent | None:
    """Return the extent of all blocks of a VOC file, up to the one that ends it."""
    start = at
    for _ in range(_MAX_BLOCKS):
        raw.seek(at)
        header = raw.read(4)
        if header[:1] in (b"", b"\0"):
            break
        at += 4 + int.from_bytes(header[1:4], "little")
    return Extent(start, at - start) if at > start else None
