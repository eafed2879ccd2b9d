"""A dozen patterns of our own, written as steps.

A row is a drum, a character a sixteenth: ``.`` rest, ``o`` ghost, ``-`` soft, ``x`` plain, ``X``
accent, ``f`` flam, ``r`` two strokes in one step, ``t`` three, ``?`` played half of the time.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from neural_drum_machine.errors import GrooveError
from neural_drum_machine.grooves.groove import STEP, Groove, Step

_NOTES: Final = {
    "kick": 36, "snare": 38, "clap": 39, "snap": 37, "closed": 42, "pedal": 44, "open": 46,
    "low tom": 45, "mid tom": 47, "high tom": 50, "tambourine": 54, "shaker": 70, "conga": 63,
    "bongo": 60,
}  # fmt: skip
_VELOCITIES: Final = {
    "o": 34, "-": 68, "x": 96, "X": 120, "f": 108, "r": 86, "t": 86, "?": 60,
}  # fmt: skip
_RATCHETS: Final = {"r": 2, "t": 3}
_FLAM_MS: Final = 24.0


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern as it is written here: tempo, swing, and a row of steps for each drum."""

    bpm: float
    rows: dict[str, str]
    swing: float = 0.5
    swing_unit: float = STEP
    meter: tuple[int, int] = (4, 4)


PATTERNS: Final = {
    "house": Pattern(
        124,
        {
            "kick": "X...X...X...X...X...X...X...X...",
            "clap": "....X.......X.......X.......X..-",
            "closed": "x-.-x-.-x-.-x-.-x-.-x-.-x-.-x-rr",
            "open": "..x...x...x...x...x...x...x...x.",
            "shaker": "-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o",
        },
        swing=0.54,
    ),
    "techno": Pattern(
        132,
        {
            "kick": "X...X...X...X...X...X...X...X.-.",
            "closed": "..x...x...x...x...x...x...x...x.",
            "open": "..............................?.",
            "clap": "....x.......x.......x.......x...",
            "low tom": "...-..-....-..-....-..-....-..-?",
            "tambourine": "o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-",
        },
    ),
    "hiphop": Pattern(
        90,
        {
            "kick": "X.....-...X..-..X.-......XX.....",
            "snare": "....X..o....X..o....X..o.o..X..o",
            "closed": "x-x-x-x-x-x-x-x-x-x-x-x-x-x-x-..",
            "open": "..............................x.",
        },
        swing=0.6,
    ),
    "trap": Pattern(
        140,
        {
            "kick": "X.......-..X......X...X....?....",
            "snare": "........X...............X.......",
            "clap": "........X...............X.....?.",
            "closed": "x.x.x.x.x.x.xrx.x.x.t.x.x.x.xrrt",
            "open": "................x...............",
        },
    ),
    "rock": Pattern(
        112,
        {
            "kick": "X.....x.X.......X.....x.X.x.....",
            "snare": "....X.......X.......X.......X..f",
            "closed": "X.x.X.x.X.x.X.x.X.x.X.x.X.x.X...",
            "open": "..............................x.",
        },
    ),
    "funk": Pattern(
        104,
        {
            "kick": "X.X.......-..X..X.X.......XX....",
            "snare": "....X..o.o..X..o....X..o.o..X.oo",
            "closed": "X-x-X-x-X-x-X-x-X-x-X-x-X-..X-x-",
            "open": "..........................x.....",
        },
        swing=0.53,
    ),
    "disco": Pattern(
        118,
        {
            "kick": "X...X...X...X...X...X...X...X...",
            "snare": "....X.......X.......X.......X.-x",
            "closed": "x-.-x-.-x-.-x-.-x-.-x-.-x-.-x-.-",
            "open": "..X...X...X...X...X...X...X...X.",
            "tambourine": "....x.......x.......x.......x...",
            "conga": "..-..-.x..-..-.x..-..-.x..-..-xx",
        },
    ),
    "drumandbass": Pattern(
        174,
        {
            "kick": "X.........X.....X.........X.....",
            "snare": "....X..o.o..X...o...X..o.o..X..o",
            "closed": "x.x.x.x.x.x.x.x.x.x.x.x.x.x.x-x-",
        },
    ),
    "reggae": Pattern(
        76,
        {
            "kick": "........X...............X.......",
            "snap": "........X...............X.....o.",
            "closed": "X.-.X.-.X.-.X.-.X.-.X.-.X.-.X.-.",
            "open": "..............................x.",
        },
        swing=0.64,
        swing_unit=0.5,
    ),
    "bossa": Pattern(
        128,
        {
            "kick": "X..xX..xX..xX..xX..xX..xX..xX..x",
            "snap": "x..x..x...x..x..x..x..x...x..x..",
            "closed": "x-x-x-x-x-x-x-x-x-x-x-x-x-x-x-x-",
            "pedal": "....x.......x.......x.......x...",
        },
    ),
    "dembow": Pattern(
        94,
        {
            "kick": "X...X...X...X...X...X...X...X...",
            "snare": "...x..x....x..x....x..x....x..xo",
            "closed": "-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.",
            "shaker": "o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-",
        },
    ),
    "afrobeat": Pattern(
        108,
        {
            "kick": "X..X..X...X...X.X..X..X...X.X...",
            "snare": "....x..o..x.o...o...x..o..x.o..o",
            "closed": "x.-xx.-xx.-xx.-xx.-xx.-xx.-xx.-x",
            "conga": "x..x..-x.-x..-..x..x..-x.-x..-..",
            "shaker": "-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o",
        },
    ),
    "shuffle": Pattern(
        96,
        {
            "kick": "X.....x.X...x...X.....x.X.......",
            "snare": "....X..o....X..o....X..o....X.of",
            "closed": "X.x.X.x.X.x.X.x.X.x.X.x.X.x.X.x.",
        },
        swing=2 / 3,
        swing_unit=0.5,
    ),
}
"""Each has two bars."""


def new_groove(style: str, bpm: float | None = None, swing: float | None = None) -> Groove:
    """Return a groove of a style.

    Parameters
    ----------
    style : str
        One of :data:`PATTERNS`.
    bpm, swing : float, optional
        Another tempo or swing than the style's.

    Raises
    ------
    GrooveError
        If there is no such style, or tempo or swing are out of range.
    """
    if style not in PATTERNS:
        close = get_close_matches(str(style), PATTERNS, 1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise GrooveError(
            f"there is no groove {style!r:.60}; there are {', '.join(PATTERNS)}{hint}"
        )
    pattern = PATTERNS[style]
    length = max(map(len, pattern.rows.values()))
    steps = [
        _step(_NOTES[drum], place, sign)
        for drum, row in pattern.rows.items()
        for place, sign in enumerate(row)
        if sign != "."
    ]
    return Groove(
        style,
        length * STEP,
        tuple(sorted(steps, key=lambda each: (each.beat, each.note))),
        ((0.0, pattern.bpm if bpm is None else bpm),),
        pattern.meter,
        pattern.swing if swing is None else swing,
        pattern.swing_unit,
    )


def _step(note: int, place: int, sign: str) -> Step:
    return Step(
        place * STEP,
        note,
        _VELOCITIES[sign],
        probability=0.5 if sign == "?" else 1.0,
        ratchet=_RATCHETS.get(sign, 1),
        flam_ms=_FLAM_MS if sign == "f" else 0.0,
    )
