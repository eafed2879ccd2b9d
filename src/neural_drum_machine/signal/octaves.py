"""Splitting a signal into a few wide bands that add up to it again."""

from functools import lru_cache
from typing import Final

import numpy as np

from neural_drum_machine.arrays import ComplexArray, FloatArray

CROSSOVER_OCTAVES: Final = 1.0
"""Width of the crossover between two bands. Narrower ones would ring for longer in the low band:
around 250 Hz, a crossover of one octave rings for 5 ms."""


@lru_cache(maxsize=8)
def band_weights(edges: tuple[float, ...], sr: int, size: int) -> FloatArray:
    """Return the weight of each band at the frequencies of an FFT.

    Parameters
    ----------
    edges : tuple of float
        Crossover frequencies in Hz, rising, at least one octave apart.
    sr : int
        Sample rate in Hz.
    size : int
        Length of the FFT.

    Returns
    -------
    numpy.ndarray
        Shape ``(len(edges) + 1, size // 2 + 1)``, float32, read-only; every column sums to 1. The
        crossovers are half periods of a cosine over the logarithm of frequency.
    """
    octave = np.log2(np.maximum(np.arange(size // 2 + 1) * (sr / size), 1e-3))
    above = [
        0.5
        - 0.5 * np.cos(np.pi * np.clip((octave - np.log2(f)) / CROSSOVER_OCTAVES + 0.5, 0.0, 1.0))
        for f in edges
    ]
    rising = np.stack([np.ones_like(octave), *above, np.zeros_like(octave)])
    out: FloatArray = (rising[:-1] - rising[1:]).astype(np.float32)
    out.setflags(write=False)
    return out


def analytic_bands(
    samples: FloatArray, edges: tuple[float, ...], sr: int, size: int
) -> ComplexArray:
    """Return the analytic signals of the bands of a signal; their real parts sum to it.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(n,)``, float32.
    edges : tuple of float
        Crossover frequencies in Hz.
    sr : int
        Sample rate in Hz.
    size : int
        Length of the FFT, even. The bands ring around the ends of the signal by some milliseconds,
        so leave as much room.

    Returns
    -------
    numpy.ndarray
        Shape ``(len(edges) + 1, n)``, complex64.
    """
    weights = band_weights(edges, sr, size)
    both = np.zeros((len(weights), size), np.complex64)
    half = size // 2
    spectrum = np.fft.rfft(samples, size)
    np.multiply(weights, spectrum, out=both[:, : half + 1], casting="same_kind")
    both[:, 1:half] *= 2
    out: ComplexArray = np.fft.ifft(both)[:, : len(samples)].astype(np.complex64, copy=False)
    return out
