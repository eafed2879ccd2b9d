"""Filters of the voices, at their rate of 44.1 kHz.

The sections are those of the bilinear transform in closed form (Audio EQ Cookbook, W3C 2021).
SciPy's designs give the same numbers, but take as long as the filtering itself.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy import signal

from neural_drum_machine.arrays import DoubleArray, FloatArray
from neural_drum_machine.prepare.derived.voices.blocks import RATE

LOWEST, HIGHEST = 15.0, 20_000.0
"""Hz: a band that reaches below or above these has no edge there."""


def _edge(hz: float, order: int, high: bool) -> tuple[DoubleArray, DoubleArray]:
    """Return a Butterworth filter of order 1 to 3, its numerator and denominator."""
    k = math.tan(math.pi * hz / RATE)
    b, a = np.ones(1), np.ones(1)
    if order % 2:
        b = np.array([1.0, -1.0] if high else [k, k]) / (1 + k)
        a = np.array([1.0, (k - 1) / (k + 1)])
    if order > 1:
        # A third-order filter's pair of poles has a quality of 1, a second-order one's 1/√2.
        damping = 1.0 if order == 3 else math.sqrt(2.0)
        scale = 1.0 / (1 + damping * k + k * k)
        b = np.convolve(b, np.array([1.0, -2.0, 1.0] if high else [k * k, 2 * k * k, k * k]))
        b = b * scale
        a = np.convolve(a, [1.0, 2 * (k * k - 1) * scale, (1 - damping * k + k * k) * scale])
    return b, a


def _filtered(b: npt.ArrayLike, a: npt.ArrayLike, x: FloatArray) -> FloatArray:
    """Filter in double precision: poles of low frequencies need it."""
    out: FloatArray = signal.lfilter(b, a, x).astype(np.float32)
    return out


def band(x: FloatArray, low: float, high: float, order: int = 1) -> FloatArray:
    """Return the signal between two frequencies (Butterworth, `order` poles at each edge, 1 to 3).

    A `low` of 15 Hz or less makes it a low pass, a `high` of 20 kHz or more a high pass.
    """
    low = min(low, 18_000.0)
    if high < HIGHEST and low > LOWEST and order == 1:
        # One section for both edges, so that narrow bands keep their level.
        high = max(high, 1.05 * low)
        w = 2 * math.pi * math.sqrt(low * high) / RATE
        alpha = math.sin(w) * (high - low) / (2 * math.sqrt(low * high))
        b, a = np.array([alpha, 0.0, -alpha]), np.array([1 + alpha, -2 * math.cos(w), 1 - alpha])
    else:
        b, a = np.ones(1), np.ones(1)
        if low > LOWEST:
            b, a = _edge(low, order, high=True)
        if high < HIGHEST:
            top = _edge(high, order, high=False)
            b, a = np.convolve(b, top[0]), np.convolve(a, top[1])
    return _filtered(b, a, x)


def ring(excitation: FloatArray, frequency: float, t60: float) -> FloatArray:
    """Return an excitation filtered by a resonator (two poles) with a decay time.

    Its impulse response is a sine that starts with a height near 1.
    """
    radius = 10.0 ** (-3.0 / (t60 * RATE))
    angle = 2 * np.pi * min(frequency, HIGHEST) / RATE
    return _filtered([np.sin(angle)], [1.0, -2 * radius * np.cos(angle), radius**2], excitation)


def ring_pair(
    excitation: FloatArray,
    frequencies: tuple[float, float],
    t60s: tuple[float, float],
    balance: float,
) -> FloatArray:
    """Return the sum of two resonators' sounds in one pass; `balance` is the second one's gain."""
    (b1, a1), (b2, a2) = (
        (np.sin(w), np.array([1.0, -2 * r * np.cos(w), r * r]))
        for w, r in (
            (2 * np.pi * min(f, HIGHEST) / RATE, 10.0 ** (-3.0 / (t * RATE)))
            for f, t in zip(frequencies, t60s, strict=True)
        )
    )
    return _filtered(b1 * a2 + balance * b2 * a1, np.convolve(a1, a2), excitation)
