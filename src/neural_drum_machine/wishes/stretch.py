"""A longer decay than a sound has in it: everything after the attack goes on more slowly.

This is a phase vocoder (Laroche and Dolson 1999). Each frame of the result has the magnitudes of
the sound at another place, and its phases go on from the frame before as they do at that place.
"""

from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.full_hit import fade_out
from neural_drum_machine.signal.windows import hann

KEPT_SECONDS: Final = 0.03
"""After the onset, this much keeps its pace."""
MOST: Final = 4.0
"""The largest factor."""
END_SECONDS: Final = 0.01
"""The end of what was made longer is faded out."""
_SIZE: Final = 2048
_HOP: Final = 512
_WINDOWS: Final = 1.5
"""Sum of the squared Hann windows that overlap at one sample."""


def stretched(samples: FloatArray, sr: int, onset: int, factor: float, most: int) -> FloatArray:
    """Return a sound that goes on more slowly after its attack.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(channels, n)``, float32.
    sr : int
        Sample rate in Hz.
    onset : int
        The sample of the onset.
    factor : float
        1 to :data:`MOST`.
    most : int
        The result has at most this many samples, or as many as the sound if those are more.

    Returns
    -------
    numpy.ndarray
        Shape ``(channels, m)``. At a factor of 1, the sound itself but for rounding.
    """
    channels, n = samples.shape
    kept = onset + round(KEPT_SECONDS * sr)
    if factor <= 1 or n <= kept:
        return samples
    length = min(round(kept + (n - kept) * factor), max(n, most))
    frames = -(-(length + _SIZE) // _HOP)
    # Frame k of the result begins at this sample, and its magnitudes are those of the sound at
    # `places`.
    starts = np.arange(frames) * _HOP - _SIZE
    middles = starts + _SIZE // 2
    places = np.where(middles <= kept, middles, kept + (middles - kept) / factor)
    places = np.round(places).astype(int) - _SIZE // 2
    padded = np.zeros((channels, n + 3 * _SIZE), np.float32)
    padded[:, 2 * _SIZE : 2 * _SIZE + n] = samples
    window = hann(_SIZE).astype(np.float32)
    at = np.clip(places + 2 * _SIZE, 0, n + 2 * _SIZE)
    views = np.lib.stride_tricks.sliding_window_view(padded, _SIZE, axis=1)
    here = np.fft.rfft(views[:, at] * window).astype(np.complex64)
    mid = here.mean(axis=0)
    before = views[:, np.maximum(at - _HOP, 0)].mean(axis=0) * window
    turn = mid[:-1] * np.conj(np.fft.rfft(before).astype(np.complex64)[1:])
    size = np.abs(turn)
    turn = np.where(size > 1e-20, turn / np.maximum(size, 1e-20), 1)
    here[:, 1:] *= np.cumprod(turn, axis=0)
    pieces = np.fft.irfft(here, _SIZE).astype(np.float32) * (window / _WINDOWS)
    out = np.zeros((channels, (frames + _SIZE // _HOP) * _HOP), np.float32)
    rows = out.reshape(channels, -1, _HOP)
    parts = pieces.reshape(channels, frames, _SIZE // _HOP, _HOP)
    for k in range(_SIZE // _HOP):
        rows[:, k : k + frames] += parts[:, :, k]
    result = out[:, _SIZE : _SIZE + length]
    # What keeps its pace stays the sound's own, sample for sample.
    first = max(0, kept - _SIZE)
    fade = np.clip((np.arange(length) - first) / max(1, kept - first), 0, 1).astype(np.float32)
    whole = np.zeros_like(result)
    whole[:, : min(n, length)] = samples[:, :length]
    joined: FloatArray = np.where(fade < 1, whole * (1 - fade) + result * fade, result)
    # The end is ours, also where the file was cut off in the middle of its sound: no click.
    for channel in joined:
        fade_out(channel, END_SECONDS, sr)
    return joined
