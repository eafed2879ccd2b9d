"""Parameters: what Live can automate, store, and show on a controller."""

from dataclasses import dataclass
from typing import Any, Final

FLOAT, INT, ENUM, BLOB, FILE = range(5)
"""Types of a parameter, by Live's numbers."""
PLAIN, DECIMAL, MILLISECONDS, HERTZ, DECIBELS, PERCENT = range(6)
"""Unit styles: how Live writes a value, by Live's numbers."""
AUTOMATED, STORED, HIDDEN = range(3)
"""Visibility: listed and stored, only stored in sets and presets, or neither."""

BANK_SIZE: Final = 8
"""Parameters in one bank of a controller."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of the device.

    Attributes
    ----------
    name, short : str
        The name in Live's lists, and the one under the dial.
    low, high, initial : float
        The range, and the value in a new device.
    type, style, visible : int
        The constants above.
    words : tuple of str
        The values of an ENUM.
    hint : str
        The text of Live's info view.
    """

    name: str
    short: str
    low: float = 0.0
    high: float = 1.0
    initial: float | str = 0.0
    type: int = FLOAT
    style: int = DECIMAL
    visible: int = AUTOMATED
    words: tuple[str, ...] = ()
    hint: str = ""

    def keys(self) -> dict[str, Any]:
        """Return the parameter's entries in its box."""
        value: dict[str, Any] = {
            "parameter_longname": self.name,
            "parameter_shortname": self.short,
            "parameter_type": self.type,
            "parameter_invisible": self.visible,
            "parameter_modmode": 0,
        }
        if self.type in (FLOAT, INT, ENUM):
            value |= {
                "parameter_mmin": self.low,
                "parameter_mmax": self.high,
                "parameter_initial": [self.initial],
                "parameter_initial_enable": 1,
                "parameter_unitstyle": self.style,
            }
        if self.type == ENUM:
            value["parameter_enum"] = list(self.words)
        return {
            "varname": self.name,
            "parameter_enable": 1,
            "annotation": self.hint,
            "annotation_name": self.name,
            "saved_attribute_attributes": {"valueof": value},
        }


def banks_json(banks: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return banks of parameter names as a patcher stores them.

    Each bank has eight slots; an empty slot is ``-``.

    Raises
    ------
    ValueError
        If a bank has more than eight parameters.
    """
    for name, names in banks.items():
        if len(names) > BANK_SIZE:
            raise ValueError(f"bank {name!r} has {len(names)} parameters; at most {BANK_SIZE} fit")
    return {
        str(index): {
            "index": index,
            "name": name,
            "parameters": [*names, *["-"] * (BANK_SIZE - len(names))],
        }
        for index, (name, names) in enumerate(banks.items())
    }
