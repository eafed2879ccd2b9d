"""Curves of velocity, fitted to drums that were recorded in layers."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.velocity.layered import Instrument
from neural_drum_machine.wishes.velocity import NAMES, Curve

EXPONENTS: Final = (0.5, 1.0, 2.0)
"""How a change may grow from loud to soft."""
BORROWED_KITS: Final = 2
"""The mean of all categories counts as much as so many kits of a category."""
_ROUNDS: Final = 8
_SURE: Final = {"attack": 0.03, "decay": 0.02}
"""Octaves: recordings nearer to the line than this count the same."""
_SURE_DB: Final = 0.2


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
        Category to curves by the names of :data:`~neural_drum_machine.wishes.velocity.NAMES`. All
        bands have one exponent.
    """
    groups = (("attack",), ("decay",), NAMES[2:])
    out: dict[str, dict[str, Curve]] = {category: {} for category in CATEGORIES}
    for names in groups:
        exponent = min(EXPONENTS, key=lambda power: _miss(instruments, names, power))
        for name in names:
            for category, change in _drawn_together(_kits(instruments, name, exponent)).items():
                out[category][name] = Curve(float(f"{change:.3g}"), exponent)
    return out


@lru_cache(maxsize=16_384)  # fits without one kit after the other share most instruments
def slope(instrument: Instrument, name: str, exponent: float) -> tuple[float, float]:
    """Return an instrument's change from the loudest stroke to the softest, and the mean miss.

    The line with the least sum of distances is taken, because single strokes lie far off. Both are
    NaN where less than two layers have a value.
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
        weights = 1 / np.maximum(np.abs(y - design @ line), _SURE.get(name, _SURE_DB))
    return float(line[1]), float(np.abs(y - design @ line).mean())


def _miss(instruments: Sequence[Instrument], names: Sequence[str], exponent: float) -> float:
    misses = [slope(each, name, exponent)[1] for each in instruments for name in names]
    return float(np.nansum(misses))


def _kits(instruments: Sequence[Instrument], name: str, exponent: float) -> dict[str, list[float]]:
    """Return the changes of each category's kits."""
    found: dict[str, dict[str, list[float]]] = {each: defaultdict(list) for each in CATEGORIES}
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
    own = {each: len(values) / (len(values) + BORROWED_KITS) for each, values in kits.items()}
    if not known:
        return dict.fromkeys(kits, 0.0)
    common = float(np.average(list(known.values()), weights=[own[each] for each in known]))
    return {each: common + own[each] * (known.get(each, common) - common) for each in kits}
