"""Reading sound files of any rate, width and number of channels."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

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


MAX_VALUES: Final = 2**25
"""Most samples times channels that are read: 128 MiB. Eight channels of 96 kHz last 30 s."""
CANCELLING_DB: Final = -12.0
"""Channels cancel if their mean is this much quieter than that of channels with nothing in common.
For two channels of one level the mean then lies 15 dB under each."""


@dataclass(frozen=True, slots=True)
class Clip:
    """The sound in a file, as it was stored.

    Attributes
    ----------
    channels : numpy.ndarray
        Shape ``(n_channels, n)``, float32, full scale 1.
    sr : int
        Sample rate in Hz.
    notes : tuple of str
        Sentences for the user about what was done to read the file.
    """

    channels: FloatArray
    sr: int
    notes: tuple[str, ...] = ()

    def mono(self) -> FloatArray:
        """Return the mean of the channels, or the loudest channel if they cancel.

        Returns
        -------
        numpy.ndarray
            Shape ``(n,)``, float32.
        """
        if len(self.channels) == 1:
            return self.channels[0]
        loudest = _loudest_of_cancelling(self.channels)
        if loudest is not None:
            return self.channels[loudest]
        return self.channels.mean(axis=0, dtype=np.float64).astype(np.float32)


def _loudest_of_cancelling(channels: FloatArray) -> int | None:
    """Return the index of the loudest channel if the channels cancel, otherwise None."""
    if len(channels) == 1 or channels.size == 0:
        return None
    power = channels.var(axis=1, dtype=np.float64)
    total = float(power.sum())
    mean_power = float(channels.mean(axis=0, dtype=np.float64).var())
    # Channels with nothing in common would give a mean of this power.
    unrelated = total / len(channels) ** 2
    if total == 0 or mean_power > unrelated * 10 ** (CANCELLING_DB / 10):
        return None
    return int(power.argmax())


def read_audio(path: str | Path) -> Clip:
    """Read a sound file: WAV, FLAC, OGG, MP3, AIFF and other formats of libsndfile.

    Parameters
    ----------
    path : str or Path
        The file, of any sample rate, sample width and number of channels. At most its first 30 s
        are read.

    Returns
    -------
    Clip
        All channels, with the file's sample rate.

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


def read_stream(raw: BinaryIO, name: str = "sound") -> Clip:
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
            blocks, wanted = [], min(int(MAX_READ_SECONDS * sr), MAX_VALUES // channels)
            while wanted > 0:
                block = file.read(min(_BLOCK, wanted), dtype="float32", always_2d=True)
                if not len(block):
                    break
                blocks.append(block)
                wanted -= len(block)
            samples = np.ascontiguousarray(np.concatenate(blocks).T) if blocks else np.zeros((1, 0))
            more = wanted <= 0 and len(file.read(1)) > 0
    except (soundfile.SoundFileError, ValueError, TypeError) as error:
        # soundfile's own message names the Python object that it reads from.
        why = str(getattr(error, "error_string", error)).rstrip(".")
        raise AudioError(
            f"{name}: not readable as audio ({why}); "
            "use a complete WAV, FLAC, OGG, MP3 or AIFF file"
        ) from error
    if samples.size == 0:
        raise AudioError(f"{name}: holds no samples; export the sound again")
    if not np.isfinite(samples).all():
        raise AudioError(f"{name}: holds NaN or infinite samples; export the sound again")
    if more and np.abs(samples).max() < SILENCE_PEAK:
        raise AudioError(
            f"{name}: silent in its first {MAX_READ_SECONDS:.0f} s, and no more is read; "
            "cut the silence before the hit"
        )
    notes: tuple[str, ...] = ()
    if (loudest := _loudest_of_cancelling(samples)) is not None:
        notes = (f"its channels cancel each other, so only channel {loudest + 1} is used",)
    return Clip(samples, sr, notes)
