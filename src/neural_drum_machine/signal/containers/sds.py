"""MIDI sample dumps: packets of 127 bytes, each of which begins alike.

libsndfile reads packets that begin otherwise as sound, and prints a line about each on the standard
output, where nothing but results may stand.
"""

from typing import BinaryIO, Final

_HEADER: Final = b"\xf0\x7e"
_FIRST: Final = 21
_PACKET: Final = 127
_DATA: Final = 120
"""Bytes of sound in a packet: seven bits each."""


def is_sds(head: bytes) -> bool:
    """Return whether a file begins with the header of a sample dump."""
    return head.startswith(_HEADER) and head[3:4] == b"\x01"


def sds_fault(raw: BinaryIO) -> str:
    """Return why a sample dump is cut short or damaged; empty if it is whole."""
    raw.seek(0)
    head = raw.read(_FIRST)
    if len(head) < _FIRST or not 8 <= head[6] <= 28:
        return "damaged: its header states no number of bits"
    samples = head[10] & 0x7F | (head[11] & 0x7F) << 7 | (head[12] & 0x7F) << 14
    in_packet = _DATA // -(-head[6] // 7)
    announced = -(-samples // in_packet)
    data = raw.read(announced * _PACKET)
    there = len(data) // _PACKET
    if there < announced:
        return f"cut short: its header announces {announced} packets, {there} are there"
    if any(not data.startswith(_HEADER, at) for at in range(0, len(data), _PACKET)):
        return "damaged: a packet does not begin as packets do"
    return ""
