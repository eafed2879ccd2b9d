"""Abbreviations of hi-hats and toms that are written in one word: "hatclsd", "Ltom"."""

import re
from typing import Final

from neural_drum_machine.prepare.labelling import vocabulary

HAT_STATES: Final = {
    word: state for state, words in vocabulary.HAT_STATES.items() for word in words.split(", ")
}
"""The meaning, "open" or "closed", of a short word beside a hi-hat."""

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


def split_hat(word: str) -> tuple[str, ...] | None:
    """Return the words of a hi-hat written in one ("hatclsd", "opnhh"), or None."""
    match = _HAT.fullmatch(word)
    if not match or not (match["before"] or match["after"]):
        return None
    return tuple(part for part in match.groups() if part)


def split_tom(word: str) -> tuple[str, ...] | None:
    """Return the words of a tom whose place is a letter ("ltom", "ftoms"), or None."""
    match = _TOM.fullmatch(word)
    return match.groups() if match else None
