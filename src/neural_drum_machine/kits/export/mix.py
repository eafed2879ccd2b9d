"""A voice's mix, in its samples: level, pan, pitch."""

import math
from typing import Final

import numpy as np
import soxr

from neural_drum_machine.arrays import FloatArray

_QUALITY: Final = "VHQ"


def pan_gains(pan: float) -> tuple[float, float]:
    """Return the gains of the left and the right channel.

    The power of both together is the same everywhere. In the middle both are 1, at an edge one is
    √2 and the other 0.

    Parameters
    ----------
    pan : float
        -1 (left) to 1 (right).
    """
    angle = (min(1.0, max(-1.0, pan)) + 1) * math.pi / 4
    return math.sqrt(2) * math.cos(angle), math.sqrt(2) * math.sin(angle)


def panned(take: FloatArray, pan: float) -> FloatArray:
    """Return a sound in stereo at a place, or the sound itself in the middle.

    Parameters
    ----------
    take : numpy.ndarray
        Shape ``(n,)`` or ``(2, n)``; of a stereo sound, the balance changes.
    pan : float
        -1 (left) to 1 (right).
    """
    if pan == 0:
        return take
    gains = np.array(pan_gains(pan), np.float32)[:, None]
    out: FloatArray = np.atleast_2d(take) * gains
    return out


def at_rate(take: FloatArray, sr: int, rate: int, pitch: float = 0.0) -> FloatArray:
    """Return a sound at another sample rate, and played faster or slower.

    Parameters
    ----------
    take : numpy.ndarray
        Shape ``(n,)`` or ``(2, n)``, at `sr`.
    sr, rate : int
        Sample rates in Hz.
    pitch : float
        Semitones by which it is higher, as a tape that runs faster makes it.
    """
    if sr == rate and pitch == 0:
        return take
    ratio = 2 ** (pitch / 12)
    out = soxr.resample(np.ascontiguousarray(take.T), sr * ratio, rate, quality=_QUALITY)
    return np.ascontiguousarray(out.T, dtype=np.float32)
