"""The words of a name, grouped by meaning."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.labelling import vocabulary
from neural_drum_machine.prepare.labelling.hat_names import HAT_STATES, split_hat, split_tom

Found = dict[str, tuple[str, ...]]  # the words of each meaning
States = tuple[tuple[str, tuple[str, ...]], ...]  # the same, for "open" and "closed"
_TOKEN: Final = re.compile(r"[^\W\d_]+|\d+")
_CAMEL: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z]+")
_NOTE: Final = re.compile(r"[a-g](m|min|maj)?")
_DECAY: Final = re.compile(r"([A-Z]{3,})D[A-Z]?")  # Roland's HHCD0, RIDEDA: decay 0, decay 10
_ONE_DIGIT: Final = re.compile(r"(?<!\d)\d\Z")
_PERSON: Final = re.compile(
    rf"\b({vocabulary.PERSONS.replace(', ', '|')})['’]s\b", flags=re.IGNORECASE
)
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
CODES: Final = {words[0]: meaning for words, meaning in _entries(vocabulary.CODES.items())}
_COMPANIONS: Final = frozenset(vocabulary.COMPANIONS.split(", "))
_QUIET: Final = _COMPANIONS.union(vocabulary.FILLERS.split(", "))
_MARKS: Final = frozenset(vocabulary.MARKS.split(", "))
_PLAIN_CODES: Final = frozenset(vocabulary.PLAIN_CODES.split(", "))
_CLEAR_CODES: Final = frozenset(vocabulary.CLEAR_CODES.split(", "))
_MACHINES: Final = frozenset(vocabulary.MACHINES.split(", "))
_TITLES: Final = frozenset(vocabulary.TITLES.split(", "))
_ENDINGS: Final = tuple(vocabulary.ENDINGS.split(", "))
_FIRST: Final = {words[0] for words in _PHRASES if len(words) > 1}
_LENGTHS: Final = range(max(map(len, _PHRASES)), 1, -1)
_WHOLE: Final = (
    {words[0] for words in _PHRASES if len(words) == 1} | CODES.keys() | _FIRST
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
    """Split a run of letters where that is safe: "HatOpen", "deepkick", "hatclsd"."""
    word = letters.lower()
    if word in _WHOLE or len(word) > _LONGEST:
        return (word,)
    if (match := _DECAY.fullmatch(letters)) and match[1].lower() in _WHOLE:
        return (match[1].lower(),)
    if not word.isascii():
        return tuple(_BETWEEN_SIGNS.findall(word)) or (word,)
    if parts := _known_parts(word) or split_hat(word) or split_tom(word):
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
    unknown : tuple of str
        Words without any meaning, also none as a number or as a note.
    rest : tuple of str
        Words and numbers that do not tell the contents, in their order.
    last : str
        The last word; numbers, notes, marks of velocity layers and general words ("samples")
        do not count.
    hints : tuple of str
        Codes that may be there by chance: they count only where a folder says the same.
    """

    found: Found
    codes: Found
    unknown: tuple[str, ...]
    rest: tuple[str, ...]
    last: str
    hints: tuple[str, ...]

    def words(self, *meanings: str) -> tuple[str, ...]:
        """Return the words that have one of the meanings."""
        return tuple(word for meaning in meanings for word in self.found.get(meaning, ()))

    def without_codes(self, chance: Collection[str]) -> "NameWords":
        """Return the same, without codes that are there by chance."""
        if not self.codes or not chance:
            return self
        codes = {
            meaning: kept
            for meaning, each in self.codes.items()
            if (kept := tuple(code for code in each if code not in chance))
        }
        return replace(self, codes=codes)

    def without(self, categories: Collection[str]) -> "NameWords":
        """Return the same, without the words for some categories."""
        found = {each: words for each, words in self.found.items() if each not in categories}
        return replace(self, found=found)

    @property
    def states(self) -> States:
        """Return the words for "open" and for "closed", as far as there are any."""
        return tuple((each, self.found[each]) for each in ("closed", "open") if each in self.found)

    @property
    def named(self) -> bool:
        """Return whether a word, not only a code, names a category."""
        return any(each in self.found for each in (*CATEGORIES, "hihat"))

    @property
    def only_rumoured(self) -> bool:
        """Return whether only codes of two letters, beside other words, name a category."""
        return not self.named and (bool(self.unknown) or self.last not in CODES)

    @property
    def only_contents(self) -> bool:
        """Return whether no word and no number remains that could name a kit."""
        return bool(self.found or self.codes) and not self.rest and "nothing" not in self.found

    @property
    def plain(self) -> bool:
        """Return whether every word is known: it says what it means, and is no title."""
        return not self.unknown and "nothing" not in self.found

    @property
    def titled(self) -> bool:
        """Return whether it has a word of titles: "Snare Bible Vol. 1", "Tom's Drums"."""
        return "nothing" in self.found or not _TITLES.isdisjoint(self.unknown)

    @property
    def technique(self) -> bool:
        """Return whether it names a way to play but no instrument: "Rimshots"."""
        return "rimshot" in self.found and not self.words(*CATEGORIES, "other", "colour", "cymbal")


