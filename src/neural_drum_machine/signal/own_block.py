"""Bytes of this program inside a WAV or FLAC file, beside its samples and its comment.

In a WAV file they are a chunk ``ndma``, in a FLAC file an APPLICATION block ``NDMA``. Other
programs skip both.
"""

from pathlib import Path
from typing import BinaryIO, Final

from neural_drum_machine.errors import AudioError
from neural_drum_machine.regular_files import open_regular

MOST_BYTES: Final = 1_000_000
"""Larger blocks are refused."""
_CHUNK: Final = b"ndma"
_APPLICATION: Final = b"NDMA"
_APPLICATION_TYPE: Final = 2
_LAST: Final = 0x80
_STREAMINFO_END: Final = 4 + 4 + 34


def with_block(data: bytes, payload: bytes) -> bytes:
    """Return a WAV or FLAC file with a block.

    Parameters
    ----------
    data : bytes
        A file that libsndfile has written.
    payload : bytes
        At most :data:`MOST_BYTES`.
    """
    if data[:4] == b"fLaC":
        info = bytearray(data[4:_STREAMINFO_END])
        last, info[0] = info[0] & _LAST, info[0] & ~_LAST
        size = len(_APPLICATION) + len(payload)
        head = bytes([last | _APPLICATION_TYPE]) + size.to_bytes(3, "big")
        return data[:4] + bytes(info) + head + _APPLICATION + payload + data[_STREAMINFO_END:]
    padded = payload + b"\0" * (len(payload) % 2)
    whole = data[8:] + _CHUNK + len(payload).to_bytes(4, "little") + padded
    return data[:4] + len(whole).to_bytes(4, "little") + whole


def read_block(path: str | Path) -> bytes:
    """Return the block of a WAV or FLAC file, or nothing where there is none.

    Raises
    ------
    AudioError
        If the file cannot be opened, or its block is too large or truncated.
    """
    try:
        with open_regular(path) as file:
            return _find(file, str(path))
    except OSError as error:
        raise AudioError(f"{path}: cannot be opened ({error.strerror})") from error


def _find(file: BinaryIO, name: str) -> bytes:
    start = file.read(12)
    if start[:4] == b"fLaC":
        file.seek(4)
        return _in_flac(file, name)
    if start[:4] == b"RIFF" and start[8:] == b"WAVE":
        return _in_wav(file, name)
    return b""


def _in_wav(file: BinaryIO, name: str) -> bytes:
    while len(head := file.read(8)) == 8:
        size = int.from_bytes(head[4:], "little")
        if head[:4] == _CHUNK:
            return _payload(file, size, name)
        file.seek(size + size % 2, 1)
    return b""


def _in_flac(file: BinaryIO, name: str) -> bytes:
    while len(head := file.read(4)) == 4:
        size = int.from_bytes(head[1:], "big")
        if head[0] & ~_LAST == _APPLICATION_TYPE and size >= 4:
            if file.read(4) == _APPLICATION:
                return _payload(file, size - 4, name)
            size -= 4
        if head[0] & _LAST:
            break
        file.seek(size, 1)
    return b""


def _payload(file: BinaryIO, size: int, name: str) -> bytes:
    if size > MOST_BYTES:
        raise AudioError(f"{name}: its own block claims {size} bytes; the most is {MOST_BYTES}")
    data = file.read(size)
    if len(data) < size:
        raise AudioError(f"{name}: its own block is cut short; copy the file again")
    return data
