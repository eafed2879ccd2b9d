"""Reading with FFmpeg what libsndfile does not read: AAC, Apple Lossless, WMA, WavPack and more.

Only bytes are handed over, never a name or an address, and only of files whose first bytes are of
an audio format. Playlists, which name other files, never get here. Some damaged files crash the
decoders, so each file is decoded in a process of its own.
"""

from typing import BinaryIO, Final

import numpy as np

from neural_drum_machine.child_process import MAX_SECONDS, ChildError, answer_of
from neural_drum_machine.errors import MissingExtraError
from neural_drum_machine.extras import is_installed
from neural_drum_machine.signal import ffmpeg_child
from neural_drum_machine.signal.formats import FORMATS_MODULE, needs_formats
from neural_drum_machine.signal.reading import MAX_SEARCH_VALUES, MAX_VALUES, Reading, most_frames

MAX_BYTES: Final = 2**28
"""Larger files are refused, because they are held in memory: 256 MiB."""
_MAX_ANSWER: Final = ffmpeg_child.HEAD.size + 4 * MAX_VALUES


def read_with_ffmpeg(raw: BinaryIO, kind: str, seconds: float = MAX_SECONDS) -> Reading:
    """Read the beginning of a file, or from its first sound on where that comes late.

    Starting a process for it takes about 0.08 s, on one core of an AMD EPYC. Decoding a drum sound
    takes a few milliseconds.

    Parameters
    ----------
    raw : BinaryIO
        Readable and seekable.
    kind : str
        The name of its format, for errors.
    seconds : float
        How long that may take.

    Returns
    -------
    Reading
        The samples.

    Raises
    ------
    MissingExtraError
        If the extra ``formats`` is not installed.
    ValueError
        If the file is damaged, too large, of a codec that FFmpeg lacks, or if decoding it crashes,
        takes too long, or takes more than a gibibyte.
    """
    if not is_installed(FORMATS_MODULE):
        raise MissingExtraError(f"{kind} files {needs_formats()}")
    raw.seek(0)
    data = raw.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES // 2**20} MiB, which is the most for {kind}")
    try:
        answer = answer_of(ffmpeg_child.__name__, data, _MAX_ANSWER, seconds)
    except ChildError as error:
        raise ValueError(f"FFmpeg failed to decode its {kind}: {error}") from error
    return _reading(answer, kind)


def _reading(answer: bytes, kind: str) -> Reading:
    """Read an answer of the process, which a damaged file may have made do anything."""
    head = ffmpeg_child.HEAD
    if len(answer) < head.size:
        raise ValueError(f"FFmpeg failed to decode its {kind}")
    is_decoded, more, sr, n_channels, n, skipped = head.unpack_from(answer)
    if not is_decoded:
        raise ValueError(f"damaged, or a kind of {kind} that FFmpeg lacks")
    most_frames(sr, n_channels)  # raises if they are implausible
    is_whole = len(answer) == head.size + 4 * n * n_channels
    if not is_whole or not 0 <= skipped <= MAX_SEARCH_VALUES:
        raise ValueError(f"FFmpeg failed to decode its {kind}")
    samples = np.frombuffer(answer, np.float32, offset=head.size).reshape(n_channels, n).copy()
    return Reading(samples, sr, more, skipped)
