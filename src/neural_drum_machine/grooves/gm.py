"""General MIDI's percussion: names of its notes, and what can stand in for what."""

import dataclasses
from typing import Final

from neural_drum_machine.errors import GrooveError, KitError
from neural_drum_machine.grooves.groove import Groove
from neural_drum_machine.kits.kit import Kit

NAMES: Final = {
    35: "kick 2", 36: "kick", 37: "side stick", 38: "snare", 39: "clap", 40: "snare 2",
    41: "low floor tom", 42: "closed hat", 43: "high floor tom", 44: "pedal hat", 45: "low tom",
    46: "open hat", 47: "low-mid tom", 48: "high-mid tom", 49: "crash", 50: "high tom", 51: "ride",
    52: "china", 53: "ride bell", 54: "tambourine", 55: "splash", 56: "cowbell", 57: "crash 2",
    58: "vibraslap", 59: "ride 2", 60: "high bongo", 61: "low bongo", 62: "muted conga",
    63: "open conga", 64: "low conga", 65: "high timbale", 66: "low timbale", 67: "high agogo",
    68: "low agogo", 69: "cabasa", 70: "maracas", 71: "short whistle", 72: "long whistle",
    73: "short guiro", 74: "long guiro", 75: "claves", 76: "high wood block",
    77: "low wood block", 78: "muted cuica", 79: "open cuica", 80: "muted triangle",
    81: "open triangle",
}  # fmt: skip

_FAMILIES: Final = (
    (36, 35),
    (38, 40, 37, 39),
    (42, 44, 51, 59, 53),
    (46, 49, 57, 55, 52),
    (45, 41, 43, 47, 48, 50),
    (54, 70, 69),
    (63, 64, 62, 60, 61, 45),
    (60, 61, 65, 66, 63, 62, 50),
    (37, 75, 76, 77, 56, 67, 68),
    (70, 69, 82, 54, 80, 81, 42),
)
"""Notes that are nearest to each other."""


def check_voices(
    kit: Kit, groove: Groove, advice: str = "use --missing substitute or --missing skip"
) -> None:
    """Check that a kit has a voice for each note of a groove.

    Parameters
    ----------
    kit, groove : Kit, Groove
        The two.
    advice : str
        The way out that the error names besides.

    Raises
    ------
    KitError
        If it lacks some; the message names them as General MIDI does.
    """
    missing = missing_notes(kit, groove)
    if missing:
        names = ", ".join(f"{note} ({NAMES.get(note, 'no name')})" for note in missing[:8])
        more = f" and {len(missing) - 8} more" if len(missing) > 8 else ""
        raise KitError(
            f"the kit {kit.name!r} has no voice for the notes {names}{more} of {groove.name!r}; "
            f"give voices these notes, or {advice}"
        )


def missing_notes(kit: Kit, groove: Groove) -> list[int]:
    """Return the notes of a groove that no voice of a kit has."""
    return [note for note in groove.notes() if note not in kit.by_note()]


def without_missing(kit: Kit, groove: Groove) -> Groove:
    """Return a groove without the strokes that a kit has no voice for.

    Raises
    ------
    GrooveError
        If nothing is left.
    """
    notes = kit.by_note()
    steps = tuple(each for each in groove.steps if each.note in notes)
    if not steps:
        raise GrooveError(f"the kit {kit.name!r} has no voice for any stroke of {groove.name!r}")
    return dataclasses.replace(groove, steps=steps)


def substituted(kit: Kit, groove: Groove) -> Groove:
    """Return a groove in which strokes that a kit lacks are played by the nearest voice.

    A crash is played by the open hat, a ride by the closed one, a floor tom by a tom. A note that
    is far from everything is left out.

    Raises
    ------
    GrooveError
        If nothing is left.
    """
    notes = kit.by_note()
    place = {note: _nearest(note, set(notes)) for note in missing_notes(kit, groove)}
    steps = tuple(
        dataclasses.replace(each, note=place.get(each.note) or each.note) for each in groove.steps
    )
    return without_missing(kit, dataclasses.replace(groove, steps=steps))


def _nearest(note: int, present: set[int]) -> int | None:
    """Return the nearest present note of the first family that has a note, if there is one."""
    for family in _FAMILIES:
        if note in family:
            here = family.index(note)
            others = sorted(family, key=lambda each: abs(family.index(each) - here))
            found = next((each for each in others if each in present), None)
            if found is not None:
                return found
    return None
