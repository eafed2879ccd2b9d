"""Takes: 64 fixed pieces of white noise that grain is taken from.

Another take is another hit of the same drum: the noise differs, everything else stays.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from neural_drum_machine.arrays import ComplexArray, FloatArray
from neural_drum_machine.errors import ControlError
from neural_drum_machine.signal.mel import mel_filterbank
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.signal.stft import Stft, short_fft

TAKES: Final = 64
"""Number of takes; they are numbered from 0."""
_MARGIN: Final = 2
"""Frames left out at either end, where an STFT sees less than a whole window."""


@dataclass(frozen=True, slots=True)
class Take:
    """White noise in the two forms that rendering needs.

    Attributes
    ----------
    jumps : numpy.ndarray
        Shape ``(n_mels, n_frames)``, natural logarithms: the noise's log-mel minus the mean of
        each band. Read-only.
    phases : numpy.ndarray
        Shape ``(n_frames, n_fft // 2 + 1)``, complex numbers of magnitude 1: the phases of its
        STFT. Read-only.
    """

    jumps: FloatArray
    phases: ComplexArray


def check_take(take: int) -> None:
    """Raise :class:`ControlError` unless there is a take of this number."""
    if isinstance(take, bool) or not isinstance(take, int | np.integer) or not 0 <= take < TAKES:
        raise ControlError(f"take must be a whole number from 0 to {TAKES - 1}, got {take!r}")


def noise_take(spec: AudioSpec, take: int, n_fft: int | None = None) -> Take:
    """Return one of the takes.

    Parameters
    ----------
    spec : AudioSpec
        Audio format.
    take : int
        Its number, 0 to 63. The same number gives the same noise, also in later versions.
    n_fft : int, optional
        Transform length of the phases. Without it, the shortest that holds a window.

    Raises
    ------
    ControlError
        If there is no such take.
    """
    check_take(take)
    return _take(spec, int(take), n_fft or short_fft(spec))


@lru_cache(maxsize=2 * TAKES)
def _take(spec: AudioSpec, take: int, n_fft: int) -> Take:
    noise = white_noise(spec, take)
    levels = noise_log_mel(spec, noise)
    jumps = levels - levels.mean(axis=1, keepdims=True)
    stft = Stft(spec, n_fft, spec.n_frames + 2 * _MARGIN)
    spectrum = stft.forward(noise)[_MARGIN:-_MARGIN]
    phases = (spectrum / np.maximum(np.abs(spectrum), np.float32(1e-12))).astype(np.complex64)
    for array in (jumps, phases):
        array.setflags(write=False)
    return Take(jumps, phases)


def white_noise(spec: AudioSpec, seed: int) -> FloatArray:
    """Return white noise for ``n_frames`` frames and the margins, float32, variance 1."""
    samples = (spec.n_frames + 2 * _MARGIN) * spec.hop_length
    # NumPy promises that RandomState's stream never changes; default_rng's may.
    return np.random.RandomState(seed).standard_normal(samples).astype(np.float32)


def noise_log_mel(spec: AudioSpec, noise: FloatArray) -> FloatArray:
    """Return the log-mel ``(n_mels, n_frames)`` of noise from :func:`white_noise`."""
    stft = Stft(spec, spec.n_fft, spec.n_frames + 2 * _MARGIN)
    spectrum = stft.forward(noise)[_MARGIN:-_MARGIN]
    out: FloatArray = np.log(mel_filterbank(spec) @ np.abs(spectrum).T)
    return out
