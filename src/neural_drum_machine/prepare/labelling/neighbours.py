"""What the other files of a folder tell about the name of one of them."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.labelling import vocabulary
from neural_drum_machine.prepare.labelling.lexicon import CODES
from neural_drum_machine.prepare.labelling.words import find_words

_SHORT: Final = re.compile(r"(?<![^\W\d_])[a-z]{2}(?![^\W\d_])")
_SERIES: Final = 2
"""So many neighbours that differ in a letter make a series: 4ap and 4bp beside 4cp."""
_COMPANY: Final = {
    code: meaning for meaning, codes in vocabulary.COMPANY.items() for code in codes.split(", ")
}
_HATS: Final = frozenset({"open_hihat", "closed_hihat"})

Slot = tuple[str, int, str]
"""Of a two-letter word: the name around it, the place of a letter, and the other letter."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The files of one folder.

    Attributes
    ----------
    slots : mapping of Slot to set of str
        The letters that stand in the same place of names which are otherwise the same.
    company : frozenset of str
        Two-letter words with which names begin, where they come with their relatives: of
        "tl", "tm", "th" at least two; "hc" and "ho" together.
    categories : Counter of str
        How many of the names say which category in plain words.
    shared : frozenset of str
        Categories that all names say, beside others: "Tom" is the machine in "Tom Kick", "Tom
        Snare", "Tom Tom 1".
    """

    slots: Mapping[Slot, set[str]] = field(default_factory=lambda: MappingProxyType({}))
    company: frozenset[str] = frozenset()
    categories: Counter[str] = field(default_factory=Counter)
    shared: frozenset[str] = frozenset()

    @classmethod
    @lru_cache(maxsize=4)
    def of(cls, stems: frozenset[str]) -> "Neighbours":
        """Return what the names of a folder's files, without their suffixes, tell together."""
        slots: dict[Slot, set[str]] = {}
        begins: Counter[str] = Counter()
        for stem in stems:
            name = stem.lower()
            for match in _SHORT.finditer(name):
                for slot, letter in _slots(name, match):
                    slots.setdefault(slot, set()).add(letter)
                if match.start() == 0 and match[0] in _COMPANY:
                    begins[match[0]] += 1
        families = [
            {code for code, meaning in _COMPANY.items() if meaning == "tom"} & begins.keys(),
            {code for code, meaning in _COMPANY.items() if meaning in _HATS} & begins.keys(),
        ]
        company = frozenset(code for family in families if len(family) > 1 for code in family)
        said = [frozenset(CATEGORIES).intersection(find_words(stem).found) for stem in stems]
        shared = frozenset.intersection(*said) if len(said) > _SERIES else frozenset()
        if len(frozenset().union(*said) - shared) < _SERIES:
            shared = frozenset()  # "Kick Snare 1", "Kick Snare 2": layers of both
        categories = Counter(filter(None, map(plain_category, stems)))
        return cls(slots, company, categories, shared)

    def chance(self, stem: str) -> frozenset[str]:
        """Return the two-letter words of a name that only number it: "cp" among 4ap, 4bp, 4cp."""
        name, out = stem.lower(), set()
        for match in _SHORT.finditer(name):
            for slot, letter in _slots(name, match):
                _, place, other = slot
                letters = self.slots.get(slot, set()) - {letter}
                words = (each + other if place == 0 else other + each for each in letters)
                if sum(word not in CODES and word not in _COMPANY for word in words) >= _SERIES:
                    out.add(match[0])
        return frozenset(out)

    def member(self, stem: str) -> tuple[str, str] | None:
        """Return the two letters with which a name begins and the category they mean here."""
        match = _SHORT.match(stem.lower())
        if match and match[0] in self.company:
            return match[0], _COMPANY[match[0]]
        return None

    def show_a_title(self, category: str | None) -> bool:
        """Return whether a folder's name is a title, although it says a category.

        It is where at least two other categories make up more than half of its files: the
        folder "Open Hats" with a whole kit in it.
        """
        others = self.categories.total() - self.categories[category or ""]
        return (
            category is not None
            and len(self.categories.keys() - {category}) > 1
            and 2 * others > self.categories.total()
        )


def plain_category(text: str) -> str:
    """Return the one category that a text says in words, not only in codes; empty if none."""
    name = find_words(text)
    sounds = [each for each in CATEGORIES if each in name.found]
    if not sounds and name.words("hihat") and len(name.states) == 1:
        sounds = [f"{name.states[0][0]}_hihat"]
    return sounds[0] if len(sounds) == 1 else ""


def _slots(name: str, match: re.Match[str]) -> list[tuple[Slot, str]]:
    around = f"{name[: match.start()]}\0{name[match.end() :]}"
    first, second = match[0][0], match[0][1]
    return [((around, 0, second), first), ((around, 1, first), second)]


ALONE: Final = Neighbours()
"""No neighbours are known."""
