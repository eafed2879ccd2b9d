"""Onset of a hit: the place where its energy rises.

A threshold under the peak takes room noise, hum and the breath before a hit for the hit. Here the
level before the hit is measured, the rise above it is found, and the exact sample is the one that
best divides the signal there into a quieter and a louder part (the Akaike criterion by which
seismologists pick the arrival of a wave: Maeda 1985, "A method for reading and checking phase
times in auto-processing system of seismic wave data").
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray

HOP_SECONDS: Final = 0.00025
"""Step of the level over time; its window is four steps, 1 ms."""
LOUD_DB: Final = -12.0
"""The hit is there where the level first comes so near to the loudest."""
RISE_DB: Final = -26.0
"""The rise of a hit begins no further under the loudest level than this."""
ABOVE_FLOOR_DB: Final = 10.0
"""The rise begins where the level is this far above the level before it."""
IGNORED_DB: Final = -34.0
"""Changes of level below this, under the loudest level, do not tell where a hit begins."""
LEAD_SECONDS: Final = 0.02
"""Shorter silence before a hit tells nothing about the noise."""
BRIGHT_HZ: Final = 3000.0
"""Hits above this, such as hats and shakers, are looked for without what is low."""
_MEAN_SECONDS: Final = 0.00034
_BRIGHT_SECONDS: Final = 0.03
_GAP_SECONDS: Final = 0.005
_BEFORE_SECONDS, _AFTER_SECONDS = 0.008, 0.0015
_QUIET_SECONDS: Final = 0.01


@dataclass(frozen=True, slots=True)
class Onset:
    """Where a hit begins, and the noise before it.

    Attributes
    ----------
    sample : int
        The first sample of the rise.
    floor : float
        Level (root mean square, in units of the samples) of the noise before the hit; 0 where less
        than 20 ms precede it.
    level : numpy.ndarray
        Level over time, from :func:`levels`, shape ``(n_frames,)``.
    hop : int
        Samples between its frames.
    """

    sample: int
    floor: float
    level: npt.NDArray[np.float64]
    hop: int


def levels(x: FloatArray, sr: int) -> tuple[npt.NDArray[np.float64], int]:
    """Return the level over time.

    Parameters
    ----------
    x : numpy.ndarray
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    numpy.ndarray
        Root mean square of the 1 ms from each frame on, shape ``(n_frames,)``.
    int
        Samples from one frame to the next, 0.25 ms.
    """
    hop = max(1, round(HOP_SECONDS * sr))
    n = -(-len(x) // hop)
    padded = np.zeros((n + 3) * hop, np.float32)
    padded[: len(x)] = x
    blocks = padded.reshape(-1, hop)
    power = np.einsum("ij,ij->i", blocks, blocks).astype(np.float64)
    sums = power[:n] + power[1 : n + 1] + power[2 : n + 2] + power[3 : n + 3]
    return np.sqrt(sums / (4 * hop)), hop


def find_onset(x: FloatArray, sr: int) -> Onset:
    """Find the first sample of a hit.

    Parameters
    ----------
    x : numpy.ndarray
        Shape ``(n,)``, not silent, without DC (see
        :func:`~neural_drum_machine.signal.drift.without_drift`).
    sr : int
        Sample rate in Hz.

    Returns
    -------
    Onset
        The onset of the first hit that comes within 12 dB of the loudest level.
    """
    # Silence in front, so that a file that begins with its hit is no different from the others.
    before = round(LEAD_SECONDS / HOP_SECONDS / 2)
    pad = before * max(1, round(HOP_SECONDS * sr))
    x = np.concatenate([np.zeros(pad, np.float32), x])
    level, hop = levels(x, sr)
    heard, whole = x, level
    if _is_bright(x, int(level.argmax()) * hop, sr):
        # The thump of a pedal or a stand before a hat is low, and louder than the hat's rise.
        heard = _without_lows(x, sr)
        level, _ = levels(heard, sr)
    top = float(level.max())
    loud = int(np.argmax(level >= top * 10 ** (LOUD_DB / 20)))
    lead = slice(before, max(before, loud - round(_QUIET_SECONDS / HOP_SECONDS)))
    floor = _floor(level[lead])
    rise = max(top * 10 ** (RISE_DB / 20), floor * 10 ** (ABOVE_FLOOR_DB / 20))
    rise = min(rise, float(level[loud]))

    # Back from there to the start of the rise, over gaps as those between the bursts of a clap.
    above = np.flatnonzero(level[: loud + 1] >= rise)
    gaps = np.flatnonzero(np.diff(above) > _GAP_SECONDS / HOP_SECONDS)
    first = int(above[gaps[-1] + 1] if len(gaps) else above[0])
    # A frame begins 1 ms before the samples that make it loud.
    centre = (first + 4) * hop
    start = max(0, centre - round(_BEFORE_SECONDS * sr))
    stop = min(len(x), centre + round(_AFTER_SECONDS * sr))
    quiet = max(floor, top * 10 ** (IGNORED_DB / 20)) ** 2
    sample = max(0, start + _divide(heard[start:stop], quiet) - pad)
    return Onset(sample, _floor(whole[lead]), whole[before:], hop)


def _floor(lead: npt.NDArray[np.float64]) -> float:
    """Return the level of the noise before a hit; 0 where too little precedes it to tell."""
    known = len(lead) >= LEAD_SECONDS / HOP_SECONDS
    return float(np.median(lead[-round(1 / HOP_SECONDS) :])) if known else 0.0


def _without_lows(x: FloatArray, sr: int) -> FloatArray:
    """Return what is above about 1 kHz: a signal less its mean over 0.34 ms around each sample."""
    half = max(1, round(_MEAN_SECONDS * sr / 2))
    total = np.cumsum(np.concatenate([np.zeros(half + 1), x, np.zeros(half)]))
    mean = (total[2 * half + 1 :] - total[: -2 * half - 1]) / (2 * half + 1)
    return np.asarray(x - mean.astype(np.float32))


def _is_bright(x: FloatArray, loudest: int, sr: int) -> bool:
    """Return whether the 30 ms from the loudest sample on lie above 3 kHz, by their energy."""
    part = x[loudest : loudest + round(_BRIGHT_SECONDS * sr)].astype(np.float64)
    power, slope = np.square(part).sum(), np.square(np.diff(part)).sum()
    # Of a sine, the ratio is that of its angular frequency to the rate, squared.
    return bool(slope > power * (2 * math.sin(math.pi * BRIGHT_HZ / sr)) ** 2)


def _divide(x: FloatArray, quiet: float) -> int:
    """Return the sample that best divides a signal into a quieter and a louder part."""
    n = len(x)
    if n < 4:
        return 0
    power = np.concatenate([[0.0], np.cumsum(np.square(x, dtype=np.float64))])
    k = np.arange(n)
    before = power[:n] / np.maximum(k, 1)
    after = (power[n] - power[:n]) / (n - k)
    cost = k * np.log(before + quiet) + (n - k) * np.log(after + quiet)
    return int(np.argmin(cost))
