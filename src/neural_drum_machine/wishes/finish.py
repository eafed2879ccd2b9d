"""From a sound and its wish to the sound that meets it, at the right level."""

from collections.abc import Container, Mapping
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.level import at_loudness
from neural_drum_machine.wishes.plain import PlainSound
from neural_drum_machine.wishes.qualities import BY_NAME, LEVEL
from neural_drum_machine.wishes.shape import shaped, tuning

_OVER_PITCH: Final = 1.2
"""The least brightness of a tonal sound, over its pitch."""


def finished(plain: PlainSound, asked: Mapping[str, float], offered: Container[str]) -> FloatArray:
    """Return a sound with the values that were asked for; its other values stay.

    Parameters
    ----------
    plain : PlainSound
        The sound as it is without the wish.
    asked : mapping
        The wish: values of qualities, in their units.
    offered : container of str
        The names of the qualities that the category has. Those that are not asked for are held.

    Returns
    -------
    numpy.ndarray
        Shape ``(channels, m)``, float32. Without a wish for its loudness, it is as loud as the
        sound was, or its peak is the sound's `top` if that is softer.
    """
    samples, sr, top = plain.samples, plain.sr, plain.top
    shapes = {name: value for name, value in asked.items() if name != LEVEL}
    if not shapes:
        return at_loudness(samples, asked[LEVEL], top, sr) if LEVEL in asked else samples
    partial = plain.partial if "pitch" in asked else float("nan")
    held = {
        name: value
        for name, value in plain.analysis.values().items()
        if name in offered and name not in asked
    }
    if "brightness" in held:
        held["brightness"] = _bright_enough(held["brightness"], asked, partial)
    made = shaped(plain.analysis, shapes, held, partial)
    out = made.samples
    if LEVEL in asked:
        return at_loudness(out, asked[LEVEL], top, sr)
    peak = float(np.abs(out).max(initial=0.0))
    if peak <= 0:
        return out
    gain = top / peak
    before, after = plain.analysis.loudness, made.loudness
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
