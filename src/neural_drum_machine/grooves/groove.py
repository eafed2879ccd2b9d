"""A groove: strokes on drums, at places in a bar, with everything that a sequencer's step has."""

import dataclasses
import math
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from neural_drum_machine.errors import GrooveError
from neural_drum_machine.text import shown
from neural_drum_machine.values import check_number, check_whole

STEP: Final = 0.25
"""A sixteenth, in quarter notes."""
BPM: Final = (20.0, 400.0)
SWING: Final = (0.5, 0.75)
"""0.5 is straight, 2/3 is a triplet."""
SWING_UNITS: Final = (0.25, 0.5)
"""Sixteenths or eighths."""
MOST_RATCHETS: Final = 16
LONGEST_FLAM_MS: Final = 100.0
MOST_NUDGE_MS: Final = 200.0
MOST_STROKES: Final = 100_000
LONGEST_BEATS: Final = 4096.0
"""A thousand bars of four beats."""


@dataclass(frozen=True, slots=True)
class Step:
    """A stroke on one drum.

    Attributes
    ----------
    beat : float
        Its place in quarter notes from the groove's start, before swing.
    note : int
        The drum: a MIDI note, 0 to 127.
    velocity : int
        How hard, 1 to 127.
    length : float
        In quarter notes: how long its ratchets last.
    probability : float
        How often it is played, 0 to 1.
    ratchet : int
        How many strokes share its length, 1 to 16.
    flam_ms : float
        A softer stroke comes before it by so many milliseconds, 0 to 100; 0 for none.
    nudge_ms : float
        How much later it is played, -200 to 200 milliseconds.

    Raises
    ------
    GrooveError
        If a value is out of range.
    """

    beat: float
    note: int
    velocity: int = 100
    length: float = STEP
    probability: float = 1.0
    ratchet: int = 1
    flam_ms: float = 0.0
    nudge_ms: float = 0.0

    def __post_init__(self) -> None:
        where = f"the stroke at beat {self.beat!r:.20}"
        check_number(GrooveError, where, "place", self.beat, 0.0, LONGEST_BEATS)
        check_whole(GrooveError, where, "note", self.note, 0, 127)
        check_whole(GrooveError, where, "velocity", self.velocity, 1, 127)
        check_number(GrooveError, where, "length", self.length, 0.0, LONGEST_BEATS)
        check_number(GrooveError, where, "probability", self.probability, 0.0, 1.0)
        check_whole(GrooveError, where, "number of ratchets", self.ratchet, 1, MOST_RATCHETS)
        check_number(GrooveError, where, "flam in ms", self.flam_ms, 0.0, LONGEST_FLAM_MS)
        check_number(
            GrooveError, where, "nudge in ms", self.nudge_ms, -MOST_NUDGE_MS, MOST_NUDGE_MS
        )


