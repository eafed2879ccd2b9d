"""What a label may be: one of the eleven categories, or none of them."""

from collections.abc import Collection
from typing import Final

from neural_drum_machine.categories import CATEGORIES, similar_categories
from neural_drum_machine.errors import DatasetError

OTHER: Final = "other"
"""Another instrument. It becomes no sound of a dataset, but the classifier learns from it what is
none of the eleven."""
SKIP: Final = "skip"
"""No hit at all (a loop, a roll, a sweep), or a file that the user wants left out."""
CLASSES: Final = (*CATEGORIES, OTHER)
"""The classes of the classifier."""


def read_category(text: str, allowed: Collection[str], where: str) -> str:
    """Return the class that somebody wrote: ``Kick``, ``closed hihat`` and ``OTHER`` are clear.

    Parameters
    ----------
    text : str
        As it was written.
    allowed : collection of str
        The classes to choose from.
    where : str
        File and line, for the error.

    Raises
    ------
    DatasetError
        If it is none of them. The message suggests the nearest categories.
    """
    name = "_".join(text.lower().replace("-", " ").replace("_", " ").split())
    if name in allowed:
        return name
    near = similar_categories(text)
    hint = f" (did you mean {' or '.join(near)}?)" if near else ""
    raise DatasetError(
        f"{where}: unknown category {text!r}{hint}; use one of: {', '.join(allowed)}"
    )
