"""Reading with libsndfile: WAV, AIFF, FLAC, Ogg, MP3, CAF, AU and older formats."""

from collections.abc import Container
from typing import BinaryIO, Final

import numpy as np
import soundfile

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.containers.streamed import with_length
from neural_drum_machine.signal.reading import Reading, is_silent, most_frames, most_searched

_BLOCK: Final = 65_536
_BLOCK_VALUES: Final = 2**18
"""Most values, of all channels, that are read at once: 1 MiB."""
_STREAM_BLOCK: Final = 4096
CONTAINERS: Final = frozenset(
    {"WAV", "WAVEX", "RF64", "W64", "AIFF", "AU", "CAF", "FLAC", "OGG", "MP3", "SVX", "VOC", "NIST"}
    | {"IRCAM", "PAF", "PVF", "AVR", "XI", "MPC2K", "SDS"}
)
"""libsndfile's names of the containers that are read; docs/datasets.md lists them."""
COMMON_CONTAINERS: Final = frozenset(
    {"WAV", "WAVEX", "RF64", "W64", "AIFF", "AU", "CAF", "FLAC", "OGG", "MP3"}
)
"""Those that programs of today write."""
_UNKNOWN: Final = 2**62
"""libsndfile gives more frames than this to a FLAC file that does not tell its length."""


def read_with_soundfile(raw: BinaryIO, containers: Container[str] = CONTAINERS) -> Reading:
    """Read the beginning of a file, or from its first sound on where that comes late.

    Parameters
    ----------
    raw : BinaryIO
        Readable and seekable.
    containers : container of str
        libsndfile's names of the containers that are read.

    Raises
    ------
    soundfile.SoundFileError
        If libsndfile cannot read the file.
    ValueError
        If the file is of another container, whatever its name, or its header claims an
        implausible sample rate or number of channels.
    """
    stream = _Forgiving(with_length(raw))
    with soundfile.SoundFile(stream) as file:
        if file.format not in containers:
            raise ValueError(f"{file.format_info} is not read here")
        sr = int(file.samplerate)
        searched = most_searched(sr, max(1, int(file.channels)))
        wanted = most_frames(sr, int(file.channels))
        if file.frames >= _UNKNOWN:
            return _read_without_length(stream, sr, wanted)
        # In blocks, so that a header with a wrong length cannot claim memory.
        blocks: list[FloatArray] = []
        size = min(_BLOCK, _BLOCK_VALUES // int(file.channels), wanted)
        kept = skipped = 0
        heard = False
        while kept < wanted or not heard:
            block = file.read(size, dtype="float32", always_2d=True)
            if not len(block):
                return Reading(_joined(blocks, file.channels), sr, False, skipped)
            if not heard and not is_silent(block):
                heard = True
                if kept > wanted // 2:
                    # The hit begins here. The block before holds what precedes its attack.
                    skipped += kept - len(blocks[-1])
                    del blocks[:-1]
                    kept = len(blocks[-1])
            blocks.append(block)
            kept += len(block)
            if not heard and kept > wanted:
                kept -= len(blocks[0])
                skipped += len(blocks.pop(0))
                if skipped + kept >= searched:
                    return Reading(_joined(blocks, file.channels), sr, True, skipped)
        samples = _joined(blocks, file.channels)[:, :wanted]
        return Reading(samples, sr, kept > wanted or len(file.read(1)) > 0, skipped)


def reason(error: Exception) -> str:
    """Return why libsndfile cannot read a file, without naming a file that only it sees."""
    # soundfile's own message names the Python object that it reads from.
    why = str(getattr(error, "error_string", error)).rstrip(".")
    # libsndfile says so of files in which it finds no frame of MP3.
    return "it holds no sound" if "does not exist" in why else why


class _Forgiving:
    """A file in which seeking to an impossible place does nothing.

    libsndfile asks for such places when a header is damaged. It notices by itself, but an exception
    in its callback would be printed with a traceback.
    """

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw

    def seek(self, offset: int, whence: int = 0) -> int:
        try:
            return self._raw.seek(offset, whence)
        except (OSError, ValueError):
            return self._raw.tell()

    def tell(self) -> int:
        return self._raw.tell()

    def read(self, n: int) -> bytes:
        return self._raw.read(n)


def _read_without_length(raw: _Forgiving, sr: int, wanted: int) -> Reading:
    """Read a FLAC file that was written to a pipe.

    libsndfile fails at its end and gives up the block that it was asked for. So the last block is
    read once more, sample by sample.
    """
    blocks: list[FloatArray] = []
    kept, step = 0, _STREAM_BLOCK
    while True:
        raw.seek(0)
        with soundfile.SoundFile(raw) as file:
            file.read(kept, dtype="float32")
            while kept < wanted:
                try:
                    block = file.read(step, dtype="float32", always_2d=True)
                except soundfile.SoundFileError:
                    break
                if not len(block):
                    step = 1
                    break
                blocks.append(block)
                kept += len(block)
        if step == 1 or kept >= wanted:
            return Reading(_joined(blocks, file.channels)[:, :wanted], sr, kept >= wanted)
        step = 1


def _joined(blocks: list[FloatArray], n_channels: int) -> FloatArray:
    if not blocks:
        return np.zeros((n_channels, 0), np.float32)
    samples = np.empty((n_channels, sum(map(len, blocks))), np.float32)
    np.concatenate(blocks, out=samples.T)
    return samples
