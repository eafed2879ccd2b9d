"""Axes that a user teaches by examples: more like these, less like those.

An example is a place in the latent space and its values. Both are told by how far they lie from the
middle of the example's category, so that examples of several categories teach one axis. The axis is
the difference of the two means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from neural_drum_machine.arrays import DoubleArray, FloatArray
from neural_drum_machine.errors import AxisError
from neural_drum_machine.text import shown
from neural_drum_machine.wishes.qualities import BY_NAME, LEVEL
from neural_drum_machine.wishes.ranges import Range

FEWEST: Final = 2
"""Examples of each kind that an axis needs. Three are better."""
MOST: Final = 1000
MAX_AMOUNT: Final = 4.0
_CODE_SHARE: Final = 0.3
"""How much a standard deviation of a code's number counts beside one of a quality."""
_SPREAD_DEVIATIONS: Final = 3.29
"""Standard deviations from the 5th to the 95th percentile of a Gaussian."""
_FARTHEST: Final = 3.0
"""A value farther from its category's middle counts as this many standard deviations."""
_LEAST_STEP: Final = 0.3
"""Of a quality, in standard deviations: a smaller difference is chance."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sound that teaches an axis.

    Attributes
    ----------
    name : str
        How people call it.
    sha256 : str
        Of its file; "" for a sound that is in no file.
    category : str
        Its category.
    code : numpy.ndarray
        Shape ``(latent_dim,)``: how far its code lies from its category's mean, in standard
        deviations.
    values : mapping
        Its values by the names of qualities; NaN where it has none.
    """

    name: str
    sha256: str
    category: str
    code: FloatArray
    values: Mapping[str, float]

    def place(self, ranges: Mapping[str, Range]) -> DoubleArray:
        """Return the values and the code as one vector, in standard deviations."""
        out = np.zeros(len(BY_NAME))
        for number, name in enumerate(BY_NAME):
            value = self.values.get(name, np.nan)
            if name in ranges and name != LEVEL and np.isfinite(value):
                scale, each = BY_NAME[name].scale, ranges[name]
                deviation = max(each.spread(name), 1e-6) / _SPREAD_DEVIATIONS
                far = (scale(max(value, 1e-6)) - scale(each.middle)) / deviation
                out[number] = np.clip(far, -_FARTHEST, _FARTHEST)
        return np.concatenate([out, _CODE_SHARE * self.code.astype(np.float64)])


@dataclass(frozen=True)
class TaughtAxis:
    """An axis that a user has taught.

    Attributes
    ----------
    name : str
        Its name.
    model : str
        Hash of the model whose codes it moves.
    step : mapping
        By the names of qualities: how far 1 moves a value, as a share of the category's range on
        the quality's scale.
    code : numpy.ndarray
        Shape ``(latent_dim,)``: how far 1 moves a code, in standard deviations of the category.
    middle : float
        The place on the axis between the two kinds of examples.
    order : float
        Of all pairs of examples of different kinds, the share that an axis taught without the two
        orders right: 1 is sure, 0.5 is chance.
    more, less : tuple of (str, str)
        Names and SHA-256 of the examples.
    """

    name: str
    model: str
    step: Mapping[str, float]
    code: FloatArray
    middle: float
    order: float
    more: tuple[tuple[str, str], ...]
    less: tuple[tuple[str, str], ...]

    def place(self, example: Example, ranges: Mapping[str, Range]) -> float:
        """Return where a sound lies: about 1 where the examples for more lie, −1 for less."""
        direction = _direction(self.step, self.code)
        length = max(float(direction @ direction), 1e-12)
        return (float(example.place(ranges) @ direction) - self.middle) / length

    def asked(
        self, values: Mapping[str, float], amount: float, ranges: Mapping[str, Range]
    ) -> dict[str, float]:
        """Return the values that a sound has after a step along the axis.

        Parameters
        ----------
        values : mapping
            Its values by the names of qualities; NaN where it has none.
        amount : float
            How far to go, −4 to 4.
        ranges : mapping
            The ranges of its category.

        Returns
        -------
        dict
            A wish. Values stay within half a range beyond what recordings have.
        """
        out = {}
        for name, step in self.step.items():
            if name in ranges and np.isfinite(values.get(name, np.nan)) and step:
                quality, span = BY_NAME[name], ranges[name].spread(name)
                low, high = (quality.scale(end) for end in (ranges[name].low, ranges[name].high))
                now = quality.scale(max(values[name], 1e-6))
                place = now + amount * step * span
                least, most = min(now, low - span / 2), max(now, high + span / 2)
                value = quality.unscale(float(np.clip(place, least, most)))
                out[name] = float(np.clip(value, *quality.limits))
        return out


AxisStep = tuple[TaughtAxis, float]
"""An axis, and how far along it a sound is moved."""


def _direction(step: Mapping[str, float], code: FloatArray) -> DoubleArray:
    """Return the way from the middle to the examples for more, as :meth:`Example.place` counts."""
    qualities = [_SPREAD_DEVIATIONS * step.get(name, 0.0) for name in BY_NAME]
    return np.concatenate([qualities, _CODE_SHARE * code.astype(np.float64)])


def learn(
    name: str,
    model: str,
    more: Sequence[Example],
    less: Sequence[Example],
    ranges: Mapping[str, Mapping[str, Range]],
) -> TaughtAxis:
    """Learn an axis from examples.

    Parameters
    ----------
    name : str
        Its name.
    model : str
        Hash of the model that the codes are of.
    more, less : sequence of Example
        At least :data:`FEWEST` of each.
    ranges : mapping
        The ranges of each category.

    Raises
    ------
    AxisError
        If there are too few or too many examples, or one is on both sides.
    """
    for kind, examples in (("more", more), ("less", less)):
        if not FEWEST <= len(examples) <= MOST:
            raise AxisError(
                f"{shown(name)}: an axis needs {FEWEST} to {MOST} sounds with {kind} of it, got "
                f"{len(examples)}; three of each are a good start"
            )
    both = {each.sha256 for each in more if each.sha256} & {each.sha256 for each in less}
    if both:
        twice = next(each.name for each in more if each.sha256 in both)
        raise AxisError(
            f"{shown(name)}: {shown(twice)} is an example for more and for less; take it out of one"
        )
    places = [
        np.array([each.place(ranges[each.category]) for each in side]) for side in (more, less)
    ]
    half = (places[0].mean(axis=0) - places[1].mean(axis=0)) / 2
    steps = np.where(np.abs(half[: len(BY_NAME)]) < _LEAST_STEP, 0.0, half[: len(BY_NAME)])
    step = {
        quality: float(size / _SPREAD_DEVIATIONS)
        for quality, size in zip(BY_NAME, steps, strict=True)
        if size
    }
    code = (half[len(BY_NAME) :] / _CODE_SHARE).astype(np.float32)
    middle = (places[0].mean(axis=0) + places[1].mean(axis=0)) / 2
    return TaughtAxis(
        name,
        model,
        step,
        code,
        float(middle @ _direction(step, code)),
        _order(*places),
        tuple((each.name, each.sha256) for each in more),
        tuple((each.name, each.sha256) for each in less),
    )


def _order(more: DoubleArray, less: DoubleArray) -> float:
    """Return the share of pairs that the difference of the other examples' means orders right."""
    right = 0.0
    for one in range(len(more)):
        for other in range(len(less)):
            way = np.delete(more, one, 0).mean(axis=0) - np.delete(less, other, 0).mean(axis=0)
            difference = float((more[one] - less[other]) @ way)
            right += 1.0 if difference > 0 else 0.5 if difference == 0 else 0.0
    return right / (len(more) * len(less))
