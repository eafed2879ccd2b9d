"""A kit: drums that belong together, each with its note, its choke group and its mix.

A kit holds recipes and the compact forms of own sounds, and no audio. :mod:`.kit_file` specifies
its file.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

import numpy as np

from neural_drum_machine.errors import KitError
from neural_drum_machine.latent.prior import MAX_SEED
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.sound import Sound
from neural_drum_machine.text import shown
from neural_drum_machine.values import check_number, check_whole

MOST_VOICES: Final = 128
"""One voice a MIDI note."""
MOST_GROUPS: Final = 16
LONGEST_NAME: Final = 100
"""Characters of a kit's or a voice's name."""
LEVEL_DB: Final = (-60.0, 24.0)
PITCH: Final = (-24.0, 24.0)
CHOKE_MS: Final = (1.0, 1000.0)


@dataclass(frozen=True, slots=True)
class KitVoice:
    """One drum of a kit.

    Attributes
    ----------
    name : str
        Such as "Low tom".
    note : int
        The MIDI note that plays it, 0 to 127.
    recipe : mapping
        What recalls its sound; see :meth:`neural_drum_machine.sound.Sound.recipe`.
    block : bytes
        The compact forms of its own sounds; see :meth:`neural_drum_machine.sound.Sound.block`.
    family : str
        Voices of one family have one code, such as the three hats. They are drawn and varied
        together. "" is none.
    choke : int
        The choke group: the voice ends the others of its group. 0 is none.
    choke_ms : float
        How long the others take to fall silent when this voice ends them, in milliseconds. A stick
        on closed hats ends an open hat at once, a foot takes longer.
    level_db, pan, pitch : float
        Decibels, -1 (left) to 1 (right), semitones.
    locked : bool
        Whether it stays when the kit is varied.

    Raises
    ------
    KitError
        If a value is out of range.
    """

    name: str
    note: int
    recipe: Mapping[str, Any]
    block: bytes = b""
    family: str = ""
    choke: int = 0
    choke_ms: float = 10.0
    level_db: float = 0.0
    pan: float = 0.0
    pitch: float = 0.0
    locked: bool = False

    def __post_init__(self) -> None:
        who = f"voice {shown(str(self.name))!r}"
        check_name("a voice", self.name)
        check_whole(KitError, who, "note", self.note, 0, 127)
        check_whole(KitError, who, "choke group", self.choke, 0, MOST_GROUPS)
        check_number(KitError, who, "choke time in ms", self.choke_ms, *CHOKE_MS)
        check_number(KitError, who, "level in dB", self.level_db, *LEVEL_DB)
        check_number(KitError, who, "pan", self.pan, -1.0, 1.0)
        check_number(KitError, who, "pitch in semitones", self.pitch, *PITCH)

    @property
    def category(self) -> str:
        """The category of its sound."""
        return str(self.recipe["category"])

    def sound(self, machine: DrumMachine) -> Sound:
        """Return its sound, without the mix.

        Raises
        ------
        ControlError
            If its recipe is of another model, or damaged.
        AnchorError
            If its own sounds are damaged.
        """
        return machine.recall_recipe(self.recipe, self.block, f"the voice {self.name!r}")

    def holding(self, sound: Sound, **changes: Any) -> "KitVoice":
        """Return this voice with another sound, and with other values where they are given."""
        return dataclasses.replace(self, recipe=sound.recipe(), block=sound.block(), **changes)


@dataclass(frozen=True, slots=True)
class Kit:
    """Drums that belong together.

    Attributes
    ----------
    name : str
        The kit's name.
    model : str
        The hash of the model that its sounds are of.
    voices : tuple of KitVoice
        1 to 128. Their names differ, also without regard to case, and so do their notes.
    style : mapping of str to float
        What the voices share: for each quality, where in the range of its category a voice is to
        lie, 0 to 1. Voices that are drawn later follow it.

    Raises
    ------
    KitError
        If there is no voice, there are too many, or two have one name or one note.
    """

    name: str
    model: str
    voices: tuple[KitVoice, ...]
    style: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_name("a kit", self.name)
        if not 1 <= len(self.voices) <= MOST_VOICES:
            raise KitError(f"a kit has 1 to {MOST_VOICES} voices, got {len(self.voices)}")
        _all_differ("name", [each.name.casefold() for each in self.voices])
        _all_differ("note", [str(each.note) for each in self.voices])

    def __iter__(self) -> Iterator[KitVoice]:
        return iter(self.voices)

    def __getitem__(self, name: str) -> KitVoice:
        """Return a voice by its name, whatever its case.

        Raises
        ------
        KitError
            If there is none; the message names the kit's voices.
        """
        for each in self.voices:
            if each.name.casefold() == str(name).casefold():
                return each
        names = [each.name for each in self.voices]
        close = get_close_matches(str(name), names, 1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise KitError(
            f"the kit has no voice {shown(str(name))!r}; it has {', '.join(names)}.{hint}"
        )

    def by_note(self) -> dict[int, KitVoice]:
        """Return the voices by their MIDI notes."""
        return {each.note: each for each in self.voices}

    def family(self, voice: KitVoice) -> tuple[KitVoice, ...]:
        """Return the voices that have one code with a voice, itself among them."""
        if not voice.family:
            return (voice,)
        return tuple(each for each in self.voices if each.family == voice.family)

    def replaced(self, *changed: KitVoice) -> "Kit":
        """Return the kit with voices in the places of those with the same notes."""
        by_note = {each.note: each for each in changed}
        return dataclasses.replace(
            self, voices=tuple(by_note.get(each.note, each) for each in self.voices)
        )

    def check_model(self, machine: DrumMachine) -> None:
        """Check that the kit's sounds are of a machine's model.

        Raises
        ------
        KitError
            If they are not.
        """
        if self.model != machine.hash:
            raise KitError(
                f"the kit {shown(self.name)!r} was made with model {self.model[:12]}, this is "
                f"{machine.hash[:12]}; name that model with --model, or make the kit anew"
            )


def _all_differ(what: str, values: list[str]) -> None:
    twice = next((each for each in values if values.count(each) > 1), None)
    if twice is not None:
        raise KitError(f"two voices have the {what} {twice!r}; give one of them another")


def check_seed(seed: int) -> None:
    """Raise :class:`KitError` unless a number can be a seed."""
    if not isinstance(seed, int | np.integer) or not 0 <= seed <= MAX_SEED:
        raise KitError(f"a seed must lie between 0 and {MAX_SEED}, got {seed!r:.40}")


def check_name(what: str, name: object) -> None:
    """Check a name.

    Raises
    ------
    KitError
        If it is no text, empty, too long, or holds control characters.
    """
    if not isinstance(name, str) or not name.strip():
        raise KitError(f"{what} needs a name, got {name!r:.40}")
    if len(name) > LONGEST_NAME:
        raise KitError(f"the name of {what} has {len(name)} characters; {LONGEST_NAME} is the most")
    if not name.isprintable():
        raise KitError(
            f"the name of {what} holds a character that cannot be shown: {shown(name)!r}"
        )
