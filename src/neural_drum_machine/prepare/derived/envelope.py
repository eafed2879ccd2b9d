"""Exponentials, without an exponential per sample."""

import math

import numpy as np

from neural_drum_machine.arrays import FloatArray

_BLOCK = 256


def exponential(n: int, db_per_second: float, sr: int) -> FloatArray:
    """Return an envelope that starts at 1 and changes by decibels a second.

    It is made of products of a coarse and a fine exponential, which cost a fortieth.

    Parameters
    ----------
    n : int
        Number of samples.
    db_per_second : float
        Negative for a decay.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``, float32.
    """
    rate = math.log(10.0) / 20.0 * db_per_second / sr
    coarse = np.exp(rate * _BLOCK * np.arange(-(-n // _BLOCK))).astype(np.float32)
    fine = np.exp(rate * np.arange(_BLOCK)).astype(np.float32)
    out: FloatArray = np.outer(coarse, fine).ravel()[:n]
    return out
