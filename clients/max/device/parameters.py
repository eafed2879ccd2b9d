"""What Live can automate, store and show on a controller."""

from dataclasses import dataclass
from typing import Any, Final

FLOAT, INT, ENUM, BLOB, FILE = range(5)
"""Types of a parameter."""
PLAIN, DECIMAL, MILLISECONDS = range(3)
"""How its value is written."""
AUTOMATED, STORED, HIDDEN = range(3)
"""Whether Live lists it, only keeps it in sets and presets, or neither."""

BANK: Final = 8
"""Parameters on a controller's page."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of the device.

    Attributes
    ----------
    name, short : str
        In Live's lists; under the dial.
    low, high, initial : float
        Its range, and its value in a new device.
    type, style, visible : int
        As above.
    words : tuple of str
        The values of an ENUM.
    hint : str
        What Live's info view says.
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
        """Return what its box holds of it."""
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


def banks(pages: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return pages of parameter names as a patcher holds them: eight to a page, ``-`` for none.

    Raises
    ------
    ValueError
        If a page has more.
    """
    for name, names in pages.items():
        if len(names) > BANK:
            raise ValueError(f"page {name!r} has {len(names)} parameters, not {BANK} at most")
    return {
        str(index): {
            "index": index,
            "name": name,
            "parameters": [*names, *["-"] * (BANK - len(names))],
        }
        for index, (name, names) in enumerate(pages.items())
    }
