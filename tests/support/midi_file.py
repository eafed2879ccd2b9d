"""A MIDI file of notes, byte by byte."""

import struct
from collections.abc import Sequence

TICKS = 480
"""A second, at a tempo of 60."""


def midi_file(
    notes: Sequence[tuple[float, int, int]],
    seconds: float = 0.05,
    *,
    channel: int = 9,
    program: int = 0,
) -> bytes:
    """Notes of one channel (0 to 15): (start in seconds, note, velocity), all of one length."""
    events = [
        (round(start * TICKS), bytes([0x90 | channel, note, velocity]))
        for start, note, velocity in notes
    ]
    events += [
        (round((start + seconds) * TICKS), bytes([0x80 | channel, note, 0]))
        for start, note, _ in notes
    ]
    track = b"\0\xff\x51\3" + (1_000_000).to_bytes(3, "big")
    track += bytes([0, 0xC0 | channel, program])
    now = 0
    for tick, message in sorted(events):
        track += _length(tick - now) + message
        now = tick
    track += _length(TICKS) + b"\xff\x2f\0"
    head = struct.pack(">4sIHHH", b"MThd", 6, 0, 1, TICKS)
    return head + b"MTrk" + struct.pack(">I", len(track)) + track


def _length(value: int) -> bytes:
    out = [value & 0x7F]
    while value := value >> 7:
        out.insert(0, value & 0x7F | 0x80)
    return bytes(out)
