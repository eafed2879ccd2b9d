"""The words of a name, grouped by meaning."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.labelling import vocabulary

Found = dict[str, tuple[str, ...]]  # the words of each meaning
States = tuple[tuple[str, tuple[str, ...]], ...]  # the same, for "open" and "closed"
_TOKEN: Final = re.compile(r"[^\W\d_]+|\d+")
_CAMEL: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z]+")
_LONGEST: Final = 48  # letters: a longer run is not split


def _fold(text: str) -> str:
    """Return a text without accents, wide and narrow letters unified."""
    if text.isascii():
        return text
    marks = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ẞ", "SS"))
    return "".join(mark for mark in marks if not unicodedata.combining(mark))


def _entries(table: Collection[tuple[str, str]]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the words of each phrase of a table with its meaning, in every spelling."""
    for meaning, phrases in table:
        for phrase in phrases.casefold().split(", "):
            spelt = phrase.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
            for words in {tuple(_fold(phrase).split()), tuple(_fold(spelt).split())}:
                yield words, meaning
                joined = "".join(words)
                # "c hat" joined would be "chat"; "1 shot" is two words however it is written.
                if len(words) > 1 and min(map(len, words)) > 1 and joined.isalpha():
                    yield (joined,), meaning


_PHRASES: Final = {
    words: meaning
    for language in reversed(vocabulary.LANGUAGES)
    for words, meaning in _entries(language.items())
}
_CODES: Final = {words[0]: meaning for words, meaning in _entries(vocabulary.CODES.items())}
_COMPANIONS: Final = frozenset(vocabulary.COMPANIONS.split(", "))
_QUIET: Final = _COMPANIONS.union(vocabulary.FILLERS.split(", "))
_PLAIN_CODES: Final = frozenset(vocabulary.PLAIN_CODES.split(", "))
_MACHINES: Final = frozenset(vocabulary.MACHINES.split(", "))
_ENDINGS: Final = tuple(vocabulary.ENDINGS.split(", "))
_FIRST: Final = {words[0] for words in _PHRASES if len(words) > 1}
_LENGTHS: Final = range(max(map(len, _PHRASES)), 1, -1)
_WHOLE: Final = (
    {words[0] for words in _PHRASES if len(words) == 1} | _CODES.keys() | _FIRST
) | _COMPANIONS
_PARTS: Final = {
    words[0] for words in _PHRASES if len(words) == 1 and len(words[0]) > 2 and words[0].isascii()
} | _COMPANIONS
# Scripts without spaces: a word is searched anywhere. Two signs would match by chance.
_SIGNS: Final = sorted((w for w in _WHOLE if len(w) > 2 and not w.isascii()), key=len, reverse=True)
_BETWEEN_SIGNS: Final = re.compile("|".join(_SIGNS))


def _known_parts(word: str) -> tuple[str, ...] | None:
    """Return the fewest known words that joined give this word, or None."""
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(word) + 1):
        ways = (
            (*before, word[start:end])
            for start, before in enumerate(best)
            if before is not None and word[start:end] in _PARTS
        )
        best.append(min(ways, key=len, default=None))
    return best[-1]


@lru_cache(maxsize=1 << 16)
def _pieces(letters: str) -> tuple[str, ...]:
    """Split a run of letters where that is safe: "HatOpen", "deepkick"."""
    word = letters.lower()
    if word in _WHOLE or len(word) > _LONGEST:
        return (word,)
    if not word.isascii():
        return tuple(_BETWEEN_SIGNS.findall(word)) or (word,)
    if parts := _known_parts(word):
        return parts
    pieces = _CAMEL.findall(letters)
    if len(pieces) > 1:
        return tuple(part for piece in pieces for part in _pieces(piece))
    if word.endswith(("loop", "loops")) and len(word) > len("loops") + 2:
        return (word, "loop")
    ending = next((end for end in _ENDINGS if word.endswith(end)), None)
    return (word.removesuffix(ending), ending) if ending else (word,)


@dataclass(frozen=True, slots=True)
class NameWords:
    """The words of a name by meaning.

    Attributes
    ----------
    found : dict of str to tuple of str
        The words of each meaning.
    codes : dict of str to tuple of str
        Drum-machine codes ("BD"), kept apart because they may be there by chance.
    coded : bool
        Whether the codes can be trusted: all other words are fillers, or the name ends in a
        code ("Linn-BD").
    only_contents : bool
        Whether no word and no number remains that could name a kit.
    """

    found: Found
    codes: Found
    coded: bool
    only_contents: bool

    def words(self, *meanings: str) -> tuple[str, ...]:
        """Return the words that have one of the meanings."""
        return tuple(word for meaning in meanings for word in self.found.get(meaning, ()))

    @property
    def states(self) -> States:
        """Return the words for "open" and for "closed", as far as there are any."""
        return tuple((each, self.found[each]) for each in ("closed", "open") if each in self.found)

    @property
    def named(self) -> bool:
        """Return whether a word, not only a code, names a category."""
        return any(each in self.found for each in (*CATEGORIES, "hihat"))

    @property
    def technique(self) -> bool:
        """Return whether it names a way to play but no instrument: "Rimshots"."""
        return "rimshot" in self.found and not self.words(*CATEGORIES, "other", "colour", "cymbal")


@lru_cache(maxsize=1 << 16)
def find_words(text: str) -> NameWords:
    """Return the words of a text that have a meaning; longer phrases win over shorter ones."""
    text = _fold(text)
    tokens: list[str] = []
    clear: list[bool] = []  # of each token: in capitals or beside a number, as codes are written
    shouting = text.isupper()
    for match in _TOKEN.finditer(text):
        letters, at, end = match[0], match.start(), match.end()
        parts = (letters,) if letters[0].isdigit() else _pieces(letters)
        beside = text[end : end + 1].isdigit() or text[at - 1 : at].isdigit()
        clear += [beside or (not shouting and part.upper() in letters) for part in parts]
        tokens += parts
    found: dict[str, list[str]] = {}
    codes: dict[str, list[str]] = {}
    rest: list[str] = []
    weak: list[str] = []
    words = [token for token in tokens if not token.isdigit()]
    at = 0
    while at < len(tokens):
        token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
        lengths = _LENGTHS if token in _FIRST else ()
        length = next((n for n in lengths if tuple(tokens[at : at + n]) in _PHRASES), 1)
        meaning = _PHRASES.get(tuple(tokens[at : at + length]))
        if meaning == "bar":
            meaning = "beat" if at and tokens[at - 1].isdigit() else None
        if meaning:
            found.setdefault(meaning, []).append(" ".join(tokens[at : at + length]))
        elif token in _CODES and token + after not in _MACHINES:
            plain = token in _PLAIN_CODES or clear[at] or token == words[-1]
            (codes.setdefault(_CODES[token], []) if plain else weak).append(token)
        elif token not in _QUIET:
            rest.append(token)
        at += length
    others = [token for token in rest if not token.isdigit()]
    if not others:
        for token in weak:
            codes.setdefault(_CODES[token], []).append(token)
    return NameWords(
        found={meaning: tuple(each) for meaning, each in found.items()},
        codes={meaning: tuple(each) for meaning, each in codes.items()},
        coded=not others or words[-1] in _PLAIN_CODES,
        # "Rock Drums" may be a kit, "Drums" cannot be one.
        only_contents=bool(found or codes)
        and not rest
        and "nothing" not in found
        and _COMPANIONS.isdisjoint(words),
    )
