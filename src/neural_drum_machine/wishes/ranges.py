"""Which qualities each category has, and which values recordings have of them.

The values come from the file ``weights/wishes.json``, which ``scripts/measure_wishes`` makes.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from neural_drum_machine.wishes.qualities import BY_NAME

FILE: Final = "wishes.json"


@dataclass(frozen=True, slots=True)
class Range:
    """The values of a quality that recordings of a category have.

    Attributes
    ----------
    low, middle, high : float
        The 5th, 50th and 95th percentile, in the quality's unit; each kit counts the same.
    """

    low: float
    middle: float
    high: float

    def spread(self, name: str) -> float:
        """Return the distance from `low` to `high` on the quality's scale."""
        quality = BY_NAME[name]
        return quality.scale(self.high) - quality.scale(self.low)


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    path = resources.files("neural_drum_machine") / "weights" / FILE
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def ranges(category: str) -> dict[str, Range]:
    """Return the qualities that can be wished for in a category, and their ranges.

    Parameters
    ----------
    category : str
        One of :data:`neural_drum_machine.categories.CATEGORIES`.

    Returns
    -------
    dict
        Name to range, in the order of
        :data:`~neural_drum_machine.wishes.qualities.QUALITIES`.
    """
    return {name: Range(*values) for name, values in _file()["ranges"][category].items()}


def exemplar_values(model: str) -> list[dict[str, float]] | None:
    """Return the values of a model's exemplars as they were measured, by their numbers.

    Parameters
    ----------
    model : str
        The model's hash.

    Returns
    -------
    list of dict or None
        NaN where a sound has none; None if the file is of another model.
    """
    known = _file()["exemplars"]
    if known["model"] != model:
        return None
    return [
        {
            name: float("nan") if value is None else float(value)
            for name, value in zip(known["qualities"], row, strict=True)
        }
        for row in known["values"]
    ]
