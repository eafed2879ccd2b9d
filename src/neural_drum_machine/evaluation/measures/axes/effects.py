"""The effect of each axis on each descriptor of the sound."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from neural_drum_machine.latent.controls import AXES
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.descriptors import Descriptor


@dataclass(frozen=True, slots=True)
class AxisEffect:
    """The effect of one axis on one descriptor.

    A line is one sound (a category and a seed) moved along the axis.

    Attributes
    ----------
    axis : int
        0 is P1.
    descriptor, unit : str
        Name of the descriptor; unit of the slope: ``octaves`` if the descriptor is logarithmic,
        else its own unit.
    low_word, high_word : str
        Words for low and high values.
    slope : float
        Mean change per unit of control (two standard deviations of the category's codes).
    rho : float
        Spearman's rank correlation of descriptor and position, as a mean over the lines: ±1 if
        every line only rises or only falls; 0 if the axis has no effect, or a different one on
        each line.
    agreement : float
        Share of the lines whose slope has the sign of `rho`; 0.5 is chance.
    lines : int
        Number of lines on which the descriptor is defined. Without any, all values are NaN.
    by_category : dict
        `rho` over each category's lines, for categories with at least half of them defined.
    """

    axis: int
    descriptor: str
    unit: str
    low_word: str
    high_word: str
    slope: float
    rho: float
    agreement: float
    lines: int
    by_category: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the values for JSON; None where one is not defined."""
        return {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in asdict(self).items()
        }


def axis_effects(
    machine: DrumMachine,
    descriptors: Sequence[Descriptor],
    *,
    seeds: int = 3,
    steps: Sequence[float] = (-1.0, -0.5, 0.0, 0.5, 1.0),
    progress: Callable[[int, int], None] | None = None,
) -> list[AxisEffect]:
    """Move sounds of every category along each axis and measure how the descriptors change.

    The other two controls stay at 0.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    descriptors : sequence of Descriptor
        What to measure; a descriptor is NaN where it is not defined.
    seeds : int
        Number of sounds of a category (seeds from 0). This renders categories × axes × seeds ×
        steps sounds, about 40 ms each. Three seeds show large effects. Use eight or more before
        you name an axis to users: a `rho` of 0.6 over three seeds has been 0.4 over eight.
    steps : sequence of float
        Positions, at least three different ones.
    progress : callable, optional
        Called with (sounds done, total).

    Returns
    -------
    list of AxisEffect
        One for every axis and descriptor.
    """
    # NaN where a descriptor is not defined; logarithmic descriptors are in octaves.
    shape = (AXES, len(descriptors), len(machine.categories), seeds, len(steps))
    values = np.full(shape, math.nan)
    places = list(np.ndindex(shape[0], *shape[2:]))
    for done, (axis, c, seed, k) in enumerate(places, 1):
        p = [0.0] * AXES
        p[axis] = steps[k]
        sound = machine.render(machine.categories[c], p, seed)
        for j, descriptor in enumerate(descriptors):
            value = descriptor.function(sound.samples, sound.sr)
            if descriptor.logarithmic:
                value = math.log2(value) if value > 0 else math.nan
            values[axis, j, c, seed, k] = value
        if progress:
            progress(done, len(places))
    x = np.asarray(steps, np.float64)
    return [
        _effect(axis, descriptor, values[axis, j], x, machine.categories)
        for axis in range(AXES)
        for j, descriptor in enumerate(descriptors)
    ]


def _line(y: npt.NDArray[np.float64], x: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return slope and rank correlation of a line; NaN with fewer than three defined points."""
    known = np.isfinite(y)
    if known.sum() < 3:
        return math.nan, math.nan
    x, y = x[known], y[known]
    slope = float(np.polyfit(x, y, 1)[0])
    ranks = rankdata(x), rankdata(y)
    a, b = (r - r.mean() for r in ranks)
    norm = math.sqrt(float(a @ a) * float(b @ b))
    # A constant descriptor does not follow the axis.
    return slope, float(a @ b) / norm if norm else 0.0


def _effect(
    axis: int,
    descriptor: Descriptor,
    values: npt.NDArray[np.float64],
    steps: npt.NDArray[np.float64],
    categories: Sequence[str],
) -> AxisEffect:
    lines = np.array([[_line(y, steps) for y in of_category] for of_category in values])
    slopes, rhos = lines[..., 0], lines[..., 1]
    known = np.isfinite(rhos)
    rho = float(rhos[known].mean()) if known.any() else math.nan
    return AxisEffect(
        axis,
        descriptor.name,
        "octaves" if descriptor.logarithmic else descriptor.unit,
        descriptor.low_word,
        descriptor.high_word,
        float(slopes[known].mean()) if known.any() else math.nan,
        rho,
        float((slopes[known] * rho > 0).mean()) if known.any() else math.nan,
        int(known.sum()),
        {
            name: float(mine[ok].mean())
            for name, mine, ok in zip(categories, rhos, known, strict=True)
            if ok.mean() >= 0.5
        },
    )
