"""Steps along taught axes in a request: a list of objects, each with an axis and an amount."""

import math
from typing import Any, Final

from neural_drum_machine.errors import AxisError
from neural_drum_machine.server.protocol.error_codes import ErrorCode, ProtocolError
from neural_drum_machine.wishes.axis_file import axis_of
from neural_drum_machine.wishes.taught_axis import MAX_AMOUNT, AxisStep

MAX_AXES: Final = 4
"""Axes of one request. Each takes about 1,000 characters."""


def read_steps(name: str, value: Any) -> tuple[AxisStep, ...]:
    """Return the axes of a request with their amounts.

    Raises
    ------
    ProtocolError
        If they are no such list, an axis is damaged, or an amount is out of range.
    """
    if not isinstance(value, list | tuple) or not all(_is_step(each) for each in value):
        sentence = f"{name} must be a list of objects with an axis and an amount"
        raise ProtocolError(ErrorCode.BAD_MESSAGE, sentence)
    if len(value) > MAX_AXES:
        raise ProtocolError(
            ErrorCode.OUT_OF_RANGE, f"{name} may be {MAX_AXES} axes, got {len(value)}"
        )
    return tuple(_step(name, each["axis"], each["amount"]) for each in value)


def _is_step(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"axis", "amount"}


def _step(name: str, axis: Any, amount: Any) -> AxisStep:
    is_number = isinstance(amount, int | float) and not isinstance(amount, bool)
    if not is_number or not math.isfinite(amount):
        raise ProtocolError(ErrorCode.BAD_MESSAGE, f"an amount of {name} must be a finite number")
    if not -MAX_AMOUNT <= amount <= MAX_AMOUNT:
        raise ProtocolError(
            ErrorCode.OUT_OF_RANGE,
            f"an amount of {name} must lie between -{MAX_AMOUNT:g} and {MAX_AMOUNT:g}, got "
            f"{amount:.6g}",
        )
    try:
        return axis_of(axis, "the axis"), float(amount)
    except AxisError as error:
        raise ProtocolError(ErrorCode.BAD_MESSAGE, str(error)) from None
