"""Tilting a spectrum: decibels an octave around 1 kHz, without anything before the onset."""

from functools import lru_cache

import numpy as np
from scipy import fft

from neural_drum_machine.arrays import ComplexArray, FloatArray

LOWEST_HZ, HIGHEST_HZ = 50.0, 16_000.0
"""Beyond these the tilt goes no further."""


@lru_cache(maxsize=64)
def _unit(size: int, sr: int) -> tuple[FloatArray, FloatArray]:
    """Return log magnitude and phase of a filter of 1 dB an octave, for a transform's bins."""
    hz = np.clip(np.fft.rfftfreq(size, 1 / sr), LOWEST_HZ, HIGHEST_HZ)
    log = np.log(10.0) / 20.0 * np.log2(hz / 1000.0)
    # The causal part of the cepstrum gives the minimum phase (Oppenheim & Schafer, 12.4). A filter
    # of zero phase would spread the bass over 10 ms before the onset.
    cepstrum = fft.irfft(log, size)
    cepstrum[1 : size // 2] *= 2.0
    cepstrum[size // 2 + 1 :] = 0.0
    return log.astype(np.float32), fft.rfft(cepstrum).imag.astype(np.float32)


def tilt_response(size: int, sr: int, db_per_octave: float) -> ComplexArray:
    """Return a tilt's complex gain for each bin of a real transform.

    Parameters
    ----------
    size : int
        Even length of the transform. What is transformed needs some hundredths of a second of
        silence at its end.
    sr : int
        Sample rate in Hz.
    db_per_octave : float
        Positive is brighter.

    Returns
    -------
    numpy.ndarray
        Shape ``(size // 2 + 1,)``, complex64. The phase is the minimum for this magnitude.

    Notes
    -----
    Log magnitude and minimum phase are proportional to the slope, so that both are computed once.
    """
    log, phase = _unit(size, sr)
    gain = np.exp(db_per_octave * log)
    angle = db_per_octave * phase
    out: ComplexArray = np.empty(len(log), np.complex64)
    np.multiply(gain, np.cos(angle), out=out.real)
    np.multiply(gain, np.sin(angle), out=out.imag)
    return out
