"""The level of a sound: full scale for the first take, the same loudness for the others."""

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.detail.limit import soft_limit
from neural_drum_machine.signal.loudness import loudness


def at_full_scale(samples: FloatArray) -> FloatArray:
    """Return a sound with a peak of 1, or silence."""
    peak = float(np.abs(samples).max())
    return samples / np.float32(peak) if peak > 0 else samples


def as_loud_as(samples: FloatArray, first: FloatArray, sr: int) -> FloatArray:
    """Return another take of a sound, as loud as the first take is at full scale.

    Peaks of noise differ from take to take by chance. At equal peaks, takes would differ in
    loudness, and a round robin of them would jump.

    Parameters
    ----------
    samples, first : numpy.ndarray
        Shape ``(n,)`` or ``(2, n)``, not normalised.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    numpy.ndarray
        Peaks over 0.8 are bent if any would pass 1.
    """
    peak = float(np.abs(first).max())
    if peak <= 0 or not samples.any():
        return samples
    wanted, given = (loudness(_mono(each), sr) for each in (first, samples))
    change = wanted - given if np.isfinite(wanted) and np.isfinite(given) else 0.0
    out: FloatArray = samples * np.float32(10 ** (change / 20) / peak)
    if np.abs(out).max() > 1:
        soft_limit(out.reshape(-1), 1.0)
    return out


def _mono(samples: FloatArray) -> FloatArray:
    return samples if samples.ndim == 1 else samples.mean(axis=0)
