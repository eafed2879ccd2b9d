"""Bringing a sound to a loudness."""

from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.loudness import loudness

_MOST_OVER: Final = 10 ** (3 / 20)
_DEEPEST_KNEE: Final = 0.5


def at_loudness(samples: FloatArray, wanted: float, top: float, sr: int = FULL_SR) -> FloatArray:
    """Return channels of a loudness, with no peak over a ceiling.

    Peaks that would pass are bent by up to 3 dB, the more the farther they would; for what is
    left, the sound is softer.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(channels, n)``.
    wanted : float
        LUFS.
    top : float
        The ceiling.
    sr : int
        Sample rate in Hz.
    """
    given = loudness(samples.mean(axis=0), sr)
    gain = 10 ** ((wanted - given) / 20) if np.isfinite(wanted) and np.isfinite(given) else 1.0
    peak = float(np.abs(samples).max()) * gain
    if peak <= top:
        return samples * np.float32(gain)
    over = min(peak / top, _MOST_OVER)
    out: FloatArray = samples * np.float32(gain * over * top / peak)
    # The knee comes down from the top as peaks rise over it, so that there is no jump.
    knee = np.float32(top * (1 - _DEEPEST_KNEE * (over - 1) / (_MOST_OVER - 1)))
    room = np.float32(top) - knee
    if room > 0:
        sizes = np.abs(out)
        bent = np.copysign(knee + room * np.tanh((sizes - knee) / room), out)
        out = np.where(sizes > knee, bent, out)
    return out
