"""What each of P1, P2 and P3 does to the sound, so that the axes can be named."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.latent.controls import AXES
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.descriptors import Descriptor
from neural_drum_machine.signal.distance import log_spectral_distance

Progress = Callable[[int, int], None]
NAMED_FROM: Final = 0.6
"""An axis is named after a descriptor whose mean rank correlation with it is at least this. Lines
that go no particular way have 0 on average; where four in five rise all the way and the fifth
falls all the way, it is 0.6."""


@dataclass(frozen=True, slots=True)
class AxisEffect:
    """What one axis does to one descriptor. A line is one category and seed, moved along it.

    Attributes
    ----------
    axis : int
        0 is P1.
    descriptor, unit : str
        Its name; what the slope counts: ``octaves`` if logarithmic, else its own unit.
    low_word, high_word : str
        What low and high values are called.
    slope : float
        Mean change per unit of control (two standard deviations of the category's codes).
    rho : float
        Spearman's correlation of descriptor and position, mean over the lines: ±1 if every line
        only rises or only falls, 0 if the axis does nothing or something else each time.
    agreement : float
        Share of the lines whose slope has the sign of `rho`; 0.5 is chance.
    lines : int
        Lines the descriptor is defined on; with none of them the figures are NaN.
    by_category : dict
        `rho` over each category's lines, where it is defined on at least half of them.
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
        """Return the effect as JSON values; what is not defined is None."""
        return {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in asdict(self).items()
        }


def axis_movement(machine: DrumMachine, *, seeds: int = 8) -> tuple[float, ...]:
    """Return how far each axis moves the sound, from −1 to +1, the other two at 0.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    seeds : int
        Sounds of each category.

    Returns
    -------
    tuple of float
        For P1, P2 and P3 the log-spectral distance in dB between the decoder's spectrograms of both
        ends, mean over seeds and categories. Of two sets of axes that with more of it gives a
        hand more to play with.
    """
    out = []
    for ends in np.stack([-np.eye(AXES), np.eye(AXES)], axis=1):
        distances = []
        for c, seed in np.ndindex(len(machine.categories), seeds):
            codes = np.stack([machine.controls.code(c, p, seed) for p in ends])
            distances.append(log_spectral_distance(*machine.decode(codes, np.array([c, c]))))
        out.append(float(np.mean(distances)))
    return tuple(out)


def axis_effects(
    machine: DrumMachine,
    descriptors: Sequence[Descriptor],
    *,
    seeds: int = 3,
    steps: Sequence[float] = (-1.0, -0.5, 0.0, 0.5, 1.0),
    progress: Progress | None = None,
) -> list[AxisEffect]:
    """Move sounds of every category along each axis and measure what changes.

    The other two controls stay at 0, as on a fresh pad.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    descriptors : sequence of Descriptor
        What is measured; NaN where it is not defined.
    seeds : int
        Sounds of a category (seeds from 0). Sounds rendered in all: categories × axes × seeds ×
        steps, about 40 ms each. Three show what is large; before an axis is named to users, take
        eight or more: a `rho` of 0.6 over three seeds has been 0.4 over eight.
    steps : sequence of float
        Positions, at least three different ones.
    progress : callable, optional
        Called with (done, in all).

    Returns
    -------
    list of AxisEffect
        Of every axis and descriptor.
    """
    # NaN where a descriptor is not defined; logarithmic ones in octaves.
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
    """Return slope and rank correlation of one line; NaN with fewer than three defined points."""
    from scipy.stats import rankdata  # data extra

    known = np.isfinite(y)
    if known.sum() < 3:
        return math.nan, math.nan
    x, y = x[known], y[known]
    slope = float(np.polyfit(x, y, 1)[0])
    ranks = rankdata(x), rankdata(y)
    a, b = (r - r.mean() for r in ranks)
    norm = math.sqrt(float(a @ a) * float(b @ b))
    # A descriptor that does not move at all does not follow the axis.
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


@dataclass(frozen=True, slots=True)
class AxisName:
    """What turning an axis up does.

    Attributes
    ----------
    low, high : str
        What the sound is at either end.
    rho : float
        Rank correlation with the descriptor that the words are of.
    """

    low: str
    high: str
    rho: float

    def __str__(self) -> str:
        """Return both ends, as in "darker – brighter"."""
        return f"{self.low} – {self.high}"

    def rising(self) -> str:
        """Return the name of the axis turned round if its descriptor falls along it."""
        return str(self) if self.rho > 0 else f"{self.high} – {self.low}"


def axis_names(
    effects: Sequence[AxisEffect], category: str | None = None
) -> tuple[AxisName | None, ...]:
    """Return a name for P1, P2 and P3: what turning them up does, from one end to the other.

    The descriptor with the greatest ``|rho|`` gives it, as in "darker – brighter"; None if that
    is under :data:`NAMED_FROM`: the axis does something else to each sound. A descriptor names
    one axis, the one that moves it most surely: three of the same name would tell a hand nothing.
    What few sounds have, as pitch, names an axis only if it is defined on half of the lines.

    Parameters
    ----------
    effects : sequence of AxisEffect
        From :func:`axis_effects`.
    category : str, optional
        Name the axes for this category's sounds alone. Chance reaches the threshold easily there:
        have eight seeds or more.
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
