"""The kit that a file belongs to, from the names of its folders."""

import re
from pathlib import PurePath
from typing import Final

from neural_drum_machine.prepare.labelling.neighbours import ALONE, Neighbours, plain_category
from neural_drum_machine.prepare.labelling.words import NameWords, find_words

_FORMAT: Final = re.compile(
    r"(?<![0-9a-z])((8|16|20|24|32)[ _-]?b(its?)?|\d+([.,_]\d+)?[ _-]?k?hz"
    r"|(44|48|88|96|176|192)([.,_]\d)?[ _-]?k)(?![a-z])",
    re.IGNORECASE,
)


def group_from_path(path: PurePath, neighbours: Neighbours = ALONE) -> str:
    """Return the kit that a file belongs to: its folders, without what they tell of the contents.

    Removed are folders that only name an instrument, a general word ("Drums", "One Shots",
    "Samples") or a sample format ("WAV 24bit"). Of "Linn Kicks" and "Linn Snares" remains
    "Linn", so that a kit stays one kit. A title is kept whole, whatever its words: "Tom's Drums",
    "Snare Bible Vol. 1".

    Parameters
    ----------
    path : PurePath
        Relative to the folder that was searched.
    neighbours : Neighbours
        The files of the same folder. They may show that its name is a title, although its words
        are those of contents: a folder "Open Hats" with a whole kit in it.

    Returns
    -------
    str
        The remaining folders, joined by slashes. A file for which no folder remains is a group
        of its own (its path): nothing says that such files belong together.
    """
    parts = path.parent.parts
    kept = [_kit_part(part) for part in parts]
    if parts and neighbours.show_a_title(plain_category(parts[-1]) or None):
        kept[-1] = parts[-1]
    return "/".join(part for part in kept if part) or str(path)


def _kit_part(folder: str) -> str:
    """Return what a folder's name says about the kit; nothing if it only names contents."""
    rest = _FORMAT.sub(" ", folder)
    if rest != folder and not any(map(str.isalnum, rest)):
        return ""
    name = find_words(rest)
    if name.only_contents:
        return ""
    if name.titled or not _names_instrument(name):
        return folder
    return " ".join(_as_written(word, rest) for word in name.rest) if name.unknown else ""


def _as_written(word: str, text: str) -> str:
    at = text.lower().find(word)
    return text[at : at + len(word)] if at >= 0 else word


def _names_instrument(name: NameWords) -> bool:
    return name.named or (bool(name.codes) and not name.words("other", "colour", "cymbal"))
