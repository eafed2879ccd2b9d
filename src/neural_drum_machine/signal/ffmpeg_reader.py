"""Reading with FFmpeg what libsndfile does not read: AAC, Apple Lossless, WMA, WavPack and more.

Only bytes are handed over, never a name or an address, and only of files whose first bytes are of
an audio format. Playlists, which name other files, never get here.
"""

from typing import BinaryIO, Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import MissingExtraError
from neural_drum_machine.extras import is_installed
from neural_drum_machine.signal.formats import FORMATS_MODULE, needs_formats
from neural_drum_machine.signal.reading import (
    SILENCE_PEAK,
    Reading,
    most_frames,
    most_searched,
)

MAX_BYTES: Final = 2**28
"""Larger files are refused, because they are held in memory: 256 MiB."""


def read_with_ffmpeg(raw: BinaryIO, kind: str) -> Reading:
    """Read the beginning of a file.

    Parameters
    ----------
    raw : BinaryIO
        Readable and seekable.
    kind : str
        The name of its format, for errors.

    Returns
    -------
    Reading
        The samples.

    Raises
    ------
    MissingExtraError
        If the extra ``formats`` is not installed.
    ValueError
        If the file is damaged, too large, or of a codec that FFmpeg lacks.
    """
    if not is_installed(FORMATS_MODULE):
        raise MissingExtraError(f"{kind} files {needs_formats()}")
    # Imported here: codecpod is optional.
    import codecpod

    raw.seek(0)
    data = raw.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES // 2**20} MiB, which is the most for {kind}")
    try:
        info = codecpod.info(data)
        n = most_frames(info.sample_rate, info.channels)
        start = 0
        while True:
            x, sr = codecpod.load(data, frame_offset=start, num_frames=n + 1)  # type: ignore[misc]
            samples: FloatArray = np.atleast_2d(np.asarray(x, np.float32))
            more = samples.shape[1] > n
            # A sound in the second half is read again, from half a second before it.
            first = _first_sound(samples) - sr // 2 if more else 0
            if first <= n // 2 or start + n >= most_searched(sr, info.channels):
                return Reading(samples[:, :n], int(sr), more, start)
            start += first
    except codecpod.CodecpodError as error:
        raise ValueError(f"damaged, or a kind of {kind} that FFmpeg lacks") from error


def _first_sound(samples: FloatArray) -> int:
    """Return the first sample that is no silence, or the number of samples if there is none."""
    loud = ~(np.abs(samples).max(axis=0) < SILENCE_PEAK)  # NaN is no silence
    return int(loud.argmax()) if loud.any() else len(loud)
