"""Curves of velocity, fitted to drums that were recorded in layers."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.velocity.layered import Instrument
from neural_drum_machine.wishes.qualities import BY_NAME
from neural_drum_machine.wishes.ranges import ranges
from neural_drum_machine.wishes.velocity import NAMES, Curve

EXPONENTS: Final = (0.5, 1.0, 2.0)
"""How a change may grow from loud to soft."""
BORROWED_KITS: Final = 2
"""The mean of all categories counts as much as so many kits of a category."""
_ROUNDS: Final = 8


def fit(instruments: Sequence[Instrument]) -> dict[str, dict[str, Curve]]:
    """Return the curves of every category.

    A kit's change is the median of its instruments', a category's the mean of its kits'. It is
    drawn to the mean of all categories, the more the fewer kits it has. A category without
    layers has that mean.

    Parameters
    ----------
    instruments : sequence of Instrument
        From :func:`~neural_drum_machine.prepare.velocity.layered.read_layered`.

    Returns
    -------
    dict
        Category to the curves of the qualities that it offers, by their names.
    """
    out: dict[str, dict[str, Curve]] = {category: {} for category in CATEGORIES}
    for name in NAMES:
        offering = [category for category in CATEGORIES if name in ranges(category)]
        mine = [each for each in instruments if each.category in offering]
        exponent = min(EXPONENTS, key=lambda power: _miss(mine, name, power))
        changes = _kits(mine, name, exponent)
        drawn = _drawn_together({category: changes.get(category, []) for category in offering})
        for category, change in drawn.items():
            out[category][name] = Curve(float(f"{change:.3g}"), exponent)
    return out


@lru_cache(maxsize=8192)  # fits without one kit after the other share most instruments
def slope(instrument: Instrument, name: str, exponent: float) -> tuple[float, float]:
    """Return an instrument's change from the loudest stroke to the softest, and the mean miss.

    The line with the least sum of distances is taken, because single strokes lie far off.
    """
    values = instrument.values[name]
    known = np.isfinite(values)
    if known.sum() < 2 or np.ptp(instrument.softness[known]) <= 0:
        return float("nan"), float("nan")
    soft = instrument.softness[known] ** exponent
    design, y = np.stack([np.ones(len(soft)), soft], axis=1), values[known]
    weights, line = np.ones(len(y)), np.zeros(2)
    for _ in range(_ROUNDS):
        root = np.sqrt(weights)
        line = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
        weights = 1 / np.maximum(np.abs(y - design @ line), BY_NAME[name].tolerance / 10)
    return float(line[1]), float(np.abs(y - design @ line).mean())


def _miss(instruments: Sequence[Instrument], name: str, exponent: float) -> float:
    return float(np.nansum([slope(each, name, exponent)[1] for each in instruments]))


def _kits(
    instruments: Sequence[Instrument], name: str, exponent: float
) -> dict[str, list[float]]:
    """Return the changes of each category's kits."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for each in instruments:
        change = slope(each, name, exponent)[0]
        if np.isfinite(change):
            found[each.category][each.kit].append(change)
    return {
        category: [float(np.median(values)) for values in kits.values()]
        for category, kits in found.items()
    }


def _drawn_together(kits: dict[str, list[float]]) -> dict[str, float]:
    """Return a mean for each category, drawn to the mean of all."""
    known = {category: float(np.mean(values)) for category, values in kits.items() if values}
    weights = {category: _own_share(values) for category, values in kits.items()}
    if not known:
        return dict.fromkeys(kits, 0.0)
    common = float(np.average(list(known.values()), weights=[weights[each] for each in known]))
    return {
        category: common + weights[category] * (known.get(category, common) - common)
        for category in kits
    }


def _own_share(kits: Sequence[float]) -> float:
    return len(kits) / (len(kits) + BORROWED_KITS)
