"""A limit for peaks that pile up by chance."""

import numpy as np

from neural_drum_machine.arrays import FloatArray

_KNEE = 0.8
"""Peaks over this share of the ceiling are bent."""


def ceiling(attack: FloatArray) -> float:
    """Return the peak to expect of a sound: 1 for its core, more by the share of its air.

    Parameters
    ----------
    attack : numpy.ndarray
        Shape ``(ATTACK_BANDS, ATTACK_STEPS)``; the last band is the air's.
    """
    power = np.square(np.exp(attack)).sum(axis=1)
    return float(np.sqrt(power.sum() / power[:-1].sum()))


def soft_limit(samples: FloatArray, top: float) -> None:
    """Bend peaks that rise over 80 % of a ceiling, so that none passes it, in place.

    Recordings peak early and then often, because microphones, tapes and converters have limits.
    The peaks of the same envelope with other phases pile up by chance, later and higher.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(n,)``, float32.
    top : float
        The ceiling, positive.
    """
    knee, room = np.float32(_KNEE * top), np.float32((1 - _KNEE) * top)
    over = np.flatnonzero(np.abs(samples) > knee)
    peaks = samples[over]
    samples[over] = np.copysign(knee + room * np.tanh((np.abs(peaks) - knee) / room), peaks)
