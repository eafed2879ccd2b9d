"""How a sound ends: cut off, or silent and then back."""

from typing import Final

import numpy as np
import numpy.typing as npt

END_SECONDS: Final = 0.01
SILENCE_DB: Final = -40.0
"""A sound that has fallen this far under its peak counts as over."""
_FLOOR_DB: Final = -70.0
"""Levels under this one are inaudible behind the hit and count as this one."""


def end_level_db(samples: npt.ArrayLike, sr: int) -> float:
    """Return the peak of the last 10 ms, relative to the whole sound's peak.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        dB, at most 0; minus infinity if the end is digital silence. Over −50 dB, a sound is cut off
        audibly.
    """
    x = np.abs(np.asarray(samples, np.float64))
    peak = float(x.max(initial=0.0))
    end = float(x[-max(1, round(END_SECONDS * sr)) :].max(initial=0.0))
    return float(20 * np.log10(end / peak)) if end > 0 else -np.inf


def return_db(samples: npt.ArrayLike, sr: int) -> float:
    """Return by how much a sound rises again after it was over.

    Levels are the RMS over 10 ms, relative to the loudest. From where they have first fallen to
    −40 dB after the loudest, the result is the largest rise from the lowest level so far.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        dB, not negative; 0 for a sound that never is over. Noise that fades has up to some 5 dB by
        chance.
    """
    x = np.asarray(samples, np.float64)
    width = max(1, round(END_SECONDS * sr))
    power = np.square(np.pad(x, (0, -len(x) % width))).reshape(-1, width).mean(axis=1)
    if not power.any():
        return 0.0
    level = 10 * np.log10(np.maximum(power / power.max(), 10 ** (_FLOOR_DB / 10)))
    level = level[int(level.argmax()) :]
    over = np.flatnonzero(level <= SILENCE_DB)
    if not len(over):
        return 0.0
    rest = level[int(over[0]) :]
    return float((rest - np.minimum.accumulate(rest)).max())
