"""Categories and kits from the names of files and folders, in seven languages."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import Final, Literal

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.labelling.words import Found, NameWords, States, find_words

Kind = Literal["hit", "loop", "other", "several", "silent"]


@dataclass(frozen=True, slots=True)
class NameMeaning:
    """What a name says about a sound.

    Attributes
    ----------
    category : str or None
        One of :data:`~neural_drum_machine.categories.CATEGORIES` where `kind` is ``"hit"``,
        else None.
    kind : str
        ``"hit"``: it names one category. ``"loop"``: a loop or phrase. ``"other"``: another
        instrument. ``"several"``: more than one category, or a hi-hat that may be open or
        closed. ``"silent"``: nothing.
    words : tuple of str
        The words that decided, in small letters and without accents.
    """

    category: str | None
    kind: Kind
    words: tuple[str, ...] = ()


_SILENT: Final = NameMeaning(None, "silent")


def label_from_text(text: str) -> NameMeaning:
    """Return what a single name says.

    Parameters
    ----------
    text : str
        The name of a file without its path and suffix, for example ``"Open-Hat 03"``.

    Returns
    -------
    NameMeaning
        Of any text.
    """
    name = find_words(text)
    if loop := name.words("loop", "beat"):
        return NameMeaning(None, "loop", loop)
    return _instrument(name)


def label_from_path(path: PurePath) -> NameMeaning:
    """Return what a file's name and its folders say; the nearest folder counts most.

    A folder that names one category decides, unless the file names another instrument
    (``Hats/crash.wav``). Where the folder is less certain ("Cymbals", "Hi-Hats", "Kicks and
    Snares", or nothing), the file's own name decides.

    Parameters
    ----------
    path : PurePath
        Relative to the folder that was searched: the user's own folders above it must not
        count.

    Returns
    -------
    NameMeaning
        Of any path.
    """
    name = find_words(path.stem)
    parts = path.parent.parts[::-1]
    folders = [find_words(part) for part in parts]
    if loop := name.words("loop", "beat") or _loop_around(name, folders):
        return NameMeaning(None, "loop", loop)
    # "Hats/Closed/01.wav", "Closed/Hat 01.wav"; but a pack "Open Air" says nothing of its hats.
    stating = (each for each in (name, *folders) if each is name or each.only_contents)
    states = next((each.states for each in stating if each.states), ())
    file = _instrument(name, states)
    around = [(find_words(part), _folder(part, states)) for part in parts]
    speaking = [(each, meaning) for each, meaning in around if meaning.kind != "silent"]
    # "Snares/Rimshots/01.wav": a way to play counts only where no folder around it counts.
    instruments = [(each, meaning) for each, meaning in speaking if not each.technique] or speaking
    if not instruments:
        return file
    place, meaning = instruments[0]
    # Codes and colours ("Synth") do not contradict a folder.
    clear = file.kind != "other" or bool(name.words("other", "cymbal"))
    if meaning.kind == "hit":
        return file if file.kind == "other" and clear else meaning
    if meaning.kind == "several":
        return file if file.kind != "silent" and clear else meaning
    if name.named:
        # A file that names a category in a vague folder such as "Cymbals" or "FX" is believed.
        doubtful = file.kind == "hit" and place.words("other")
        return NameMeaning(None, "several", meaning.words + file.words) if doubtful else file
    nested = any(further.kind == "hit" for _, further in around)
    if nested and not place.words("other", "cymbal"):
        # "Snares/Synth/01.wav" is a snare, "Kick Drum Pack/Bass/01.wav" is none.
        return NameMeaning(None, "several", meaning.words)
    return meaning


def group_from_path(path: PurePath) -> str:
    """Return the kit that a file belongs to: its folders, without those that name its contents.

    Removed are folders that name a category, and folders in which every word is an instrument,
    a general word ("Drums", "One Shots", "Samples") or a sample format ("WAV 24bit").

    Parameters
    ----------
    path : PurePath
        Relative to the folder that was searched.

    Returns
    -------
    str
        The remaining folders, joined by slashes. A file for which no folder remains is a group
        of its own (its path): nothing says that such files belong together.
    """
    return "/".join(part for part in path.parent.parts if not _names_contents(part)) or str(path)


_HIHATS: Final = frozenset({"open_hihat", "closed_hihat"})
_FORMAT: Final = re.compile(
    r"(?<![0-9a-z])((8|16|20|24|32)[ _-]?b(its?)?|\d+([.,_]\d+)?[ _-]?k?hz"
    r"|(44|48|88|96|176|192)([.,_]\d)?[ _-]?k)(?![a-z])",
    re.IGNORECASE,
)


def _names_contents(folder: str) -> bool:
    """Return whether a folder's name tells what is in it, and not which kit it is."""
    rest = _FORMAT.sub(" ", folder)
    if rest != folder and not any(map(str.isalnum, rest)):
        return True
    name = find_words(rest)
    return name.only_contents or _instrument(name, folder=True).kind == "hit"


def _loop_around(name: NameWords, folders: list[NameWords]) -> tuple[str, ...]:
    """Return the words of the folders that declare everything below them to be loops."""
    for each in (name, *folders):
        if each.words("one_shot"):
            break
        if loop := each.words("loop"):
            return loop
    return ()


def _sounds(found: Found, states: States) -> Found:
    """Return the categories that are named, and "hihat" for one that may be open or closed."""
    sounds = {each: found[each] for each in CATEGORIES if each in found}
    nouns = found.get("hihat") or (found.get("cymbal") if states else None)
    if nouns and _HIHATS.isdisjoint(sounds):
        words = nouns + tuple(word for _, each in states for word in each)
        sounds[f"{states[0][0]}_hihat" if len(states) == 1 else "hihat"] = words
    return sounds


@lru_cache(maxsize=1 << 14)
def _folder(name: str, states: States = ()) -> NameMeaning:
    return _instrument(find_words(name), states, folder=True)


def _instrument(name: NameWords, states: States = (), folder: bool = False) -> NameMeaning:
    """Return which instrument a name means; `states` apply to a hi-hat without its own."""
    if not name.found and not name.codes:
        return _SILENT
    states = name.states or states
    sounds = _sounds(name.found, states)
    is_hat = bool(states and "cymbal" in name.found and not _HIHATS.isdisjoint(sounds))
    other = name.words("other") + (() if is_hat else name.words("cymbal"))
    if not sounds and not other and (not folder or name.coded):
        coded = dict(name.codes)
        # A folder "OH" holds overhead microphones as often as open hi-hats.
        if not (folder and coded.get("open_hihat") == ("oh",)):
            sounds = _sounds(coded, states)
            other = coded.get("other", ())
    words = tuple(word for each in sounds.values() for word in each) + other
    if len(sounds) == 1 and "hihat" not in sounds and not other:
        return NameMeaning(next(iter(sounds)), "hit", words)
    if sounds:
        return NameMeaning(None, "several", words)
    other += name.words("colour", "rimshot")
    return NameMeaning(None, "other", other) if other else _SILENT
