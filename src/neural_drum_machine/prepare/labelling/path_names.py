"""The category of a sound from the names of its file and folders, in seven languages.

The file's own name is the strongest evidence, then its folders from the nearest to the farthest,
then the title of the source. Weaker evidence never overrules stronger evidence. Where two of them
say plainly different things, the sound has a doubt, and a person decides.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePath
from typing import Final, Literal

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.labelling.lexicon import CODES, PITCHED, PLAIN_CODES
from neural_drum_machine.prepare.labelling.neighbours import ALONE, Neighbours
from neural_drum_machine.prepare.labelling.words import Found, NameWords, States, find_words

Kind = Literal["hit", "loop", "other", "choice", "doubt", "silent"]


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
        instrument. ``"choice"``: one of `choices`, for example a hi-hat that may be open or
        closed. ``"doubt"``: several readings, which a person has to settle. ``"silent"``: nothing.
    words : tuple of str
        The words that decided, in small letters and without accents.
    doubt : str
        The readings in words, where `kind` is ``"doubt"``.
    choices : tuple of str
        The categories that it may be, where `kind` is ``"choice"``.
    """

    category: str | None
    kind: Kind
    words: tuple[str, ...] = ()
    doubt: str = ""
    choices: tuple[str, ...] = ()


_SILENT: Final = NameMeaning(None, "silent")
_HIHATS: Final = ("open_hihat", "closed_hihat")


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
    return label_from_path(PurePath(f"{text.replace('/', ' ')}.wav"))


def label_from_path(path: PurePath, title: str = "", neighbours: Neighbours = ALONE) -> NameMeaning:
    """Return what a file's name, its folders and the source's title say.

    Parameters
    ----------
    path : PurePath
        Relative to the folder that was searched: the user's own folders above it must not
        count.
    title : str
        The name of the folder that was searched. It counts only where nothing else speaks.
    neighbours : Neighbours
        The files of the same folder.

    Returns
    -------
    NameMeaning
        Of any path.
    """
    name = find_words(path.stem).without_codes(neighbours.chance(path.stem))
    if neighbours.shared and len(set(CATEGORIES).intersection(name.found)) > 1:
        name = name.without(neighbours.shared)
    parts = path.parent.parts[::-1]
    folders = [find_words(part) for part in parts]
    if loop := _loop(name, folders):
        return NameMeaning(None, "loop", loop)
    # "Hats/Closed/01.wav", "Closed/Hat 01.wav"; but a pack "Open Air" says nothing of its hats.
    stating = (each for each in (name, *folders) if each is name or each.only_contents)
    states = next((each.states for each in stating if each.states), ())
    member = neighbours.member(path.stem)
    file = NameMeaning(member[1], "hit", member[:1]) if member else _instrument(name, states)
    if name.hints and any(each.codes == {CODES[name.hints[0]]: name.hints} for each in folders[:1]):
        return NameMeaning(CODES[name.hints[0]], "hit", name.hints)  # "oh/10_oh_loud.wav"
    around = [
        (part, words, meaning)
        for i, (part, words) in enumerate(zip(parts, folders, strict=True))
        if (meaning := _folder(part, states, top=i == len(parts) - 1)).kind != "silent"
    ]
    if around and around[0][0] is parts[0] and neighbours.show_a_title(around[0][2].category):
        del around[0]
    # "Snares/Rimshots/01.wav": a way to play counts only where no folder around it counts.
    around = [each for each in around if not each[1].technique] or around
    if not around:
        contents = find_words(title)
        if file.kind == "silent" and contents.plain and contents.named:
            source = _folder(title, states, top=True)
            return source if source.kind in ("hit", "choice") else file
        return file
    part, place, folder = around[0]
    if file.kind == "silent" and len(name.states) != 1:
        return folder
    return _both(name, file, part, place, folder)


