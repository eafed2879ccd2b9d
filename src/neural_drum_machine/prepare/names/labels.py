"""Categories from the names of files and folders, in seven languages."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import Final, Literal

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.names.words import Reading, Said, States, read

Kind = Literal["hit", "loop", "other", "several", "silent"]


@dataclass(frozen=True, slots=True)
class Label:
    """What a name says of a sound.

    Attributes
    ----------
    category : str or None
        One of :data:`~neural_drum_machine.categories.CATEGORIES` where `kind` is ``"hit"``,
        else None.
    kind : str
        ``"hit"``: it names one category. ``"loop"``: a loop or phrase. ``"other"``: another
        instrument. ``"several"``: more than one category, or a hi-hat without saying whether
        open or closed. ``"silent"``: nothing.
    words : tuple of str
        The words that decided, in small letters and without accents.
    """

    category: str | None
    kind: Kind
    words: tuple[str, ...] = ()


_SILENT: Final = Label(None, "silent")


def label_from_text(text: str) -> Label:
    """Return what a single name says.

    Parameters
    ----------
    text : str
        The name of a file without its path and suffix, for example ``"Open-Hat 03"``.

    Returns
    -------
    Label
        Any text has one.
    """
    reading = read(text)
    if loop := reading.words("loop", "beat"):
        return Label(None, "loop", loop)
    return _instrument(reading)


def label_from_path(path: PurePath) -> Label:
    """Return what a file's folders and its name say: the nearest folder first.

    A folder that names one category decides, unless the file names another instrument
    (``Hats/crash.wav``). Where a folder is less certain ("Cymbals", "Hi-Hats", "Kicks and
    Snares", or nothing), the file's own name does.

    Parameters
    ----------
    path : PurePath
        Relative to the folder that was searched, so that the user's own folders
        above it do not speak.

    Returns
    -------
    Label
        Any path has one.
    """
    name = read(path.stem)
    parts = path.parent.parts[::-1]
    folders = [read(part) for part in parts]
    if loop := name.words("loop", "beat") or _loop_around(name, folders):
        return Label(None, "loop", loop)
    # "Hats/Closed/01.wav", "Closed/Hat 01.wav"; but a pack "Open Air" says nothing of its hats.
    stating = (each for each in (name, *folders) if each is name or each.only_what)
    states = next((each.states for each in stating if each.states), ())
    file = _instrument(name, states)
    around = [(read(part), _folder(part, states)) for part in parts]
    speaking = [(each, label) for each, label in around if label.kind != "silent"]
    # "Snares/Rimshots/01.wav": a way to play speaks only where no folder around it does.
    instruments = [(each, label) for each, label in speaking if not each.technique] or speaking
    if not instruments:
        return file
    place, label = instruments[0]
    # Codes and colours ("Synth") do not speak against a folder.
    clear = file.kind != "other" or bool(name.words("other", "cymbal"))
    if label.kind == "hit":
        return file if file.kind == "other" and clear else label
    if label.kind == "several":
        return file if file.kind != "silent" and clear else label
    if name.named:
        # A file that names a category outside the vague "Cymbals" or "FX": believed.
        doubtful = file.kind == "hit" and place.words("other")
        return Label(None, "several", label.words + file.words) if doubtful else file
    nested = any(further.kind == "hit" for _, further in around)
    if nested and not place.words("other", "cymbal"):
        # "Snares/Synth/01.wav" is a snare, "Kick Drum Pack/Bass/01.wav" is none.
        return Label(None, "several", label.words)
    return label


def group_from_path(path: PurePath) -> str:
    """Return the kit that a file belongs to: its folders without those that say what it is.

    Folders that name a category go, and folders in which every word is an instrument, a
    general word ("Drums", "One Shots", "Samples") or a sample format ("WAV 24bit").

    Parameters
    ----------
    path : PurePath
        Relative to the folder that was searched.

    Returns
    -------
    str
        The remaining folders, joined by slashes. Files that lie in no other folder form a
        group each (their path): nothing says that they belong together.
    """
    return "/".join(part for part in path.parent.parts if not _says_only_what(part)) or str(path)


_HIHATS: Final = frozenset({"open_hihat", "closed_hihat"})
_FORMAT: Final = re.compile(
    r"(?<![0-9a-z])((8|16|20|24|32)[ _-]?b(its?)?|\d+([.,_]\d+)?[ _-]?k?hz"
    r"|(44|48|88|96|176|192)([.,_]\d)?[ _-]?k)(?![a-z])",
    re.IGNORECASE,
)


def _says_only_what(folder: str) -> bool:
    """Return whether a folder says what lies in it, and not whose kit."""
    rest = _FORMAT.sub(" ", folder)
    if rest != folder and not any(map(str.isalnum, rest)):
        return True
    reading = read(rest)
    return reading.only_what or _instrument(reading, folder=True).kind == "hit"


def _loop_around(name: Reading, folders: list[Reading]) -> tuple[str, ...]:
    """Return the words of the folders that make loops of what lies below them."""
    for reading in (name, *folders):
        if reading.words("one_shot"):
            break
        if loop := reading.words("loop"):
            return loop
    return ()


def _sounds(said: Said, states: States) -> Said:
    """Return the categories that are named, with "hihat" for one that is not said which."""
    found = {each: said[each] for each in CATEGORIES if each in said}
    nouns = said.get("hihat") or (said.get("cymbal") if states else None)
    if nouns and _HIHATS.isdisjoint(found):
        words = nouns + tuple(word for _, each in states for word in each)
        found[f"{states[0][0]}_hihat" if len(states) == 1 else "hihat"] = words
    return found


@lru_cache(maxsize=1 << 14)
def _folder(name: str, states: States = ()) -> Label:
    return _instrument(read(name), states, folder=True)


def _instrument(reading: Reading, states: States = (), folder: bool = False) -> Label:
    """Return what instrument a text names; `states` are of the hi-hats that state none."""
    if not reading.said and not reading.codes:
        return _SILENT
    states = reading.states or states
    found = _sounds(reading.said, states)
    is_hat = bool(states and "cymbal" in reading.said and not _HIHATS.isdisjoint(found))
    other = reading.words("other") + (() if is_hat else reading.words("cymbal"))
    if not found and not other and (not folder or reading.coded):
        coded = dict(reading.codes)
        # A folder "OH" holds overhead microphones as often as open hi-hats.
        if not (folder and coded.get("open_hihat") == ("oh",)):
            found = _sounds(coded, states)
            other = coded.get("other", ())
    words = tuple(word for each in found.values() for word in each) + other
    if len(found) == 1 and "hihat" not in found and not other:
        return Label(next(iter(found)), "hit", words)
    if found:
        return Label(None, "several", words)
    other += reading.words("colour", "rimshot")
    return Label(None, "other", other) if other else _SILENT
