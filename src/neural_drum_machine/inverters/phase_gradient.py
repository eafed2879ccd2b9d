"""Phases that magnitudes ask for: integration of the phase's gradient.

With a Gaussian window the phase of a short-time Fourier transform follows, up to a constant, from
its magnitudes alone: along time it turns as fast as the magnitude's slope along frequency says
(a partial lies between two bins), along frequency as its slope along time says (a click lies
between two frames). A Hann window is near enough to a Gaussian one. Průša, Balazs and
Søndergaard, "A noniterative method for reconstruction of phase from STFT magnitude" (2017), walk
from the loudest point to ever softer neighbours, a point at a time. Here whole frames are taken
at once: peaks go on from the frame before, all others hang on their nearest peak. On held-out
drums this is as near to the original as the walk, in a hundredth of its time.
"""

import math
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import ComplexArray, FloatArray
from neural_drum_machine.signal.spec import AudioSpec

HANN_AS_GAUSSIAN: Final = 0.25645
"""The Gaussian ``exp(−π x² / (c · win_length²))`` that is nearest to a Hann window, from the
authors' table."""
_FLOOR: Final = np.float32(1e-6)
"""Share of the largest magnitude under which slopes mean nothing."""


def gradient_phases(magnitude: FloatArray, spec: AudioSpec, n_fft: int) -> ComplexArray:
    """Return phases for the magnitudes of a short-time Fourier transform.

    Parameters
    ----------
    magnitude : numpy.ndarray
        Shape ``(frames, n_fft // 2 + 1)``, not negative, not all zero.
    spec : AudioSpec
        Audio format.
    n_fft : int
        Length of the transform.

    Returns
    -------
    numpy.ndarray
        The same shape, complex of magnitude 1, as
        :class:`neural_drum_machine.signal.stft.Stft` has them.
    """
    frames, bins = magnitude.shape
    hop = spec.hop_length
    gamma = HANN_AS_GAUSSIAN * spec.win_length**2
    log = np.log(np.maximum(magnitude, _FLOOR * magnitude.max()))
    along_time = np.gradient(log, axis=0) if frames > 1 else np.zeros_like(log)
    along_frequency = np.gradient(log, axis=1)
    turn = np.float32(hop * n_fft / gamma) * along_frequency
    # Within a frame: from each bin to the next; between frames: from each to the one after it.
    step = np.float32(-gamma / (hop * n_fft)) * along_time
    across = np.zeros_like(log)
    np.cumsum((step[:, 1:] + step[:, :-1]) / 2, axis=1, out=across[:, 1:])
    on = (turn[1:] + turn[:-1]) / 2 + _bin_turns(bins, hop, n_fft)
    near = _nearest_peak(magnitude)
    from_peak = across - np.take_along_axis(across, near, axis=1)
    phase = np.empty_like(log)
    first = int(np.square(magnitude).sum(axis=1).argmax())  # the attack, as a rule
    phase[first] = across[first] - across[first, magnitude[first].argmax()]
    for n in range(first + 1, frames):
        phase[n] = (phase[n - 1] + on[n - 1])[near[n]] + from_peak[n]
    for n in range(first - 1, -1, -1):
        phase[n] = (phase[n + 1] - on[n])[near[n]] + from_peak[n]
    # Frames begin half a window before their middle, which the formulas refer to.
    phase -= _bin_turns(bins, spec.win_length // 2, n_fft)
    out = np.empty(phase.shape, np.complex64)
    np.cos(phase, out=out.real)
    np.sin(phase, out=out.imag)
    return out


@lru_cache(maxsize=8)
def _bin_turns(bins: int, samples: int, n_fft: int) -> FloatArray:
    """Return how far each bin's own frequency turns in so many samples, under one turn."""
    turns = np.arange(bins) * samples % n_fft
    out: FloatArray = (2 * math.pi / n_fft * turns).astype(np.float32)
    out.setflags(write=False)
    return out


def _nearest_peak(magnitude: FloatArray) -> npt.NDArray[np.intp]:
    """Return for each place the bin of the nearest peak of its frame; every frame has one."""
    bins = magnitude.shape[1]
    peak = np.ones(magnitude.shape, np.bool_)
    peak[:, 1:] &= magnitude[:, 1:] >= magnitude[:, :-1]
    peak[:, :-1] &= magnitude[:, :-1] >= magnitude[:, 1:]
    places = np.arange(bins, dtype=np.intp)
    below = np.maximum.accumulate(np.where(peak, places, -bins), axis=1)
    above = np.minimum.accumulate(np.where(peak, places, 2 * bins)[:, ::-1], axis=1)[:, ::-1]
    return np.where(places - below <= above - places, below, above)
