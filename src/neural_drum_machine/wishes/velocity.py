"""Velocity: how a sound changes when a drum is struck more softly.

Brightness, attack and the others change as they do in recordings of drums in several layers. Those
changes are in the file ``weights/velocity.json``, which ``scripts/measure_velocity`` makes. Level
follows the square law, because the recordings were all brought to one peak.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import numpy as np

from neural_drum_machine.errors import ControlError
from neural_drum_machine.wishes.qualities import BY_NAME

FILE: Final = "velocity.json"
SOFTEST: Final = 1
LOUDEST: Final = 127
"""MIDI's velocities. At the loudest a sound is as it is."""
DYNAMIC_DB: Final = 40.0
"""The softest stroke is so much quieter than the loudest."""
NAMES: Final = ("decay", "attack", "brightness", "noisiness", "body", "air")
"""The qualities that change with velocity."""


@dataclass(frozen=True, slots=True)
class Curve:
    """How a quality changes from the loudest stroke to softer ones.

    Attributes
    ----------
    change : float
        The change at the softest stroke, on the quality's scale: octaves, or its unit.
    exponent : float
        The change grows with this power of the softness, so that it goes one way only.
    """

    change: float
    exponent: float

    def at(self, softness: float) -> float:
        """Return the change at a softness, 0 (loudest) to 1 (softest)."""
        return float(self.change * softness**self.exponent)


def check_velocity(velocity: int) -> int:
    """Return a velocity that was checked.

    Raises
    ------
    ControlError
        If it is no whole number from 1 to 127.
    """
    is_whole = isinstance(velocity, int | np.integer) and not isinstance(velocity, bool)
    if not is_whole or not SOFTEST <= velocity <= LOUDEST:
        raise ControlError(
            f"velocity must be a whole number from {SOFTEST} to {LOUDEST}, got {velocity!r:.60}; "
            f"{LOUDEST} is the sound as it is"
        )
    return int(velocity)


def softness(velocity: int) -> float:
    """Return how soft a velocity is: 0 at 127, 1 at 1, evenly between."""
    return (LOUDEST - velocity) / (LOUDEST - SOFTEST)


def level_db(velocity: int) -> float:
    """Return how much louder a velocity is than 127, in dB: −40 to 0.

    The square root of the amplitude is a straight line of velocity, as synthesisers have it on
    average (Dannenberg 2006, "The interpretation of MIDI velocity").
    """
    least = 10 ** (-DYNAMIC_DB / 40)
    root = 1 - (1 - least) * softness(velocity)
    return float(40 * np.log10(root))


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    path = resources.files("neural_drum_machine") / "weights" / FILE
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def curves(category: str) -> dict[str, Curve]:
    """Return the curves of a category by the names of qualities.

    Parameters
    ----------
    category : str
        One of :data:`neural_drum_machine.categories.CATEGORIES`.
    """
    return {name: Curve(*values) for name, values in _file()["curves"][category].items()}


def changes(shares: Mapping[str, float], velocity: int) -> dict[str, float]:
    """Return how the qualities change from 127 to a velocity.

    Parameters
    ----------
    shares : mapping of str to float
        The categories of a sound with their shares, which sum to 1: two where it is a blend.
    velocity : int
        1 to 127.

    Returns
    -------
    dict
        Name to change, on the quality's scale: octaves, or its unit.
    """
    out = dict.fromkeys(NAMES, 0.0)
    for category, share in shares.items():
        for name, curve in curves(category).items():
            out[name] += share * curve.at(softness(velocity))
    return out


def softened(
    values: Mapping[str, float],
    asked: Mapping[str, float],
    offered: Sequence[str],
    change: Mapping[str, float],
) -> dict[str, float]:
    """Return a wish with the changes of a velocity.

    Parameters
    ----------
    values : mapping
        The values of a sound at 127; NaN where it has none.
    asked : mapping
        The wish, which holds at 127.
    offered : sequence of str
        The qualities that the category has.
    change : mapping
        From :func:`changes`.

    Returns
    -------
    dict
        Name to value, within the quality's limits. What does not change is asked for as before.
    """
    out = dict(asked)
    for name in offered:
        quality, loud = BY_NAME[name], asked.get(name, values[name])
        if name in change and np.isfinite(loud) and (loud > 0 or not quality.logarithmic):
            value = quality.unscale(quality.scale(loud) + change[name])
            out[name] = float(np.clip(value, *quality.limits))
    return out
