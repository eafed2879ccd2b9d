"""Which sounds are nearest to a wish."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from neural_drum_machine.wishes.qualities import BY_NAME, LEVEL
from neural_drum_machine.wishes.ranges import Range

FEWEST: Final = 6
"""A draw with a wish begins at one of this many sounds."""
DRAWS: Final = 8
"""Draws among which the nearest is taken where there are no exemplars."""
_NONE: Final = 1.0
"""A sound without a value is as far away as one at the other end of the range."""


def nearest(
    values: Sequence[Mapping[str, float]],
    asked: Mapping[str, float],
    ranges: Mapping[str, Range],
) -> list[int]:
    """Return the places of the :data:`FEWEST` sounds that are nearest to a wish, nearest first.

    Parameters
    ----------
    values : sequence of mapping
        The values of each sound; NaN where it has none.
    asked : mapping
        The wish. Loudness does not count: it is a matter of level.
    ranges : mapping
        The ranges of the category: distances are shares of them.
    """
    distances = np.zeros(len(values))
    for name in asked:
        if name == LEVEL:
            continue
        quality, spread = BY_NAME[name], max(ranges[name].spread(name), 1e-9)
        wanted = quality.scale(asked[name])
        for place, each in enumerate(values):
            off = (quality.scale(each[name]) - wanted) / spread if each[name] > _least(name) else 1
            distances[place] += min(off**2, _NONE) if np.isfinite(off) else _NONE
    return [int(place) for place in np.argsort(distances, kind="stable")[:FEWEST]]


def has_pitch_near(values: Mapping[str, float], hz: float) -> bool:
    """Return whether a sound has a steady pitch, at most an octave from a frequency in Hz."""
    return bool(abs(np.log2(values["pitch"] / hz)) <= 1)  # not so if it is NaN


def _least(name: str) -> float:
    """Return the number over which a quality's value has a place on its scale."""
    return 0.0 if BY_NAME[name].logarithmic else -np.inf
