"""From a sound and its wish to the sound that meets it, at the right level."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.level import at_loudness
from neural_drum_machine.signal.loudness import momentary_loudness
from neural_drum_machine.wishes.qualities import BY_NAME, LEVEL
from neural_drum_machine.wishes.shape import shaped, tuning

_OVER_PITCH: Final = 1.2
"""The least brightness of a tonal sound, over its pitch."""


def finished(
    samples: FloatArray,
    sr: int,
    onset: int,
    plain: Mapping[str, float],
    partial: float,
    asked: Mapping[str, float],
    offered: Mapping[str, object],
    top: float = 1.0,
) -> FloatArray:
    """Return a sound with the values that were asked for; its other values stay.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(channels, n)``, float32: the sound as it is without the wish.
    sr : int
        Sample rate in Hz.
    onset : int
        The sample of its onset.
    plain : mapping
        The values of the sound as it is, from
        :func:`~neural_drum_machine.wishes.qualities.describe`.
    partial : float
        Frequency of its loudest partial, in Hz, also where that is no pitch; NaN if there is none.
    asked : mapping
        The wish: values of qualities, in their units.
    offered : mapping
        The qualities of the category, by their names. Those that are not asked for are held.
    top : float
        No peak is higher.

    Returns
    -------
    numpy.ndarray
        Shape ``(channels, m)``, float32. Without a wish for its loudness, it is as loud as the
        sound was, or its peak is `top` if that is softer.
    """
    held = {
        name: value
        for name, value in plain.items()
        if name in offered and name not in asked and name != LEVEL and np.isfinite(value)
    }
    if "brightness" in held:
        held["brightness"] = _bright_enough(held["brightness"], asked, partial)
    shapes = {name: value for name, value in asked.items() if name != LEVEL}
    out = shaped(samples, sr, onset, shapes, held, partial) if shapes else samples
    if LEVEL in asked:
        return at_loudness(out, asked[LEVEL], top, sr)
    if not shapes:
        return out
    peak = float(np.abs(out).max(initial=0.0))
    if peak <= 0:
        return out
    gain = top / peak
    before, after = (momentary_loudness(each.mean(axis=0), sr) for each in (samples, out))
    if np.isfinite(before) and np.isfinite(after):
        gain = min(gain, 10 ** ((before - after) / 20))
    return out * np.float32(gain)


def _bright_enough(brightness: float, asked: Mapping[str, float], partial: float) -> float:
    """Return the brightness to hold: a sound is not darker than the pitch that is asked of it."""
    rise = tuning(asked, partial)
    if rise <= 1:
        return brightness
    return max(brightness, min(brightness * rise, _OVER_PITCH * asked["pitch"]))


def missed(
    asked: Mapping[str, float], reached: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Return the wishes that a sound does not meet, with the values that it has instead.

    Parameters
    ----------
    asked, reached : mapping
        Values of qualities, in their units.

    Returns
    -------
    dict
        Name to (asked, reached).
    """
    out = {}
    for name, value in asked.items():
        off = BY_NAME[name].scale(reached[name]) - BY_NAME[name].scale(value)
        if not abs(off) <= BY_NAME[name].tolerance:  # NaN is a miss, too
            out[name] = (value, reached[name])
    return out
