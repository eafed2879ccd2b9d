"""The eleven categories of drum sound, and their numbers."""

import difflib
import re
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

_OTHER_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "808": ("kick",),
    "bass_drum": ("kick",),
    "bassdrum": ("kick",),
    "bd": ("kick",),
    "hand_clap": ("clap",),
    "cp": ("clap",),
    "sd": ("snare",),
    "rim": ("snare",),
    "rimshot": ("snare",),
    "oh": ("open_hihat",),
    "ohh": ("open_hihat",),
    "ch": ("closed_hihat",),
    "chh": ("closed_hihat",),
    "hat": ("closed_hihat", "open_hihat"),
    "hats": ("closed_hihat", "open_hihat"),
    "hh": ("closed_hihat", "open_hihat"),
    "hihat": ("closed_hihat", "open_hihat"),
    "hi_hat": ("closed_hihat", "open_hihat"),
    "cymbal": ("open_hihat",),
    "tamb": ("tambourine",),
    "maraca": ("shaker",),
    "maracas": ("shaker",),
    "cabasa": ("shaker",),
    "finger_snap": ("snap",),
    "snaps": ("snap",),
}
"""Names that people type for a category, in the form of :func:`_plain`."""


def category_index(category: str) -> int:
    """Return the number of a category.

    Parameters
    ----------
    category : str
        One of :data:`CATEGORIES`, exactly as written there.

    Returns
    -------
    int
        Its place in :data:`CATEGORIES`, from 0.

    Raises
    ------
    ControlError
        If there is no such category. The message suggests the nearest one.
    """
    try:
        return CATEGORIES.index(category)
    except ValueError:
        near = similar_categories(category)
        hint = f"did you mean {' or '.join(near)}? Choose" if near else "choose"
        raise ControlError(
            f"unknown category {category!r}; {hint} one of: {', '.join(CATEGORIES)}"
        ) from None


def similar_categories(name: str) -> tuple[str, ...]:
    """Return the categories that a person most likely meant, best first; empty if none is near.

    Capitals, spaces, hyphens and a plural "s" are ignored, common names and abbreviations of
    drums are known, and small slips of the keyboard are forgiven.

    Parameters
    ----------
    name : str
        For example ``"Kick"``, ``"closed hihat"``, ``"hi-hat"``, ``"808"``.
    """
    plain = _plain(str(name)[:64])
    for candidate in (plain, plain.removesuffix("s"), plain.replace("hi_hat", "hihat")):
        if candidate in CATEGORIES:
            return (candidate,)
        if candidate in _OTHER_NAMES:
            return _OTHER_NAMES[candidate]
    joined = {each.replace("_", ""): each for each in CATEGORIES}
    if plain.replace("_", "") in joined:
        return (joined[plain.replace("_", "")],)
    words = plain.split("_")
    for word in (*words, "_".join(words[1:])):
        found = (word,) if word in CATEGORIES else _OTHER_NAMES.get(word, ())
        told = [each for each in found if each.split("_")[0] in words]
        if found:
            return tuple(told) or found
    return tuple(difflib.get_close_matches(plain, CATEGORIES, n=1, cutoff=0.7))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