def _both(
    name: NameWords, file: NameMeaning, part: str, place: NameWords, folder: NameMeaning
) -> NameMeaning:
    """Return the reading of a file and the nearest folder that speaks."""
    said = file.category or " and ".join(map(repr, file.words or name.states[0][1]))
    held = folder.category or " and ".join(map(repr, folder.words))
    doubt = f"the file says {said}, its folder {part!r} says {held}"
    conflict = NameMeaning(None, "doubt", file.words + folder.words, doubt)
    match file.kind:
        case "silent":  # but for a state: "Closed Hats/open 1.wav"
            own = f"{name.states[0][0]}_hihat"
            return conflict if folder.category in _HIHATS and folder.category != own else folder
        case "doubt":
            # The folder settles which of the file's own readings it is: "Kicks/Kick Snare 1.wav";
            # and what the file only colours: "Snares/Synth 1.wav".
            vague = not (name.named or name.words("other", "cymbal", "rimshot"))
            settled = folder.kind != "doubt" and (vague or folder.category in name.found)
            return folder if settled else file
        case "choice" if folder.category in file.choices:
            return folder
        case "choice":
            return conflict if folder.category and place.plain else file
        case "hit" if place.plain:  # titles do not contradict: "Open Air", "Clap Your Hands"
            if folder.category and name.only_rumoured:
                return folder
            # Nor do "Cymbals" and colours.
            agree = folder.category in (None, file.category) and not place.words("other")
            return file if agree else conflict
    return file


def _loop(name: NameWords, folders: list[NameWords]) -> tuple[str, ...]:
    """Return the words that declare a file, or everything in one of its folders, to be loops."""
    if own := name.words("loop") or (() if name.words("one_shot") else name.words("beat")):
        return own
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
    if nouns and sounds.keys().isdisjoint(_HIHATS):
        words = nouns + tuple(word for _, each in states for word in each)
        sounds[f"{states[0][0]}_hihat" if len(states) == 1 else "hihat"] = words
    return sounds


@lru_cache(maxsize=1 << 14)
def _folder(part: str, states: States, top: bool) -> NameMeaning:
    """Return the contents that a folder's name tells; nothing if it may be a title.

    A folder that is named after its contents only has known words ("Deep Kicks 2"), or ends in
    the instrument ("VP_Snares"); below the top it may also begin with it ("Snare Ludwig 14").
    """
    name = find_words(part)
    meaning = _instrument(name, states, folder=True)
    if meaning.kind == "silent" or name.plain:
        return meaning
    ends = any(name.last in word.split() for word in meaning.words)
    if name.titled or (top and not ends):
        return _SILENT
    if meaning.kind == "other":
        return replace(meaning, kind="doubt", doubt=_doubt(meaning.words, f"folder {part!r}"))
    return meaning


def _instrument(name: NameWords, states: States = (), folder: bool = False) -> NameMeaning:
    """Return which instrument a name means; `states` apply to a hi-hat without its own."""
    if not name.found and not name.codes:
        return _SILENT
    states = name.states or states
    sounds = _sounds(name.found, states)
    is_hat = not sounds.keys().isdisjoint((*_HIHATS, "hihat"))
    other = name.words("other") + (() if is_hat else name.words("cymbal"))
    uncertain: tuple[str, ...] = ()
    if not sounds and not other and (not folder or _coded_folder(name)):
        sounds = _sounds(name.codes, states)
        uncertain = name.codes.get("other", ())
    words = tuple(word for each in sounds.values() for word in each) + other + uncertain
    if not other and not uncertain and (len(sounds) == 1 or (sounds and folder)):
        # "Kicks & Snares/01.wav" is one of the two; a file "kick+snare" is a layer of both.
        choices = tuple(
            each for each in CATEGORIES if each in sounds or ("hihat" in sounds and each in _HIHATS)
        )
        if len(choices) > 1:
            return NameMeaning(None, "choice", words, choices=choices)
        return NameMeaning(choices[0], "hit", words)
    colours = name.words("colour")
    rim = name.words("rimshot")
    pitched = "sub bass" in colours or len(PITCHED.intersection(colours)) > 1
    if not sounds and (other or rim or pitched):
        return NameMeaning(None, "other", other + colours + rim)
    words += () if sounds else colours
    if not words:
        return _SILENT
    return NameMeaning(None, "doubt", words, _doubt(words, "folder" if folder else "name"))


def _doubt(words: tuple[str, ...], where: str) -> str:
    said = " and ".join(map(repr, dict.fromkeys(words)))
    return f"the {where} says {said}, which may mean several things"


def _coded_folder(name: NameWords) -> bool:
    """Return whether a folder's codes count: alone ("CP 2"), or a plain one at its end.

    A folder "OH" holds overhead microphones as often as open hi-hats, and "Zoom_SD" or "SD Card"
    is no snare.
    """
    codes = [code for each in name.codes.values() for code in each]
    if name.unknown:
        return name.last in PLAIN_CODES - {"sd"}
    return codes != ["oh"] and (not name.found or name.last in PLAIN_CODES)
