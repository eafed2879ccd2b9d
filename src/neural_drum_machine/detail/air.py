"""Playing air: noise from 10.5 to 20 kHz with the levels of eight bands.

:mod:`neural_drum_machine.signal.air` says where the levels come from.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from neural_drum_machine.arrays import ComplexArray, FloatArray
from neural_drum_machine.signal.air import AIR_FLOOR, AIR_WINDOW, air_bins, air_hop, air_window
from neural_drum_machine.signal.spec import AudioSpec

_QUIET: Final = 2e-4
"""Bands under this level, −74 dB, are left out."""
_SPREAD: Final = 8
"""Levels pass from band to band over this many bins, so that the noise has no edges."""


_BANK: Final = 512
"""Frames of noise that every sound picks from. That takes a tenth of the time of drawing them,
and two seeds have a frame in common at the same place once in 512 frames."""


@lru_cache(maxsize=1)
def _bank() -> ComplexArray:
    """Return the spectrum of white noise of variance 1 in frames, ``(_BANK, bins of the air)``."""
    bins = air_bins()
    # NumPy promises that RandomState's stream never changes; default_rng's may.
    parts = np.random.RandomState(0).standard_normal((2, _BANK, bins[-1] - bins[0]))
    out: ComplexArray = ((parts[0] + 1j * parts[1]) * np.sqrt(AIR_WINDOW / 2)).astype(np.complex64)
    out.setflags(write=False)
    return out


@lru_cache(maxsize=1)
def _shape() -> FloatArray:
    """Return the matrix from a band's RMS to magnitudes of unit noise, ``(bands, bins)``."""
    bins = air_bins()
    widths = np.diff(bins)
    steps = np.repeat(np.eye(len(widths)), widths, axis=1)
    padded = np.pad(steps, [(0, 0), (_SPREAD // 2, _SPREAD // 2)], mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _SPREAD + 1, axis=1)
    smooth = windows.mean(axis=2)
    out: FloatArray = (smooth / np.sqrt(widths * 2 / AIR_WINDOW)[:, None]).astype(np.float32)
    out.setflags(write=False)
    return out


def air_noise(levels: FloatArray, seed: int, spec: AudioSpec) -> FloatArray:
    """Return noise with the given levels.

    Parameters
    ----------
    levels : numpy.ndarray
        Shape ``(AIR_BANDS, n_frames)``, as :func:`~neural_drum_machine.signal.air.air_levels`
        returns them.
    seed : int
        The same seed gives the same noise, also in later versions.
    spec : AudioSpec
        The core's format.

    Returns
    -------
    numpy.ndarray
        Shape ``(n_frames * hop,)`` at 44,100 Hz, float32; exactly zero where the levels are low.
    """
    hop, half = air_hop(spec), AIR_WINDOW // 2
    frames = levels.shape[1]
    rms = np.exp(levels) - np.float32(AIR_FLOOR)
    rms = np.where(rms > _QUIET, rms, np.float32(0))
    out = np.zeros(frames * hop, np.float32)
    loud = np.flatnonzero(rms.any(axis=0))
    if not len(loud):
        return out
    sounding = int(loud[-1]) + 1
    bins = air_bins()
    spectrum = np.zeros((sounding, half + 1), np.complex64)
    picked = np.random.RandomState(seed).randint(0, _BANK, (frames,))[:sounding]
    shaped = _bank()[picked] * (rms[:, :sounding].T @ _shape())
    spectrum[:, bins[0] : bins[-1]] = shaped
    pieces = np.fft.irfft(spectrum, AIR_WINDOW).astype(np.float32, copy=False)
    # The square roots of Hann windows at half their length add up to a constant power.
    pieces *= np.sqrt(air_window())
    padded = np.zeros((sounding + AIR_WINDOW // hop - 1) * hop, np.float32)
    rows = padded.reshape(-1, hop)
    for k, part in enumerate(np.split(pieces.reshape(sounding, -1, hop), AIR_WINDOW // hop, 1)):
        rows[k : k + sounding] += part[:, 0]
    heard = padded[half:][: len(out)]
    out[: len(heard)] = heard
    return out
