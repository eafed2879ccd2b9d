"""Frequencies by the names of notes."""

import math
import re
from typing import Final

from neural_drum_machine.errors import ControlError
from neural_drum_machine.text import shown

A4_HZ: Final = 440.0
_NOTE: Final = re.compile(r"([A-Ga-g])([#b♯♭]?)(-?\d)([+-]\d{1,2}(?:\.\d+)?)?$")
_STEPS: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NAMES: Final = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def note_hz(name: str) -> float:
    """Return the frequency of a note, in Hz, in equal temperament with A4 at 440 Hz.

    Parameters
    ----------
    name : str
        A letter, ``#`` or ``b`` if there is one, the octave, and cents if there are some: ``G1``,
        ``Bb2``, ``F#1``, ``A1+25``. C4 is middle C.

    Raises
    ------
    ControlError
        If it is no note.
    """
    found = _NOTE.match(name.strip())
    if not found:
        raise ControlError(
            f"{shown(name)!r} is no note; write a letter and an octave, such as G1, F#2 or Bb1, "
            "or a number of Hz"
        )
    letter, sign, octave, cents = found.groups()
    step = _STEPS[letter.upper()] + {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[sign]
    key = 12 * (int(octave) + 1) + step + float(cents or 0) / 100
    return float(A4_HZ * 2 ** ((key - 69) / 12))


def note_name(hz: float) -> str:
    """Return the note that is nearest to a frequency, with its cents if there are any: ``G1+12``.

    Parameters
    ----------
    hz : float
        Over 0.
    """
    key = 69 + 12 * math.log2(hz / A4_HZ)
    nearest = round(key)
    cents = round(100 * (key - nearest))
    return f"{_NAMES[nearest % 12]}{nearest // 12 - 1}" + (f"{cents:+d}" if cents else "")
