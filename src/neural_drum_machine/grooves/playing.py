"""From a groove to strokes in time: swing, ratchets, flams, chance, and a drummer's drift.

A drummer does not throw dice: deviations of one stroke go on in the next ones. Their spectrum falls
as 1/f (Hennig et al. 2011, "The nature and perception of fluctuations in human musical rhythms").
The drift here is such a noise, made on a circle, so that a loop has no seam.
"""

import dataclasses
from dataclasses import dataclass
from typing import Final

import numpy as np

from neural_drum_machine.arrays import DoubleArray
from neural_drum_machine.grooves.groove import STEP, Groove, Step
from neural_drum_machine.wishes.velocity import LOUDEST, SOFTEST

DRIFT_MS: Final = 7.0
"""Standard deviation of the drift at amount 1, which all drums share."""
HAND_MS: Final = 2.0
"""Standard deviation of each stroke's own deviation at amount 1."""
VELOCITY_DRIFT: Final = 6.0
VELOCITY_HAND: Final = 4.0
"""The same of velocities."""
_FLAM_SOFTER: Final = 0.55
"""The velocity of a flam's first stroke beside the second."""
_RATCHET_SOFTER: Final = 0.85
"""The velocity of each further ratchet beside the one before."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A stroke in time.

    Attributes
    ----------
    seconds : float
        When it is played; under 0 if it comes before the groove's start.
    note : int
        The drum.
    velocity : int
        How hard, 1 to 127.
    """

    seconds: float
    note: int
    velocity: int


def strokes_of(groove: Groove, seed: int | None, amount: float = 0.0) -> list[Stroke]:
    """Return the strokes of a groove, by their time.

    Parameters
    ----------
    groove : Groove
        The groove.
    seed : int or None
        Decides which of the strokes with a probability are played, and draws the drift. None plays
        all of them.
    amount : float
        How far time and velocity drift: 0 (not at all) to 2.

    Returns
    -------
    list of Stroke
        Strokes of one moment by their notes.
    """
    random = np.random.RandomState(0 if seed is None else seed)
    chances = random.random_sample(len(groove.steps))
    out = [
        stroke
        for step, chance in zip(groove.steps, chances, strict=True)
        if seed is None or chance < step.probability
        for stroke in _strokes(groove, step)
    ]
    if amount and out:
        out = _as_a_hand(groove, out, random, amount)
    return sorted(out, key=lambda each: (each.seconds, each.note))


def _strokes(groove: Groove, step: Step) -> list[Stroke]:
    """Return the strokes of one step: its ratchets, and a flam before the first."""
    out = []
    for turn in range(step.ratchet):
        beat = groove.swung(step.beat + turn * step.length / step.ratchet)
        seconds = groove.seconds(beat) + step.nudge_ms / 1000
        velocity = _bounded(step.velocity * _RATCHET_SOFTER**turn)
        out.append(Stroke(seconds, step.note, velocity))
    if step.flam_ms:
        first = out[0]
        softer = _bounded(first.velocity * _FLAM_SOFTER)
        out.insert(0, Stroke(first.seconds - step.flam_ms / 1000, step.note, softer))
    return out


def _as_a_hand(
    groove: Groove, strokes: list[Stroke], random: np.random.RandomState, amount: float
) -> list[Stroke]:
    length = groove.seconds(groove.beats)
    n = max(4, round(groove.beats / STEP))
    time, force = (circular_drift(n, random) for _ in range(2))
    out = []
    for stroke in strokes:
        place = stroke.seconds / length * n
        late = DRIFT_MS * _at(time, place) + HAND_MS * random.standard_normal()
        harder = VELOCITY_DRIFT * _at(force, place) + VELOCITY_HAND * random.standard_normal()
        out.append(
            dataclasses.replace(
                stroke,
                seconds=stroke.seconds + amount * late / 1000,
                velocity=_bounded(stroke.velocity + amount * harder),
            )
        )
    return out


def circular_drift(n: int, random: np.random.RandomState) -> DoubleArray:
    """Return noise with a 1/f spectrum on a circle: mean 0, standard deviation 1, shape ``(n,)``.

    Parameters
    ----------
    n : int
        Places on the circle, at least 4.
    random : numpy.random.RandomState
        Draws the phases and sizes.
    """
    bins = n // 2
    size = 1 / np.sqrt(np.arange(1, bins + 1))
    spectrum = np.zeros(bins + 1, np.complex128)
    spectrum[1:] = size * (random.standard_normal(bins) + 1j * random.standard_normal(bins))
    if n % 2 == 0:
        spectrum[-1] = spectrum[-1].real
    noise = np.fft.irfft(spectrum, n)
    out: DoubleArray = noise / noise.std()
    return out


def _at(circle: DoubleArray, place: float) -> float:
    """Return the value between two places of a circle, by a straight line."""
    n = len(circle)
    here = int(np.floor(place))
    share = place - here
    return float((1 - share) * circle[here % n] + share * circle[(here + 1) % n])


def _bounded(velocity: float) -> int:
    return int(min(max(round(velocity), SOFTEST), LOUDEST))
