"""Wishes: the values that somebody asks of a sound, read and checked."""

import difflib
import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import numpy as np

from neural_drum_machine.errors import ControlError
from neural_drum_machine.text import shown
from neural_drum_machine.wishes.notes import note_hz, note_name
from neural_drum_machine.wishes.qualities import BY_NAME, Quality
from neural_drum_machine.wishes.ranges import Range

_NUMBER: Final = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-zA-Z%]*)$")
_FACTORS: Final = {
    "Hz": {"": 1.0, "hz": 1.0, "khz": 1000.0},
    "s": {"": 1.0, "s": 1.0, "ms": 0.001},
    "oct": {"": 1.0, "oct": 1.0, "octaves": 1.0},
    "dB": {"": 1.0, "db": 1.0},
    "LUFS": {"": 1.0, "lufs": 1.0},
    "": {"": 1.0, "%": 0.01},
}


def read_wish(
    given: Mapping[str, Any], offered: Mapping[str, Range], category: str
) -> dict[str, float]:
    """Return wishes as numbers in their units.

    Parameters
    ----------
    given : mapping
        Values by the names of qualities: numbers in the quality's unit, or text such as ``"0.6"``,
        ``"600 ms"``, ``"2 kHz"``; for a pitch also a note such as ``"G1"``.
    offered : mapping
        The qualities that the category has.
    category : str
        The category's name, for the error.

    Returns
    -------
    dict
        Name to value, in the order of
        :data:`~neural_drum_machine.wishes.qualities.QUALITIES`.

    Raises
    ------
    ControlError
        If there is no such quality, the category has none of it, or the value is no number, not
        finite, or one that no drum has.
    """
    if not isinstance(given, Mapping):
        raise ControlError(
            f"a wish is a mapping of qualities to values, got {given!r:.60}; "
            'write {"decay": 0.6}, for example'
        )
    for name in given:
        if name not in BY_NAME:
            near = difflib.get_close_matches(str(name)[:64], BY_NAME, n=1)
            hint = f"did you mean {near[0]}? There are" if near else "there are"
            raise ControlError(f"unknown quality {shown(str(name))!r}; {hint} {', '.join(BY_NAME)}")
        if name not in offered:
            raise ControlError(
                f"{category} has no {name} that can be wished for; it has {', '.join(offered)}"
            )
    return {name: _value(BY_NAME[name], given[name]) for name in BY_NAME if name in given}


def _value(quality: Quality, given: Any) -> float:
    value = _from_text(quality, given) if isinstance(given, str) else given
    # NumPy's numbers are fine, too.
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not is_number:
        raise ControlError(f"{quality.name} must be a number, got {given!r:.60}")
    number = float(value)
    low, high = quality.limits
    if not math.isfinite(number) or not low <= number <= high:
        unit = f" {quality.unit}" if quality.unit else ""
        raise ControlError(
            f"{quality.name} must lie between {low:g} and {high:g}{unit}, got {shown(str(given))}"
        )
    return number


def _from_text(quality: Quality, text: str) -> float:
    found = _NUMBER.match(text.strip())
    if not found and quality.name == "pitch":
        return note_hz(text)
    factors = _FACTORS[quality.unit]
    if not found or found[2].lower() not in factors:
        units = [unit for unit in factors if unit]
        hint = f", with {' or '.join(units)} if you like" if units else ""
        raise ControlError(f"{quality.name} must be a number{hint}, got {shown(text)!r}")
    return float(found[1]) * factors[found[2].lower()]


def told(name: str, value: float) -> str:
    """Return a value for people: ``49 Hz (G1)``, ``0.6 s``, ``8 ms``, ``1.8 kHz``, ``−14 LUFS``.

    Parameters
    ----------
    name : str
        The quality.
    value : float
        In its unit; NaN is told as "none".
    """
    quality = BY_NAME[name]
    if not math.isfinite(value):
        return "none"
    if quality.unit == "s":
        return f"{1000 * value:.3g} ms" if value < 0.1 else f"{value:.3g} s"
    if quality.name == "pitch":
        return f"{value:.4g} Hz ({note_name(value)})"
    if quality.unit == "Hz" and value >= 1000:
        return f"{value / 1000:.3g} kHz"
    if not quality.unit:
        return f"{value:.2f}"
    return f"{value:.3g} {quality.unit}".replace("-", "−")


def between_wishes(
    wishes: Sequence[Mapping[str, float]],
    values: Sequence[Mapping[str, float]],
    t: float,
    offered: Collection[str],
) -> dict[str, float]:
    """Return the wish of a sound between two.

    Parameters
    ----------
    wishes, values : sequence of two mappings
        What was asked of the two sounds, and what they have.
    t : float
        0 for the first sound, 1 for the second; their own wishes are returned there.
    offered : collection of str
        The qualities that the sound between them may have.

    Returns
    -------
    dict
        On the way, a value that was asked of one sound goes over into that which the other has.
    """
    if t in (0, 1):
        return dict(wishes[int(t)])
    out = {}
    for name in BY_NAME:
        ends = [asked.get(name, has[name]) for asked, has in zip(wishes, values, strict=True)]
        is_asked = any(name in asked for asked in wishes)
        if is_asked and name in offered and all(map(math.isfinite, ends)):
            first, second = (BY_NAME[name].scale(end) for end in ends)
            out[name] = BY_NAME[name].unscale((1 - t) * first + t * second)
    return out
