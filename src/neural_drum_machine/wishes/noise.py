"""A noisier sound: noise with its own spectrum at each moment takes the place of a part of it."""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import ComplexArray, FloatArray
from neural_drum_machine.signal.windows import hann, rise
from neural_drum_machine.wishes.resonance import band_edges, flatness

_SIZE: Final = 1024
_HOP: Final = 256
_WINDOWS: Final = 1.5
"""Sum of the squared Hann windows that overlap at one sample."""
_ABOUT: Final = 5
"""Bins on each side that the noise's spectrum is smoothed over: together, about the 500 Hz of the
bands that noisiness is measured in."""
_GATE: Final = 22
_SEED: Final = 2019
_ROUNDS: Final = 6


@lru_cache(maxsize=4)
def _phases(frames: int) -> ComplexArray:
    random = np.random.RandomState(_SEED)
    out: ComplexArray = np.exp(
        2j * np.pi * random.random_sample((frames, _SIZE // 2 + 1)).astype(np.float32)
    ).astype(np.complex64)
    out.setflags(write=False)
    return out


def like_noise(samples: FloatArray, onset: int) -> FloatArray:
    """Return noise that has the spectrum of a sound in each frame, without its partials.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(channels, n)``, float32.
    onset : int
        The sample of the onset. Half a millisecond before it, the noise begins.

    Returns
    -------
    numpy.ndarray
        The same shape. All channels have the same phases, so that the stereo image stays.
    """
    channels, n = samples.shape
    frames = -(-(n + _SIZE) // _HOP) + 1
    padded = np.zeros((channels, (frames - 1) * _HOP + _SIZE), np.float32)
    padded[:, _SIZE - _HOP : _SIZE - _HOP + n] = samples
    window = hann(_SIZE).astype(np.float32)
    views = np.lib.stride_tricks.sliding_window_view(padded, _SIZE, axis=1)[:, ::_HOP]
    power = np.square(np.abs(np.fft.rfft(views * window))).astype(np.float32)
    smooth = np.sqrt(np.maximum(_smooth(power), 0))
    # Drawn in blocks, so that sounds of nearly the same length get the same noise.
    spectrum = smooth * _phases(-(-frames // 64) * 64)[:frames]
    pieces = np.fft.irfft(spectrum, _SIZE).astype(np.float32) * (window / _WINDOWS)
    out = np.zeros((channels, padded.shape[1] + _SIZE), np.float32)
    for k in range(_SIZE // _HOP):
        rows = out[:, k * _HOP : k * _HOP + frames * _HOP].reshape(channels, frames, _HOP)
        rows += pieces[:, :, k * _HOP : (k + 1) * _HOP]
    result: FloatArray = out[:, _SIZE - _HOP : _SIZE - _HOP + n].copy()
    gate = min(onset, _GATE)
    result[:, : onset - gate] = 0
    result[:, onset - gate : onset] *= rise(_GATE)[_GATE - gate :].astype(np.float32)
    return result


def _smooth(power: FloatArray) -> FloatArray:
    """Return the mean power of the bins about each bin, along the last axis; no DC."""
    total = np.cumsum(power, axis=-1, dtype=np.float64)
    total = np.concatenate([np.zeros((*total.shape[:-1], 1)), total], axis=-1)
    at = np.arange(power.shape[-1])
    first, last = np.maximum(at - _ABOUT, 0), np.minimum(at + _ABOUT + 1, len(at))
    out: FloatArray = ((total[..., last] - total[..., first]) / (last - first)).astype(np.float32)
    out[..., 0] = 0
    return out


def noise_share(
    own: ComplexArray, noise: ComplexArray, sr: int, wanted: float, most: float = 1.0
) -> tuple[float, float]:
    """Return the factors of a sound and of its noise that together have a noisiness.

    Parameters
    ----------
    own, noise : numpy.ndarray
        Shape ``(bins,)``: their spectra, from 0 Hz to half of `sr`.
    sr : int
        Sample rate in Hz.
    wanted : float
        The noisiness, 0 to 1.
    most : float
        The largest factor of the noise, 0 to 1.
    """
    edges = band_edges(len(own), sr)

    def noisiness(angle: float) -> float:
        mixed = np.float32(np.cos(angle)) * own + np.float32(np.sin(angle)) * noise
        power: npt.NDArray[np.float32] = np.square(mixed.real) + np.square(mixed.imag)
        power = power + np.float32(1e-20) + np.float32(1e-12) * power.mean()
        return flatness(power, np.log(power), edges)

    low, high = 0.0, float(np.arcsin(most))
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        if noisiness(middle) < wanted:
            low = middle
        else:
            high = middle
    angle = (low + high) / 2
    return float(np.cos(angle)), float(np.sin(angle))