@dataclass(frozen=True, slots=True)
class Groove:
    """A pattern of strokes.

    Attributes
    ----------
    name : str
        Its name.
    beats : float
        Its length in quarter notes: whole bars.
    steps : tuple of Step
        The strokes, by their places.
    tempo : tuple of (float, float)
        Tempo changes: the place in quarter notes, and quarter notes a minute from there. The first
        is at 0.
    meter : tuple of (int, int)
        Such as (4, 4) or (6, 8).
    swing : float
        Where the second of two equal steps lies between its neighbours: 0.5 (straight) to 0.75.
    swing_unit : float
        The length of a step that is swung, in quarter notes: 0.25 or 0.5.

    Raises
    ------
    GrooveError
        If a value is out of range, or a stroke lies behind the end.
    """

    name: str
    beats: float
    steps: tuple[Step, ...]
    tempo: tuple[tuple[float, float], ...] = ((0.0, 120.0),)
    meter: tuple[int, int] = (4, 4)
    swing: float = 0.5
    swing_unit: float = STEP
    _starts: tuple[float, ...] = field(init=False, repr=False, compare=False)
    """When each tempo begins, in seconds: a file may have thousands."""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip() or not self.name.isprintable():
            raise GrooveError(f"a groove needs a name, got {shown(str(self.name))!r}")
        check_number(GrooveError, "a groove", "length in beats", self.beats, STEP, LONGEST_BEATS)
        if len(self.steps) > MOST_STROKES:
            raise GrooveError(
                f"a groove has at most {MOST_STROKES:,} strokes, got {len(self.steps):,}"
            )
        late = next((each for each in self.steps if each.beat >= self.beats), None)
        if late:
            raise GrooveError(
                f"a stroke lies at beat {late.beat:g}, and the groove ends at {self.beats:g}"
            )
        if not self.tempo or self.tempo[0][0] != 0:
            raise GrooveError("a groove needs a tempo at beat 0")
        for (here, bpm), following in zip(self.tempo, (*self.tempo[1:], None), strict=True):
            check_number(GrooveError, "a groove", "tempo in beats a minute", bpm, *BPM)
            if following and not here < following[0] < LONGEST_BEATS:
                raise GrooveError(f"tempo changes must come one after another, got {here!r:.20}")
        numerator, denominator = self.meter
        check_whole(GrooveError, "a groove", "number of beats in a bar", numerator, 1, 64)
        if denominator not in (1, 2, 4, 8, 16, 32):
            raise GrooveError(f"a groove's beat is a half, quarter, …, got 1/{denominator!r:.20}")
        check_number(GrooveError, "a groove", "swing", self.swing, *SWING)
        if self.swing_unit not in SWING_UNITS:
            raise GrooveError(
                f"a groove swings sixteenths (0.25) or eighths (0.5), got {self.swing_unit!r:.20}"
            )
        starts = [0.0]
        for (here, bpm), (there, _) in pairwise(self.tempo):
            starts.append(starts[-1] + (there - here) * 60 / bpm)
        object.__setattr__(self, "_starts", tuple(starts))

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    @property
    def bar(self) -> float:
        """The length of a bar in quarter notes."""
        return self.meter[0] * 4 / self.meter[1]

    @property
    def bars(self) -> int:
        """How many bars it has, a begun one counted."""
        return math.ceil(self.beats / self.bar - 1e-9)

    def notes(self) -> tuple[int, ...]:
        """Return the notes that it plays, in ascending order."""
        return tuple(sorted({each.note for each in self.steps}))

    def swung(self, beat: float) -> float:
        """Return where a place lies with the groove's swing, in quarter notes."""
        pair = 2 * self.swing_unit
        start = math.floor(beat / pair) * pair
        share = (beat - start) / pair
        if share < 0.5:
            return start + share * 2 * self.swing * pair
        return start + (self.swing + (share - 0.5) * 2 * (1 - self.swing)) * pair

    def seconds(self, beat: float) -> float:
        """Return when a place is played, in seconds from the start. Tempo changes are followed."""
        place = max(0, bisect_left(self.tempo, beat, key=lambda each: each[0]) - 1)
        here, bpm = self.tempo[place]
        return self._starts[place] + (beat - here) * 60 / bpm

    def beat_at(self, seconds: float) -> float:
        """Return the place, in quarter notes, that is played at a time; see :meth:`seconds`."""
        place = max(0, bisect_left(self._starts, seconds) - 1)
        here, bpm = self.tempo[place]
        return here + (seconds - self._starts[place]) * bpm / 60

    def with_bars(self, bars: int) -> "Groove":
        """Return the groove repeated, or cut, to a number of bars.

        Tempo changes are repeated with it.

        Raises
        ------
        GrooveError
            If the number is not positive, or the groove would be too long.
        """
        check_whole(
            GrooveError, "a groove", "number of bars", bars, 1, int(LONGEST_BEATS / self.bar)
        )
        whole, length = self.bars * self.bar, bars * self.bar
        rounds = math.ceil(length / whole)
        # Before they are made: a short groove of many strokes could be repeated for ever.
        for what, count, most in (
            ("strokes", len(self.steps), MOST_STROKES),
            ("tempo changes", len(self.tempo), MOST_STROKES),
        ):
            if (rounds - 1) * count > most:
                raise GrooveError(
                    f"{bars} bars of the groove {self.name!r} have more than {most:,} {what}; "
                    "play fewer bars"
                )
        steps = (
            dataclasses.replace(each, beat=each.beat + turn * whole)
            for turn in range(rounds)
            for each in self.steps
        )
        tempo = [(here + turn * whole, bpm) for turn in range(rounds) for here, bpm in self.tempo]
        return dataclasses.replace(
            self,
            beats=length,
            steps=tuple(each for each in steps if each.beat < length),
            tempo=tuple((here, bpm) for here, bpm in tempo if here < length),
        )
