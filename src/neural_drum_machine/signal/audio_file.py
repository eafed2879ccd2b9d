"""Reading sound files of any rate, width and number of channels, as mono samples."""

from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError

AUDIO_SUFFIXES = frozenset(
    {".wav", ".wave", ".w64", ".rf64", ".flac", ".ogg", ".oga", ".opus", ".mp3"}
    | {".aif", ".aiff", ".aifc", ".au", ".snd", ".caf"}
)
"""Endings of the files that are read (lower case)."""
MAX_READ_SECONDS = 30.0
"""Only this much of a file is read."""
MAX_CHANNELS = 64
"""A header with more channels is taken for damaged."""
MIN_SR, MAX_SR = 1_000, 1_000_000
"""Lowest and highest plausible sample rate in Hz."""
SILENCE_PEAK = 3e-4
"""Peak, full scale 1, under which a sound counts as silent: −70 dB."""
_BLOCK = 65_536


def read_audio(path: str | Path) -> tuple[FloatArray, int]:
    """Read a sound file as mono: WAV, FLAC, OGG, MP3, AIFF and other formats of libsndfile.

    Parameters
    ----------
    path : str or Path
        The file, of any sample rate, sample width and number of channels. At most its first 30 s
        are read.

    Returns
    -------
    samples : numpy.ndarray
        Shape ``(n,)``, float32, the mean of the channels, full scale 1.
    sr : int
        The file's sample rate in Hz.

    Raises
    ------
    AudioError
        If the file is missing, unreadable or empty, holds NaN or infinities, or is longer than 30 s
        and silent for the first 30 s.
    """
    path = Path(path)
    try:
        # Opened here, because libsndfile refuses names that are not UTF-8. Old libraries have some.
        with path.open("rb") as raw:
            return read_stream(raw, str(path))
    except FileNotFoundError:
        raise AudioError(f"{path}: no such file") from None
    except OSError as error:
        raise AudioError(f"{path}: cannot be opened ({error.strerror})") from error


def read_stream(raw: BinaryIO, name: str = "sound") -> tuple[FloatArray, int]:
    """Read a sound from an open file or from memory; see :func:`read_audio`.

    Parameters
    ----------
    raw : BinaryIO
        Readable and seekable, such as ``io.BytesIO``.
    name : str
        How errors call the sound.

    Raises
    ------
    AudioError
        As :func:`read_audio`.
    """
    try:
        with soundfile.SoundFile(raw) as file:
            sr, channels = int(file.samplerate), int(file.channels)
            if not MIN_SR <= sr <= MAX_SR or channels > MAX_CHANNELS:
                raise ValueError(f"its header claims {sr} Hz and {channels} channels")
            # In blocks, so that a header with a wrong length cannot claim memory.
            blocks, wanted = [], int(MAX_READ_SECONDS * sr)
            while wanted > 0:
                block = file.read(min(_BLOCK, wanted), dtype="float32", always_2d=True)
                if not len(block):
                    break
                blocks.append(block.mean(axis=1, dtype=np.float32))
                wanted -= len(block)
            samples = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
            more = wanted <= 0 and len(file.read(1)) > 0
    except (soundfile.SoundFileError, ValueError, TypeError) as error:
        # soundfile's own message names the Python object that it reads from.
        why = str(getattr(error, "error_string", error)).rstrip(".")
        raise AudioError(
            f"{name}: not readable as audio ({why}); "
            "use a complete WAV, FLAC, OGG, MP3 or AIFF file"
        ) from error
    if len(samples) == 0:
        raise AudioError(f"{name}: holds no samples; export the sound again")
    if not np.isfinite(samples).all():
        raise AudioError(f"{name}: holds NaN or infinite samples; export the sound again")
    if more and np.abs(samples).max() < SILENCE_PEAK:
        raise AudioError(
            f"{name}: silent in its first {MAX_READ_SECONDS:.0f} s, and no more is read; "
            "cut the silence before the hit"
        )
    return samples, sr
