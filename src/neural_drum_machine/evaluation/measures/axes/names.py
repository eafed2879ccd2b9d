"""Names for the axes, taken from their effects on the descriptors."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from neural_drum_machine.evaluation.measures.axes.effects import AxisEffect
from neural_drum_machine.latent.controls import AXES

NAMED_FROM: Final = 0.6
"""Smallest mean rank correlation for which a descriptor names an axis. Lines in random directions
have a mean of 0. If four of five lines rise all the way and the fifth falls, the mean is 0.6."""


@dataclass(frozen=True, slots=True)
class AxisName:
    """The name of an axis: how the sound changes from its low end to its high end.

    Attributes
    ----------
    low, high : str
        Words for the sound at either end.
    rho : float
        Rank correlation with the descriptor that the words belong to.
    """

    low: str
    high: str
    rho: float

    def __str__(self) -> str:
        """Return both ends, as in "darker – brighter"."""
        return f"{self.low} – {self.high}"

    def rising(self) -> str:
        """Return the name, reversed if the descriptor falls along the axis."""
        return str(self) if self.rho > 0 else f"{self.high} – {self.low}"


def axis_names(
    effects: Sequence[AxisEffect], category: str | None = None
) -> tuple[AxisName | None, ...]:
    """Return a name for each of P1, P2 and P3, such as "darker – brighter".

    The descriptor with the greatest ``|rho|`` gives the name. There is none (None) if that is
    below :data:`NAMED_FROM`: the axis then has a different effect on each sound. A descriptor
    names one axis only, the one with the greatest ``|rho|``: three equal names would not help. A
    descriptor that few sounds have, such as pitch, names an axis only if it is defined on half of
    the lines.

    Parameters
    ----------
    effects : sequence of AxisEffect
        From :func:`axis_effects`.
    category : str, optional
        Name the axes for the sounds of this category only. Chance reaches the threshold more
        easily there, so measure with eight seeds or more.
    """
    candidates: list[tuple[float, float, AxisEffect]] = []
    for axis in range(AXES):
        mine = [e for e in effects if e.axis == axis]
        most = max((e.lines for e in mine), default=0)
        candidates += [
            (abs(rho), rho, e)
            for e in mine
            if math.isfinite(rho := e.rho if category is None else e.by_category.get(category, 0))
            and abs(rho) >= NAMED_FROM
            and (category is not None or 2 * e.lines >= most)
        ]
    names: dict[int, AxisName] = {}
    taken: set[str] = set()
    for _, rho, effect in sorted(candidates, key=lambda each: -each[0]):
        if effect.axis not in names and effect.descriptor not in taken:
            words = (effect.low_word, effect.high_word)
            names[effect.axis] = AxisName(*(words if rho > 0 else words[::-1]), rho)
            taken.add(effect.descriptor)
    return tuple(names.get(axis) for axis in range(AXES))
