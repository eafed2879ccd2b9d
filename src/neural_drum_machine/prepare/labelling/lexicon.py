"""The vocabulary in the form in which names are searched for it."""

import unicodedata
from collections.abc import Collection, Iterator
from typing import Final

from neural_drum_machine.prepare.labelling import vocabulary


def fold(text: str) -> str:
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
            for words in {tuple(fold(phrase).split()), tuple(fold(spelt).split())}:
                yield words, meaning
                joined = "".join(words)
                # "c hat" joined would be "chat"; "1 shot" is two words however it is written.
                if len(words) > 1 and min(map(len, words)) > 1 and joined.isalpha():
                    yield (joined,), meaning


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split(", "))


PHRASES: Final = {
    words: meaning
    for language in reversed(vocabulary.LANGUAGES)
    for words, meaning in _entries(language.items())
}
"""The meaning of each phrase, a tuple of words in small letters without accents."""
CODES: Final = {words[0]: meaning for words, meaning in _entries(vocabulary.CODES.items())}
"""The meaning of each abbreviation of drum machines."""
HAT_STATES: Final = {
    word: state for state, words in vocabulary.HAT_STATES.items() for word in words.split(", ")
}
"""The meaning, "open" or "closed", of a short word beside a hi-hat."""
COMPANIONS: Final = _words(vocabulary.COMPANIONS)
QUIET: Final = COMPANIONS | _words(vocabulary.FILLERS)
MARKS: Final = _words(vocabulary.MARKS)
PLAIN_CODES: Final = _words(vocabulary.PLAIN_CODES)
CLEAR_CODES: Final = _words(vocabulary.CLEAR_CODES)
MACHINES: Final = _words(vocabulary.MACHINES)
TITLES: Final = _words(vocabulary.TITLES)
PITCHED: Final = _words(vocabulary.PITCHED)
FIRST: Final = {words[0] for words in PHRASES if len(words) > 1}
"""Words with which a phrase begins."""
LENGTHS: Final = range(max(map(len, PHRASES)), 1, -1)
"""Numbers of words of phrases, the longest first."""
SINGLE: Final = {words[0] for words in PHRASES if len(words) == 1}
