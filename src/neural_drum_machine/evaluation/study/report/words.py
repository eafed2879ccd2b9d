"""What the report's sections share: pictures, and figures in words."""

from typing import Any

from neural_drum_machine.evaluation.measures.intervals import Interval

Result = dict[str, Any]
PICTURES = {
    "reconstructions.png": "A real sound of each category, the model's version, the difference",
    "error_by_category.png": "Error by category",
    "confusion.png": "What the judge hears in generated sounds",
    "latent_map.png": "The codes of training sounds",
    "latency.png": "Render times",
}
"""File names of the pictures beside the report, and what they show."""


def picture(name: str) -> list[str]:
    """Return the lines that show one of :data:`PICTURES`."""
    return ["", f"![{PICTURES[name]}]({name})", ""]


def shown(interval: Interval, digits: int) -> str:
    """Return an interval in words; of one sound a category nothing is known but the value."""
    if interval.low == interval.high:
        return f"{interval.value:.{digits}f}"
    return interval.format(digits)


def number(value: float | None, digits: int = 2) -> str:
    """Return a number in words; a dash for none."""
    return "–" if value is None else f"{value:.{digits}f}"
