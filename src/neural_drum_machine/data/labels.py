"""Categories from the names of files and folders."""

import re
from itertools import pairwise
from pathlib import PurePath
from typing import Final

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "kick": ("kick", "kicks", "kik", "kck", "bd", "bassdrum", "kdrum"),
    "clap": ("clap", "claps", "clp", "handclap", "handclaps", "cp", "fingerclap"),
    "snare": ("snare", "snares", "snr", "sd", "sn", "snaredrum"),
    "open_hihat": ("openhihat", "openhat", "openhh", "ohh", "oh", "hho", "hihatopen", "hatopen"),
    "closed_hihat": (
        "closedhihat",
        "closedhat",
        "closedhh",
        "chh",
        "ch",
        "hhc",
        "hihatclosed",
        "hatclosed",
    ),
    "tambourine": ("tambourine", "tambourines", "tamb", "tambo", "tmb"),
    "conga": ("conga", "congas", "cga"),
    "bongo": ("bongo", "bongos", "bng"),
    "shaker": ("shaker", "shakers", "shk", "maracas", "maraca", "cabasa", "eggshaker"),
    "snap": ("snap", "snaps", "fingersnap", "fingersnaps", "pinkysnap"),
    "tom": ("tom", "toms", "tomtom", "lt", "mt", "ht", "tomlow", "tommid", "tomhi"),
}
_CATEGORY: Final = {word: category for category, words in _WORDS.items() for word in words}
# The phrases in which two words of a name say what one word says above.
_PAIRS: Final = (("open", "hat"), ("open", "hh"), ("closed", "hat"), ("closed", "hh"))
_NOT_A_HIT: Final = frozenset({"loop", "loops", "groove", "fill", "bpm", "break", "beat"})


def _tokens(text: str) -> list[str]:
    """Split a name into lower-case words: at case changes, digits and punctuation."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return re.findall(r"[a-z]+", spaced.lower())


def category_from_text(text: str) -> str | None:
    """Return the category that a single name states, or None.

    Parameters
    ----------
    text : str
        A file or folder name without its path, for example ``"Open-Hat 03"``.

    Returns
    -------
    str or None
        None where the name states none, or several, or a loop.
    """
    tokens = ["hat" if token in ("hihat", "hihats", "hats") else token for token in _tokens(text)]
    tokens = " ".join(tokens).replace("hi hat", "hat").split()
    if _NOT_A_HIT.intersection(tokens):
        return None
    found = {_CATEGORY[token] for token in tokens if token in _CATEGORY}
    found |= {_CATEGORY[a + b] for a, b in pairwise(tokens) if a + b in _CATEGORY}
    for state, noun in _PAIRS:
        if state in tokens and noun in tokens:
            found.add(f"{state}_hihat")
    return found.pop() if len(found) == 1 else None


def category_from_path(path: PurePath) -> str | None:
    """Return the category of a file: of the nearest folder that states one, else of its name.

    Parameters
    ----------
    path : PurePath
        Relative to the folder that was searched, so that the user's own folders
        above it do not speak. None where any part of it speaks of a loop.
    """
    if any(_NOT_A_HIT.intersection(_tokens(part)) for part in (*path.parent.parts, path.stem)):
        return None
    for part in reversed(path.parent.parts):
        # A folder "OH" holds overhead microphones as often as open hi-hats: it says nothing.
        if part.lower() != "oh" and (category := category_from_text(part)):
            return category
    return category_from_text(path.stem)


def group_from_path(path: PurePath) -> str:
    """Return the kit that a file belongs to: its folders without those that name a category.

    Files that lie in no other folder form a group each: nothing says that they
    belong together.
    """
    parts = [part for part in path.parent.parts if category_from_text(part) is None]
    return "/".join(parts) or str(path)
