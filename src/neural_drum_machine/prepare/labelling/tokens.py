"""The words and numbers of a name, also where they are written in one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from neural_drum_machine.prepare.labelling import vocabulary
from neural_drum_machine.prepare.labelling.lexicon import (
    CODES,
    COMPANIONS,
    FIRST,
    HAT_STATES,
    MARKS,
    SINGLE,
    fold,
)

_TOKEN: Final = re.compile(r"[^\W\d_]+|\d+")
_CAMEL: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z]+")
_NOTE: Final = re.compile(r"[a-g](m|min|maj)?")
_DECAY: Final = re.compile(r"([A-Z]{3,})D[A-Z]?")  # Roland's HHCD0, RIDEDA: decay 0, decay 10
_ONE_DIGIT: Final = re.compile(r"(?<!\d)\d\Z")
_PERSON: Final = re.compile(
    rf"\b({vocabulary.PERSONS.replace(', ', '|')})['’]s\b", flags=re.IGNORECASE
)
_LONGEST: Final = 48  # letters: a longer run is not split
_ENDINGS: Final = tuple(vocabulary.ENDINGS.split(", "))
_WHOLE: Final = SINGLE | CODES.keys() | FIRST | COMPANIONS
_PARTS: Final = {word for word in SINGLE if len(word) > 2 and word.isascii()} | COMPANIONS
# Scripts without spaces: a word is searched anywhere. Two signs would match by chance.
_SIGNS: Final = sorted((w for w in _WHOLE if len(w) > 2 and not w.isascii()), key=len, reverse=True)
_BETWEEN_SIGNS: Final = re.compile("|".join(_SIGNS))
_LONG: Final = "|".join(
    sorted(
        [word for word in HAT_STATES if len(word) > 1]
        + ["open", "opened", "close", "closed", "pedal", "foot"],
        key=len,
        reverse=True,
    )
)
# A single letter before "hat" would make a hi-hat of "chat" and "what".
_HAT: Final = re.compile(
    rf"(?P<before>{_LONG})?(?P<hat>hi?hats?|hyhats?|hats?|hh)(?P<after>{_LONG}|[co])?"
)
_TOM: Final = re.compile(r"(fl|lo|hi|md|[lmhfr])(toms?)")


@dataclass(slots=True)
class Token:
    """A word or number of a name; `word` in small letters, without accents."""

    word: str
    after_one_digit: bool  # as in "4cp"
    before_digit: bool  # without a space, as a note: "C1"
    upper: bool  # in capitals

    @property
    def is_mark(self) -> bool:
        """Whether it is a number, a note or a velocity layer."""
        return self.word.isdigit() or self.word in MARKS or bool(_NOTE.fullmatch(self.word))


def tokens_of(text: str) -> Iterator[Token]:
    """Yield the words and numbers of a text, in small letters and without accents.

    Words that are written in one ("deepkick", "HatOpen", "hatclsd") come apart. A person ("Tom's")
    becomes "my".
    """
    text = _PERSON.sub(" my ", fold(text))
    for match in _TOKEN.finditer(text):
        letters, at, end = match[0], match.start(), match.end()
        parts = (letters,) if letters[0].isdigit() else _pieces(letters)
        alone = bool(_ONE_DIGIT.search(text[max(at - 2, 0) : at]))
        numbered = text[end : end + 1].isdigit()
        for i, part in enumerate(parts):
            first, last = i == 0, i == len(parts) - 1
            yield Token(part, alone and first, numbered and last, letters.isupper())


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
    if parts := _known_parts(word) or _split_hat(word) or _split_tom(word):
        return parts
    pieces = _CAMEL.findall(letters)
    if len(pieces) > 1:
        return tuple(part for piece in pieces for part in _pieces(piece))
    if word.endswith(("loop", "loops")) and len(word) > len("loops") + 2:
        return (word, "loop")
    ending = next((end for end in _ENDINGS if word.endswith(end)), None)
    return (word.removesuffix(ending), ending) if ending else (word,)


def _split_hat(word: str) -> tuple[str, ...] | None:
    """Return the words of a hi-hat written in one ("hatclsd", "opnhh"), or None."""
    match = _HAT.fullmatch(word)
    if not match or not (match["before"] or match["after"]):
        return None
    return tuple(part for part in match.groups() if part)


def _split_tom(word: str) -> tuple[str, ...] | None:
    """Return the words of a tom whose place is a letter ("ltom", "ftoms"), or None."""
    match = _TOM.fullmatch(word)
    return match.groups() if match else None
