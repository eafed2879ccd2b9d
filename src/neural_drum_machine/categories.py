"""The eleven categories of drum sound, and their numbers."""

from typing import Final

from neural_drum_machine.errors import ControlError

CATEGORIES: Final[tuple[str, ...]] = (
    "kick",
    "clap",
    "snare",
    "open_hihat",
    "closed_hihat",
    "tambourine",
    "conga",
    "bongo",
    "shaker",
    "snap",
    "tom",
)
"""The eleven categories of the paper; a category's number is its place here."""


def category_index(category: str) -> int:
    """Return the number of a category.

    Parameters
    ----------
    category : str
        One of :data:`CATEGORIES`.

    Returns
    -------
    int
        Its place in :data:`CATEGORIES`, from 0.

    Raises
    ------
    ControlError
        If there is no such category.
    """
    try:
        return CATEGORIES.index(category)
    except ValueError:
        raise ControlError(
            f"unknown category {category!r}; choose one of: {', '.join(CATEGORIES)}"
        ) from None
