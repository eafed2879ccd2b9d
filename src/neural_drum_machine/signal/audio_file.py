"""Reading sound files of any rate, width and number of channels."""

from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, Final

import numpy as np
import soundfile

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError, MissingExtraError
from neural_drum_machine.extras import is_installed
from neural_drum_machine.quiet_libraries import quiet_libraries
from neural_drum_machine.regular_files import open_regular
from neural_drum_machine.signal.containers import why_incomplete
from neural_drum_machine.signal.ffmpeg_reader import read_with_ffmpeg
from neural_drum_machine.signal.formats import (
    AUDIO_SUFFIXES,
    FORMATS_MODULE,
    ffmpeg_format,
    shared_format,
    why_unread,
)
from neural_drum_machine.signal.reading import (
    MAX_READ_SECONDS,
    MAX_SR,
    MIN_SR,
    SILENCE_PEAK,
    Reading,
    is_silent,
)
from neural_drum_machine.signal.soundfile_reader import (
    COMMON_CONTAINERS,
    CONTAINERS,
    read_with_soundfile,
    reason,
)

__all__ = [
    "AUDIO_SUFFIXES",
    "CANCELLING_DB",
    "COMMON_CONTAINERS",
    "CONTAINERS",
    "MAX_READ_SECONDS",
    "MAX_SR",
    "MIN_SR",
    "SILENCE_PEAK",
    "Clip",
    "read_audio",
    "read_stream",
]

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
        mono: FloatArray
        loudest = _loudest_of_cancelling(self.channels)
        if len(self.channels) == 1:
            mono = self.channels[0]
        elif loudest is not None:
            mono = self.channels[loudest]
        else:
            mono = self.channels.mean(axis=0, dtype=np.float64).astype(np.float32)
        return mono


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
    """Read a sound file: all formats of libsndfile and, with the extra ``formats``, of FFmpeg.

    Parameters
    ----------
    path : str or Path
        The file, of any sample rate and sample width, and of up to 64 channels. At most 30 s are
        read, and no more than 2²³ samples of all channels together: the first, or those from its
        first sound on where silence comes before it that lasts longer than half of that.

    Returns
    -------
    Clip
        All channels, with the file's sample rate.

    Raises
    ------
    AudioError
        If the file is missing, unreadable or empty, is cut short or damaged, needs an extra that is
        not installed, holds NaN or infinities, or is silent in its first ten minutes and goes on.
    """
    try:
        # Opened here, because libsndfile refuses names that are not UTF-8. Old libraries have some.
        with open_regular(path) as raw:
            return read_stream(raw, str(path))
    except FileNotFoundError:
        raise AudioError(f"{path}: no such file") from None
    except OSError as error:
        raise AudioError(f"{path}: cannot be opened ({error.strerror})") from error


def read_stream(
    raw: BinaryIO, name: str = "sound", containers: Container[str] = CONTAINERS
) -> Clip:
    """Read a sound from an open file or from memory; see :func:`read_audio`.

    Parameters
    ----------
    raw : BinaryIO
        Readable and seekable, such as ``io.BytesIO``.
    name : str
        How errors call the sound.
    containers : container of str
        Which of libsndfile's containers are read: :data:`CONTAINERS` or fewer of them.

    Raises
    ------
    AudioError
        As :func:`read_audio`.
    """
    if why := why_incomplete(raw):
        raise AudioError(f"{name}: {why}; copy the file again, or export it again")
    with quiet_libraries():
        reading = _read(raw, name, containers)
    samples = reading.channels
    if samples.size == 0:
        raise AudioError(f"{name}: holds no samples; export the sound again")
    if not np.isfinite(samples).all():
        raise AudioError(f"{name}: holds NaN or infinite samples; export the sound again")
    if reading.more and is_silent(samples):
        seconds = (reading.skipped + samples.shape[1]) / reading.sr
        raise AudioError(
            f"{name}: silent in its first {seconds / 60:.3g} minutes, and no more is "
            "read; cut the silence before the hit"
        )
    notes = []
    if reading.skipped:
        seconds = reading.skipped / reading.sr
        notes.append(f"Its first {seconds:.1f} s are silent and were left out.")
    if (loudest := _loudest_of_cancelling(samples)) is not None:
        notes.append(f"Its channels cancel each other, so only channel {loudest + 1} is used.")
    return Clip(samples, reading.sr, tuple(notes))


def _read(raw: BinaryIO, name: str, containers: Container[str]) -> Reading:
    kind = ffmpeg_format(raw)
    try:
        if kind:
            return read_with_ffmpeg(raw, kind)
        try:
            return read_with_soundfile(raw, containers)
        except soundfile.SoundFileError:
            # Its container may hold a codec that libsndfile lacks.
            kind = shared_format(raw)
            if not kind or not is_installed(FORMATS_MODULE):
                raise
            return read_with_ffmpeg(raw, kind)
    except MissingExtraError as error:
        raise AudioError(f"{name}: {error}") from None
    except (soundfile.SoundFileError, ValueError, TypeError) as error:
        if known := why_unread(PurePath(name).suffix):
            raise AudioError(f"{name}: {known}") from error
        raise AudioError(
            f"{name}: not readable as audio ({reason(error)}); "
            "use a complete WAV, FLAC, OGG, MP3 or AIFF file"
        ) from error
