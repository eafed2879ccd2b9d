"""Onset of a hit: DC and subsonic drift removed, then the place where the energy rises.

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

DRIFT_HZ: Final = 5.0
"""Corner of the high-pass filter against DC and drift; it changes 30 Hz by 0.3 dB."""
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
SILENT_DB: Final = -40.0
SILENT_SECONDS: Final = 0.03
"""A hit has fallen silent when it stays so far under its loudest level for so long."""
BRIGHT_HZ: Final = 3000.0
"""Hits above this, such as hats and shakers, are looked for without what is low."""
_MEAN_SECONDS: Final = 0.00034
_BRIGHT_SECONDS: Final = 0.03
_GAP_SECONDS: Final = 0.005
_BEFORE_SECONDS, _AFTER_SECONDS = 0.008, 0.0015
_QUIET_SECONDS: Final = 0.01
_DC_SECONDS: Final = 0.06
_BLOCK_SECONDS: Final = 0.0015


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


def one_pole(x: npt.NDArray[np.float64], pole: float, start: float) -> npt.NDArray[np.float64]:
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
        Shape ``(n,)``, not silent, without DC (see :func:`without_drift`).
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
    lead = level[before : max(before, loud - round(_QUIET_SECONDS / HOP_SECONDS))]
    known = len(lead) >= LEAD_SECONDS / HOP_SECONDS
    floor = float(np.median(lead[-round(1 / HOP_SECONDS) :])) if known else 0.0
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
    if heard is not x:
        noise = whole[before : before + len(lead)]
        floor = float(np.median(noise[-round(1 / HOP_SECONDS) :])) if known else 0.0
    return Onset(sample, floor, whole[before:], hop)


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


@dataclass(frozen=True, slots=True)
class SecondHit:
    """A second hit after the first has fallen silent.

    Attributes
    ----------
    silent_from : float
        Seconds after the onset at which the first hit has fallen silent.
    begins : float
        Seconds after the onset at which the second is within 26 dB of the loudest level.
    db : float
        Its loudest level relative to the first hit's.
    """

    silent_from: float
    begins: float
    db: float


def second_hit(level: npt.NDArray[np.float64], hop: int, sr: int) -> SecondHit | None:
    """Return the second hit of a sound that falls silent and rises again.

    Parameters
    ----------
    level : numpy.ndarray
        Level over time from the onset on, from :func:`levels`.
    hop : int
        Samples between its frames.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    SecondHit or None
        The first rise to within 26 dB of the loudest level that follows at least 30 ms under
        −40 dB; None if there is none.
    """
    top = float(level.max(initial=0.0))
    silent = level < top * 10 ** (SILENT_DB / 20)
    loud = np.flatnonzero(level >= top * 10 ** (RISE_DB / 20))
    # Only between two loud frames can it have been silent and risen again.
    count = np.concatenate([[0], np.cumsum(silent)])
    still = (count[loud[1:]] - count[loud[:-1]]) * hop >= SILENT_SECONDS * sr
    if not still.any():
        return None
    last, begins = (int(loud[np.argmax(still) + k]) for k in (0, 1))
    silent_from = last + int(np.argmax(silent[last:begins]))
    step = hop / sr
    db = 20 * math.log10(level[begins:].max() / level[:begins].max())
    return SecondHit(silent_from * step, begins * step, db)
