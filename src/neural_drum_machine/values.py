"""Checks of values that come from people and files: each names the value, and what is allowed."""

from neural_drum_machine.errors import NdmError


def check_whole(
    error: type[NdmError], who: str, what: str, value: object, low: int, high: int
) -> None:
    """Raise an error unless a value is a whole number from `low` to `high`.

    Parameters
    ----------
    error : type
        The class of the error.
    who, what : str
        Whose value it is, such as "a groove", and which, such as "swing".
    value : object
        Anything. Truth values are no numbers.
    low, high : int
        Both included.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise error(
            f"{who}: the {what} must be a whole number from {low} to {high}, got {value!r:.40}"
        )


def check_number(
    error: type[NdmError], who: str, what: str, value: object, low: float, high: float
) -> None:
    """Raise an error unless a value is a number from `low` to `high`; see :func:`check_whole`."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise error(f"{who}: the {what} must lie between {low:g} and {high:g}, got {value!r:.40}")
