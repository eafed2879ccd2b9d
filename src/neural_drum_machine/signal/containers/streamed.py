"""Files that were written to a pipe, so that their headers could not tell their length."""

import io
import os
from typing import BinaryIO, Final

from neural_drum_machine.signal.containers.chunks import Order, caf_data, is_streamed, wav_data
from neural_drum_machine.signal.containers.mpeg import is_mpeg, with_frame_count

_MAX_BYTES: Final = 2**26
_TO_THE_END: Final = 2**64 - 1


def with_length(raw: BinaryIO) -> BinaryIO:
    """Return a file with its length in the header where libsndfile needs it there.

    libsndfile refuses a CAF file whose data chunk lasts to the end. It finds nothing in WAV and AU
    files that announce 0 bytes. It guesses the length of an MP3 file without a Xing header.

    Parameters
    ----------
    raw : BinaryIO
        Readable and seekable.

    Returns
    -------
    BinaryIO
        The file itself at its beginning, or a copy in memory.
    """
    size = raw.seek(0, os.SEEK_END)
    raw.seek(0)
    head = raw.read(12)
    data = None
    if size <= _MAX_BYTES:
        if head.startswith(b"caff"):
            data = _caf(raw, size)
        elif head[8:] == b"WAVE" and head[:4] in (b"RIFF", b"RIFX"):
            data = _wav(raw, head, size)
        elif head.startswith(b".snd"):
            data = _au(raw, head)
        elif is_mpeg(raw):
            data = with_frame_count(raw)
    raw.seek(0)
    return raw if data is None else io.BytesIO(data)


def _caf(raw: BinaryIO, size: int) -> bytes | None:
    extent = caf_data(raw)
    if extent is None or extent.length != _TO_THE_END:
        return None
    return _patched(raw, extent.start - 8, (size - extent.start).to_bytes(8, "big"))


def _wav(raw: BinaryIO, head: bytes, size: int) -> bytes | None:
    order: Order = "little" if head.startswith(b"RIFF") else "big"
    extent = wav_data(raw, head)
    announced = int.from_bytes(head[4:8], order)
    if extent is None or extent.length:
        return None
    if not is_streamed(announced) and 8 + announced > extent.start:
        # The whole includes what follows. An empty sound is followed by another chunk.
        raw.seek(extent.start)
        if all(0x20 <= byte < 0x7F for byte in raw.read(4)):
            return None
    return _patched(raw, extent.start - 4, (size - extent.start).to_bytes(4, order))


def _au(raw: BinaryIO, head: bytes) -> bytes | None:
    return _patched(raw, 8, b"\xff" * 4) if is_streamed(int.from_bytes(head[8:], "big")) else None


def _patched(raw: BinaryIO, at: int, new: bytes) -> bytes:
    raw.seek(0)
    data = raw.read()
    return data[:at] + new + data[at + len(new) :]
