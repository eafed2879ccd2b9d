"""Cutting off the silence before and after a drum."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.onset import find_onset, levels
from neural_drum_machine.signal.windows import fall, rise

PRE_ROLL_SECONDS: Final = 0.001
"""What stays before the onset, so that no drum begins with a step."""
END_DB: Final = 72.0
"""A sound ends where its level stays this far under its loudest."""
FADE_SECONDS: Final = 0.01
_SILENCE: Final = 1e-6


def trimmed(takes: Sequence[FloatArray], sr: int) -> list[FloatArray]:
    """Return the strokes of one drum without silence before and after.

    From the start of all, the same is cut off: up to 1 ms before the earliest onset. So the strokes
    stay aligned. Each ends where its own level stays 72 dB under its loudest, with a fade of 10 ms.

    Parameters
    ----------
    takes : sequence of numpy.ndarray
        Each of shape ``(n,)`` or ``(2, n)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    list of numpy.ndarray
        New arrays. A silent stroke keeps 10 ms.
    """
    onsets = [_onset(each, sr) for each in takes]
    start = max(0, min((each for each in onsets if each is not None), default=0))
    start = max(0, start - round(PRE_ROLL_SECONDS * sr))
    return [_cut(each, start, sr) for each in takes]


def _power(take: FloatArray) -> FloatArray:
    """Return one channel with the power of all, so that opposite channels do not cancel."""
    if take.ndim == 1:
        return take
    out: FloatArray = np.sqrt(np.square(take).mean(axis=0))
    return out


def _onset(take: FloatArray, sr: int) -> int | None:
    if float(np.abs(take).max(initial=0.0)) < _SILENCE:
        return None
    channels = np.atleast_2d(take)
    found = [find_onset(each, sr).sample for each in channels if np.abs(each).max() >= _SILENCE]
    return min(found)


def _cut(take: FloatArray, start: int, sr: int) -> FloatArray:
    level, hop = levels(_power(take), sr)
    fade = round(FADE_SECONDS * sr)
    loud = np.flatnonzero(level > max(float(level.max(initial=0.0)) * 10 ** (-END_DB / 20), 1e-9))
    end = (int(loud[-1]) + 4) * hop + fade if len(loud) else start + fade
    out = take[..., start:end].copy()
    if end < take.shape[-1]:
        n = min(fade, out.shape[-1])
        out[..., out.shape[-1] - n :] *= fall(n).astype(np.float32)
    if start > 0:
        n = min(round(PRE_ROLL_SECONDS * sr) // 2, out.shape[-1])
        out[..., :n] *= rise(n).astype(np.float32)
    return out
