"""Velocity: how a sound changes when a drum is struck more softly.

Spectrum, attack and decay change as they do in recordings of drums in several layers. Those changes
are in the file ``weights/velocity.json``, which ``scripts/measure_velocity`` makes. Level follows
the square law, because the recordings were all brought to one peak.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import numpy as np

from neural_drum_machine.arrays import DoubleArray
from neural_drum_machine.errors import ControlError

FILE: Final = "velocity.json"
SOFTEST: Final = 1
LOUDEST: Final = 127
"""MIDI's velocities. At the loudest a sound is as it is."""
DYNAMIC_DB: Final = 40.0
"""The softest stroke is so much quieter than the loudest."""
BANDS_HZ: Final = tuple(31.25 * 2.0**octave for octave in range(10))
"""Middles of the bands in which the spectrum changes: octaves, 31 Hz to 16 kHz."""
NAMES: Final = ("attack", "decay", *(f"{hz:.0f} Hz" for hz in BANDS_HZ))
"""What changes: the attack and the decay, in octaves, and the level of each band, in dB."""


@dataclass(frozen=True, slots=True)
class Curve:
    """How one value changes from the loudest stroke to softer ones.

    Attributes
    ----------
    change : float
        The change at the softest stroke: octaves, or dB of a band.
    exponent : float
        The change grows with this power of the softness, so that it goes one way only.
    """

    change: float
    exponent: float

    def at(self, softness: float) -> float:
        """Return the change at a softness, 0 (loudest) to 1 (softest)."""
        return float(self.change * softness**self.exponent)


@dataclass(frozen=True, slots=True)
class Stroke:
    """What a soft stroke changes.

    Attributes
    ----------
    attack, decay : float
        Octaves: 1 is twice as long.
    bands : numpy.ndarray
        Shape ``(10,)``: dB in each of :data:`BANDS_HZ`.
    level : float
        How much louder the sound is, in dB; under 0.
    """

    attack: float
    decay: float
    bands: DoubleArray
    level: float


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
    average (Dannenberg 2006, "The interpretation of MIDI velocity"). The range is our choice:
    synthesisers differ by more than 60 dB there.
    """
    least = 10 ** (-DYNAMIC_DB / 40)
    return float(40 * np.log10(1 - (1 - least) * softness(velocity)))


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    path = resources.files("neural_drum_machine") / "weights" / FILE
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def curves(category: str) -> dict[str, Curve]:
    """Return the curves of a category by the names of :data:`NAMES`.

    Parameters
    ----------
    category : str
        One of :data:`neural_drum_machine.categories.CATEGORIES`.
    """
    content = _file()
    changes = content["changes"][category]
    return {
        name: Curve(change, exponent)
        for name, change, exponent in zip(NAMES, changes, content["exponents"], strict=True)
    }


def stroke(shares: Mapping[str, float], velocity: int) -> Stroke:
    """Return what changes from 127 to a velocity.

    Parameters
    ----------
    shares : mapping of str to float
        The categories of a sound with their shares, which sum to 1: two where it is a blend.
    velocity : int
        1 to 127.
    """
    change = np.zeros(len(NAMES))
    for category, share in shares.items():
        change += share * np.array(
            [each.at(softness(velocity)) for each in curves(category).values()]
        )
    return Stroke(float(change[0]), float(change[1]), change[2:], level_db(velocity))
