"""MPEG audio (MP3, MP2) and ADTS (AAC): a chain of frames, each of which tells its length."""

import os
from dataclasses import dataclass
from typing import BinaryIO, Final

_MAX_BYTES: Final = 2**26
"""Longer files are not searched. They are no drum sounds."""
_MPEG1: Final = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),  # layer III
    2: (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),  # layer II
    3: (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),  # layer I
}
_MPEG2_LOW: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MPEG2: Final = {
    1: _MPEG2_LOW,
    2: _MPEG2_LOW,
    3: (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
}
"""Bit rates in kbit/s by layer, numbered as in the header, and by index (ISO 11172-3, 13818-3)."""
_SR: Final = (44_100, 48_000, 32_000)
_SR_SHIFT: Final = {3: 0, 2: 1, 0: 2}
"""MPEG-2 has half the rates of MPEG-1, MPEG-2.5 a quarter."""


@dataclass(frozen=True, slots=True)
class FrameChain:
    """The frames of an MPEG file.

    Attributes
    ----------
    frames : int
        Whole frames with sound.
    samples : int
        Samples per channel in them.
    announced : int or None
        Frames that a Xing or VBRI header announces.
    cut : bool
        Whether the file ends within a frame.
    """

    frames: int
    samples: int
    announced: int | None
    cut: bool


def is_mpeg(raw: BinaryIO) -> bool:
    """Return whether two frames of MPEG audio or ADTS begin a file, after its ID3 tags."""
    at = after_tags(raw)
    for _ in range(2):
        raw.seek(at)
        frame = _frame(raw.read(7))
        if frame is None:
            return False
        at += frame[0]
    return True


def mpeg_fault(raw: BinaryIO, size: int) -> str:
    """Return why a file of frames is incomplete; empty if it is complete or too long to search."""
    chain = frame_chain(raw) if size <= _MAX_BYTES else None
    if chain is None:
        return ""
    if chain.announced and chain.frames < 0.99 * chain.announced - 1:
        return (
            f"cut short: its header announces {chain.announced} frames of sound, "
            f"{chain.frames} are there"
        )
    if chain.cut and chain.announced is None:
        return "cut short: its last frame is incomplete"
    return ""


def frame_chain(raw: BinaryIO) -> FrameChain:
    """Walk along the frames of an MPEG file, up to the first byte that begins none."""
    at = after_tags(raw)
    raw.seek(0, os.SEEK_END)
    if raw.tell() > _MAX_BYTES:
        return FrameChain(0, 0, None, cut=False)
    raw.seek(0)
    data = raw.read()
    announced = None
    frames = samples = 0
    first = True
    while (frame := _frame(data[at : at + 7])) is not None:
        length, n = frame
        if at + length > len(data):
            return FrameChain(frames, samples, announced, cut=True)
        if first:
            announced = _announced(data[at : at + min(length, 200)])
        if not first or announced is None:
            frames += 1
            samples += n
        first = False
        at += length
    return FrameChain(frames, samples, announced, cut=False)


def after_tags(raw: BinaryIO) -> int:
    """Return the place of the first byte after the ID3v2 tags. Some files have several."""
    at = 0
    while True:
        raw.seek(at)
        head = raw.read(10)
        if len(head) < 10 or not head.startswith(b"ID3"):
            return at
        length = 0
        for byte in head[6:]:
            length = length << 7 | byte & 0x7F
        at += 10 + length


def _frame(head: bytes) -> tuple[int, int] | None:
    """Return the length in bytes and the samples of the frame that begins so; None if none does."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if layer == 0:  # ADTS
        if head[1] & 0xF0 != 0xF0 or len(head) < 7:
            return None
        length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        return (length, 1024 * (1 + (head[6] & 3))) if length >= 7 else None
    index, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or rate == 3 or not 0 < index < 15:
        return None
    sr = _SR[rate] >> _SR_SHIFT[version]
    bits = 1000 * (_MPEG1 if version == 3 else _MPEG2)[layer][index]
    padding = head[2] >> 1 & 1
    if layer == 3:
        return (12 * bits // sr + padding) * 4, 384
    n = 576 if layer == 1 and version != 3 else 1152
    return n // 8 * bits // sr + padding, n


def with_frame_count(raw: BinaryIO) -> bytes | None:
    """Return an MP3 file with a Xing header, where it has none.

    Without one, a decoder guesses the number of frames from the bit rate of the first one. Where
    the bit rate varies, it then stops early.

    Parameters
    ----------
    raw : BinaryIO
        An MPEG file.

    Returns
    -------
    bytes or None
        The file without its tags. None if it needs no header, or none fits.
    """
    chain = frame_chain(raw)
    raw.seek(after_tags(raw))
    data = raw.read() if chain.frames and chain.announced is None else b""
    frame = _frame(data[:7])
    if frame is None or data[1] >> 1 & 3 != 1:  # only layer III has the header
        return None
    mono, mpeg1 = data[3] >> 6 == 3, data[1] >> 3 & 3 == 3
    side_info = (17 if mono else 32) if mpeg1 else (9 if mono else 17)
    header = bytes([data[0], data[1] | 1, *data[2:4]]) + bytes(side_info)  # | 1: no checksum
    header += b"Xing" + (1).to_bytes(4, "big") + chain.frames.to_bytes(4, "big")
    return header.ljust(frame[0], b"\0") + data if len(header) <= frame[0] else None


def _announced(frame: bytes) -> int | None:
    """Return the frames that a Xing, Info or VBRI header announces, 0 if it leaves them open."""
    for tag in (b"Xing", b"Info"):
        if (at := frame.find(tag)) > 0:
            has_count = frame[at + 7] & 1
            return int.from_bytes(frame[at + 8 : at + 12], "big") if has_count else 0
    if (at := frame.find(b"VBRI")) > 0:
        return int.from_bytes(frame[at + 14 : at + 18], "big")
    return None
