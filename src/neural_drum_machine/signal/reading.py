"""How much of a sound file is read, and what reading it gives."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray

MAX_READ_SECONDS: Final = 30.0
"""Only this much of a file is read, from its beginning or from shortly before its first sound."""
MAX_SEARCH_SECONDS: Final = 600.0
"""The first sound is searched for in this much of a file."""
MAX_VALUES: Final = 2**23
"""Most samples times channels that are read: 32 MiB. Two channels of 96 kHz last 30 s, eight of
them 11 s."""
MAX_SEARCH_VALUES: Final = 2**26
"""Most samples times channels in which the first sound is searched for: ten minutes of two channels
at 48 kHz. FLAC stores an hour of silence in a few bytes, but decoding it takes its time."""
MAX_CHANNELS: Final = 64
"""A header with more channels is taken for damaged."""
MIN_SR: Final = 1_000
MAX_SR: Final = 1_000_000
"""Lowest and highest plausible sample rate in Hz."""
SILENCE_PEAK: Final = 3e-4
"""Peak, full scale 1, under which a sound counts as silent: −70 dB."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in a file.

    Attributes
    ----------
    channels : numpy.ndarray
        Shape ``(n_channels, n)``, float32.
    sr : int
        Sample rate in Hz.
    more : bool
        Whether the file goes on.
    skipped : int
        Silent samples at the beginning that were left out.
    """

    channels: FloatArray
    sr: int
    more: bool = False
    skipped: int = 0


def most_frames(sr: int, n_channels: int) -> int:
    """Return how many samples of each channel are read.

    Raises
    ------
    ValueError
        If the sample rate or the number of channels is implausible.
    """
    if not MIN_SR <= sr <= MAX_SR or not 1 <= n_channels <= MAX_CHANNELS:
        raise ValueError(f"its header claims {sr} Hz and {n_channels} channels")
    return min(int(MAX_READ_SECONDS * sr), MAX_VALUES // n_channels)


def most_searched(sr: int, n_channels: int) -> int:
    """Return in how many samples of each channel the first sound is searched for."""
    return min(int(MAX_SEARCH_SECONDS * sr), MAX_SEARCH_VALUES // n_channels)


def is_silent(samples: FloatArray) -> bool:
    """Return whether no sample reaches −70 dB of full scale. NaN is no silence."""
    return bool(np.abs(samples).max(initial=0.0) < SILENCE_PEAK)