@dataclass(slots=True)
class _Token:
    """A word or number of a name; `word` in small letters, without accents."""

    word: str
    clear: bool  # in capitals or beside a number, as codes are written
    after_one_digit: bool  # as in "4cp"
    before_digit: bool
    upper: bool

    @property
    def is_mark(self) -> bool:
        """Whether it is a number, a note or a velocity layer."""
        return self.word.isdigit() or self.word in _MARKS or bool(_NOTE.fullmatch(self.word))


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    shouting = text.isupper()
    for match in _TOKEN.finditer(text):
        letters, at, end = match[0], match.start(), match.end()
        parts = (letters,) if letters[0].isdigit() else _pieces(letters)
        before, after = text[at - 1 : at].isdigit(), text[end : end + 1].isdigit()
        upper = letters.isupper()
        alone = bool(_ONE_DIGIT.search(text[max(at - 2, 0) : at]))
        for i, part in enumerate(parts):
            clear = after or before or (not shouting and part.upper() in letters)
            first, last = i == 0, i == len(parts) - 1
            tokens.append(_Token(part, clear, alone and first, after and last, upper))
    return tokens


@lru_cache(maxsize=1 << 16)
def find_words(text: str) -> NameWords:
    """Return the words of a text that have a meaning; longer phrases win over shorter ones."""
    tokens = _tokens(_PERSON.sub(" my ", _fold(text)))
    names = [token.word for token in tokens]
    found: dict[str, list[str]] = {}
    codes: dict[str, list[str]] = {}
    loose: list[int] = []  # tokens in no phrase
    weak: list[str] = []
    at = 0
    hats: set[int] = set()  # tokens of a hi-hat
    general: set[int] = set()  # tokens such as "samples"
    while at < len(tokens):
        lengths = _LENGTHS if names[at] in _FIRST else ()
        length = next((n for n in lengths if tuple(names[at : at + n]) in _PHRASES), 1)
        meaning = _PHRASES.get(tuple(names[at : at + length]))
        if meaning == "bar":
            meaning = "beat" if at and names[at - 1].isdigit() else None
        if meaning:
            found.setdefault(meaning, []).append(" ".join(names[at : at + length]))
        else:
            loose.append(at)
        if meaning == "hihat" or names[at] == "hh" or (names[at] == "hit" and at - 1 in hats):
            hats |= set(range(at, at + length))  # "HiHat_HitC": a hit on the closed one
        if meaning in ("generic", "one_shot"):
            general |= set(range(at, at + length))
        at += length
    words = [t.word for i, t in enumerate(tokens) if not t.is_mark and i not in general] or [""]
    rest: list[int] = []
    for at in loose:
        token, word = tokens[at], names[at]
        state = HAT_STATES.get(word) if hats else None
        if word == "oh" and at + 1 not in hats:
            state = None  # "OH Hat", but not "hat_oh", the overhead microphones
        if state and (len(word) > 1 or (not token.before_digit and {at - 1, at + 1} & hats)):
            found.setdefault(state, []).append(word)
        elif _is_code(token, names[at + 1] if at + 1 < len(names) else ""):
            sure = word in _PLAIN_CODES or word == words[-1]
            codes.setdefault(CODES[word], []).append(word) if sure else weak.append(word)
        elif word not in _QUIET:
            rest.append(at)
    unknown = [names[at] for at in rest if not tokens[at].is_mark]
    if not unknown:
        for word in weak:
            codes.setdefault(CODES[word], []).append(word)
    return NameWords(
        found={meaning: tuple(each) for meaning, each in found.items()},
        codes={meaning: tuple(each) for meaning, each in codes.items()},
        unknown=tuple(unknown),
        # "Rock Drums" may be a kit, "Drums" cannot be one.
        rest=tuple(names[at] for at in loose if at in rest or names[at] in _COMPANIONS),
        last=words[-1],
        hints=tuple(weak),
    )


def _is_code(token: _Token, after: str) -> bool:
    """Return whether a token may be the code of a drum machine."""
    word = token.word
    if word not in CODES or word + after in _MACHINES:
        return False
    if word in _CLEAR_CODES and not token.upper:
        return False
    if word == "oh" and after in ("l", "r"):
        return False  # the left or right overhead microphone
    # "4cp" stands in a series (4ap, 4bp, 4cp) more often than for the fourth clap.
    return word in _PLAIN_CODES or not token.after_one_digit
