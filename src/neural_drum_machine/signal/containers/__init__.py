"""Whether a sound file is whole: what its container announces against what is there.

libsndfile reads what is left of a cut file and says nothing. Its frame count is then that of the
rest. So the few bytes that announce a length are read here, of each container that has them.
"""

import os
from typing import BinaryIO

from neural_drum_machine.signal.containers.boxes import boxes_extent
from neural_drum_machine.signal.containers.chunks import Extent, chunked_extent
from neural_drum_machine.signal.containers.fixed import fixed_extent
from neural_drum_machine.signal.containers.mpeg import is_mpeg, mpeg_fault
from neural_drum_machine.signal.containers.ogg import ogg_fault
from neural_drum_machine.signal.containers.sds import is_sds, sds_fault

__all__ = ["why_incomplete"]

_SLACK_BYTES = 128
"""Some programs count their header as sound. So little may be missing."""
_SLACK = 0.01
"""A hit that lacks the last hundredth of its tail is no other hit."""


def why_incomplete(raw: BinaryIO) -> str:
    """Return why a sound file is not whole.

    Parameters
    ----------
    raw : BinaryIO
        Readable and seekable. It is left at an arbitrary position.

    Returns
    -------
    str
        The fault, such as ``cut short: its header announces 88200 bytes, 44078 are there``. Empty
        if the file is whole, and for containers that announce nothing. Lengths of 0 and of all ones
        are those of programs that write to a pipe; they announce nothing.
    """
    size = raw.seek(0, os.SEEK_END)
    raw.seek(0)
    head = raw.read(64)
    if head.startswith(b"OggS"):
        return ogg_fault(raw)
    if is_sds(head):
        return sds_fault(raw)
    extent = chunked_extent(raw, head) or fixed_extent(raw, head) or boxes_extent(raw, head, size)
    if extent is not None:
        return _missing(extent, size)
    return mpeg_fault(raw, size) if is_mpeg(raw) else ""


def _missing(extent: Extent, size: int) -> str:
    there = max(0, size - extent.start)
    missing = extent.length - there
    slack = max(_SLACK * extent.length, min(_SLACK_BYTES, 0.1 * extent.length))
    if missing <= slack:
        return ""
    return f"cut short: its header announces {extent.length} bytes, {there} are there"
