"""Removing DC and subsonic drift."""

import math
from typing import Final

import numpy as np

from neural_drum_machine.arrays import DoubleArray, FloatArray

DRIFT_HZ: Final = 5.0
"""Corner of the high-pass filter; it changes 30 Hz by 0.3 dB."""
_DC_SECONDS: Final = 0.06
_BLOCK_SECONDS: Final = 0.0015


def one_pole(x: DoubleArray, pole: float, start: float) -> DoubleArray:
    """Low-pass filter: ``y[n] = pole · y[n − 1] + (1 − pole) · x[n]``, with ``y[−1] = start``.

    Parameters
    ----------
    x : numpy.ndarray
        Shape ``(n,)``.
    pole : float
        0 to 1, both excluded.
    start : float
        State before the first sample.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``.
    """
    # Blocks short enough that the powers of the pole stay within a factor of 1000.
    n = max(1, int(math.log(1e-3) / math.log(pole)))
    powers = pole ** np.arange(1, n + 1)
    out = np.empty_like(x)
    for first in range(0, len(x), n):
        block = x[first : first + n]
        some = powers[: len(block)]
        out[first : first + n] = some * (start + np.cumsum((1 - pole) * block / some))
        start = float(out[first + len(block) - 1])
    return out


def without_drift(x: FloatArray, sr: int) -> FloatArray:
    """Remove DC and drift below about 5 Hz.

    The filter is causal, so that nothing appears before a hit. It starts at the sound's DC, which
    is read where the sound is quietest, so that DC leaves no step.

    Parameters
    ----------
    x : numpy.ndarray
        Shape ``(n,)``, float32.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``, float32.
    """
    # Long enough for two periods of the lowest drums: the mean over less is chance.
    frame = min(len(x), max(1, round(_DC_SECONDS * sr)))
    frames = x[: len(x) // frame * frame].reshape(-1, frame)
    means = frames.mean(axis=1, dtype=np.float64)
    spread = np.einsum("ij,ij->i", frames, frames, dtype=np.float64) / frame - means**2
    quiet = int(np.argmin(spread))
    dc = float(means[quiet]) if means[quiet] ** 2 > spread[quiet] else 0.0
    # The drift changes slowly: it is filtered by blocks, and read one block late, which is causal.
    block = max(1, round(_BLOCK_SECONDS * sr))
    n_blocks = -(-len(x) // block)
    padded = np.zeros(n_blocks * block, np.float32)
    padded[: len(x)] = x
    mean = padded.reshape(-1, block).mean(axis=1, dtype=np.float64)
    drift = one_pole(mean, math.exp(-2 * math.pi * DRIFT_HZ * block / sr), dc)
    states = np.concatenate([[dc, dc], drift])[: n_blocks + 1].astype(np.float32)
    ramp = (np.arange(block, dtype=np.float32) / np.float32(block))[None]
    line = states[:-1, None] + (states[1:] - states[:-1])[:, None] * ramp
    return np.asarray(x - line.reshape(-1)[: len(x)])
