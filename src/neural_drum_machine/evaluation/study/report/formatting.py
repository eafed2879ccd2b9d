"""Text for values and pictures that the sections of the report share."""

from typing import Any

from neural_drum_machine.evaluation.measures.intervals import Interval

Result = dict[str, Any]
PICTURES = {
    "reconstructions.png": "A real sound of each category, its reconstruction, the difference",
    "error_by_category.png": "Error by category",
    "confusion.png": "Predictions of the judge for generated sounds",
    "latent_map.png": "The codes of training sounds",
    "wishes.png": "Values that were asked for and reached",
    "latency.png": "Render times",
}
"""File names of the pictures beside the report, with their alternative texts."""


def picture(name: str) -> list[str]:
    """Return the lines that show one of :data:`PICTURES`."""
    return ["", f"![{PICTURES[name]}]({name})", ""]


def with_bounds(interval: Interval, digits: int) -> str:
    """Return an interval as text, without bounds if they are equal (one sound in each category)."""
    if interval.low == interval.high:
        return f"{interval.value:.{digits}f}"
    return interval.format(digits)


def number(value: float | None, digits: int = 2) -> str:
    """Return a number as text; a dash for None."""
    return "–" if value is None else f"{value:.{digits}f}"
