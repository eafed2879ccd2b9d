"""The words of a name, grouped by meaning."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.labelling.lexicon import (
    CLEAR_CODES,
    CODES,
    COMPANIONS,
    FIRST,
    HAT_STATES,
    LENGTHS,
    MACHINES,
    PHRASES,
    PLAIN_CODES,
    QUIET,
    TITLES,
)
from neural_drum_machine.prepare.labelling.tokens import Token, tokens_of

Found = dict[str, tuple[str, ...]]  # the words of each meaning
States = tuple[tuple[str, tuple[str, ...]], ...]  # the same, for "open" and "closed"


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
        return "nothing" in self.found or not TITLES.isdisjoint(self.unknown)

    @property
    def technique(self) -> bool:
        """Return whether it names a way to play but no instrument: "Rimshots"."""
        return "rimshot" in self.found and not self.words(*CATEGORIES, "other", "colour", "cymbal")


@lru_cache(maxsize=1 << 16)
def find_words(text: str) -> NameWords:
    """Return the words of a text that have a meaning; longer phrases win over shorter ones."""
    tokens = list(tokens_of(text))
    names = [token.word for token in tokens]
    found: dict[str, list[str]] = {}
    codes: dict[str, list[str]] = {}
    loose: list[int] = []  # tokens in no phrase
    weak: list[str] = []
    at = 0
    hats: set[int] = set()  # tokens of a hi-hat
    general: set[int] = set()  # tokens such as "samples"
    while at < len(tokens):
        lengths = LENGTHS if names[at] in FIRST else ()
        length = next((n for n in lengths if tuple(names[at : at + n]) in PHRASES), 1)
        meaning = PHRASES.get(tuple(names[at : at + length]))
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
            sure = word in PLAIN_CODES or word == words[-1]
            codes.setdefault(CODES[word], []).append(word) if sure else weak.append(word)
        elif word not in QUIET:
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
        rest=tuple(names[at] for at in loose if at in rest or names[at] in COMPANIONS),
        last=words[-1],
        hints=tuple(weak),
    )


def _is_code(token: Token, after: str) -> bool:
    """Return whether a token may be the code of a drum machine."""
    word = token.word
    if word not in CODES or word + after in MACHINES:
        return False
    if word in CLEAR_CODES and not token.upper:
        return False
    if word == "oh" and after in ("l", "r"):
        return False  # the left or right overhead microphone
    # "4cp" stands in a series (4ap, 4bp, 4cp) more often than for the fourth clap.
    return word in PLAIN_CODES or not token.after_one_digit
