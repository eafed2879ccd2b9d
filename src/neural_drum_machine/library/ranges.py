"""Which values are asked for: ``45..60``, ``0.3..``, or a word such as ``dark``."""

import math
from dataclasses import dataclass
from typing import Final

from neural_drum_machine.errors import LibraryError
from neural_drum_machine.text import shown

QUALITIES: Final = {
    "pitch": ("pitch", "Hz", "low", "high"),
    "decay": ("decay", "s", "short", "long"),
    "brightness": ("centroid", "Hz", "dark", "bright"),
    "attack": ("attack", "s", "sharp", "soft"),
    "noisiness": ("noisiness", "0 to 1", "pure", "noisy"),
    "loudness": ("loudness", "LUFS", "quiet", "loud"),
    "length": ("seconds", "s", "short", "long"),
}
"""By the name that a user says: the measure, its unit, and the words for its lowest and highest
third."""


@dataclass(frozen=True, slots=True)
class ValueRange:
    """Values that are asked for.

    Attributes
    ----------
    measure : str
        One of :data:`~neural_drum_machine.library.tables.MEASURES`.
    low, high : float
        Least and greatest value; infinite for no limit.
    third : int or None
        Instead of a range: 0 for the lowest third of the sounds, 2 for the highest.
    """

    measure: str
    low: float = -math.inf
    high: float = math.inf
    third: int | None = None


def read_range(quality: str, text: str) -> ValueRange:
    """Return what somebody asks of a quality.

    Parameters
    ----------
    quality : str
        One of :data:`QUALITIES`.
    text : str
        A range with at least one end, in the quality's unit, or one of its two words.

    Raises
    ------
    LibraryError
        If it is neither.
    """
    if quality not in QUALITIES:
        raise LibraryError(
            f"unknown quality {shown(quality)!r}; use one of: {', '.join(QUALITIES)}"
        )
    measure, unit, low_word, high_word = QUALITIES[quality]
    plain = text.strip().lower()
    if plain in (low_word, high_word):
        return ValueRange(measure, third=0 if plain == low_word else 2)
    low, dots, high = plain.partition("..")
    try:
        ends = float(low) if low else -math.inf, float(high) if high else math.inf
    except ValueError:
        ends = math.nan, math.nan
    if not dots or not (low or high) or not ends[0] <= ends[1]:
        raise LibraryError(
            f"--{quality} {shown(text)}: use {low_word}, {high_word}, or a range in {unit} such as "
            "1..2, 1.. or ..2"
        )
    return ValueRange(measure, *ends)
