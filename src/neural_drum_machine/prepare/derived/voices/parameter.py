"""A voice: named parameters with ranges, and a function from their values to a sound."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import ControlError

Values = Mapping[str, float]
CURVES = ("linear", "log", "whole")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a voice.

    Attributes
    ----------
    name : str
        Its name in the dictionary of values.
    low, high : float
        Its range, both ends included.
    curve : str
        How draws are spread over the range: ``"linear"``, ``"log"`` (equal ratios are
        equally likely), or ``"whole"`` (whole numbers only: models and counts).
    unit : str
        Unit of its values, empty for plain numbers.
    description : str
        Its effect, in words.
    """

    name: str
    low: float
    high: float
    curve: str
    unit: str
    description: str

    def at(self, place: float) -> float:
        """Return the value at a place of the range, from 0 (low) to 1 (high)."""
        if self.curve == "log":
            value = self.low * math.exp(place * math.log(self.high / self.low))
        elif self.curve == "whole":
            value = self.low + math.floor(place * (self.high - self.low + 1.0))
        else:
            value = self.low + place * (self.high - self.low)
        return min(max(value, self.low), self.high)

    def check(self, value: float, category: str) -> None:
        """Check that a value can be played.

        Raises
        ------
        ControlError
            If it is outside the range, not finite, or not whole where it has to be.
        """
        unit = f" {self.unit}" if self.unit else ""
        if not self.low <= value <= self.high:
            raise ControlError(
                f"{category}: {self.name} must lie between {self.low:g} and {self.high:g}{unit}, "
                f"got {value!r}"
            )
        if self.curve == "whole" and value != int(value):
            raise ControlError(f"{category}: {self.name} must be a whole number, got {value!r}")


@dataclass(frozen=True, slots=True)
class Voice:
    """A drum synthesiser.

    Attributes
    ----------
    parameters : tuple of Parameter
        Its parameters.
    sound : callable
        Takes (values, random generator), returns the raw sound at 44.1 kHz.
    couple : callable or None
        Takes (places, model) and changes the places (0 to 1, by name) of a draw in place where
        the parameters of real drums depend on each other: deep drums ring longer, muted ones never
        do.
    """

    parameters: tuple[Parameter, ...]
    sound: Callable[[Values, np.random.Generator], FloatArray]
    couple: Callable[[dict[str, float], int], None] | None = None


MODEL = "model"
ROOM = (
    Parameter("room", 0.0, 0.7, "linear", "", "level of the room's answer over the direct sound's"),
    Parameter("room_time", 0.08, 1.0, "log", "s", "decay time of the room"),
    Parameter(
        "wash", 1e-4, 0.03, "log", "", "level of the broad noise that a strike leaves behind"
    ),
    Parameter("tilt", -2.5, 2.5, "linear", "dB/octave", "tone: brighter is positive"),
    Parameter("top", 7000.0, 22000.0, "log", "Hz", "upper edge of what the recording lets through"),
)
"""The room around the drum and the mixing desk: parameters of every voice."""


def contact(low: float, high: float) -> Parameter:
    """Return the parameter of how hard the striker is: a stick gives way less than a hand."""
    return Parameter("contact", low, high, "log", "s", "time in which the strike gains its force")


def toward(places: dict[str, float], name: str, goal: float, weight: float) -> None:
    """Move a place towards a goal, in place; a weight of 1 sets it."""
    places[name] += weight * (goal - places[name])


def squeeze(places: dict[str, float], name: str, low: float, high: float) -> None:
    """Keep a place of a draw to a part of its range, in place."""
    places[name] = low + (high - low) * places[name]
