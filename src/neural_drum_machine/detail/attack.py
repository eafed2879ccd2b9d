"""Making a rendered sound follow a fine attack.

The envelopes of :mod:`neural_drum_machine.signal.fine_attack` are measured on the rendered sound in
the same way, and each band gets the gain that is missing. Two rounds are needed, because the bands
overlap and because the silence before the onset belongs to the envelopes.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.fine_attack import (
    ATTACK_EDGES_HZ,
    ATTACK_STEP_SECONDS,
    ATTACK_STEPS,
    FFT_SIZE,
    SEGMENT,
    attack_levels,
)
from neural_drum_machine.signal.hit import FULL_PRE_ROLL, FULL_SR
from neural_drum_machine.signal.octaves import analytic_bands

GATE_SECONDS: Final = 0.0005
"""The gate opens for this long and is open at the onset."""
GATE: Final = round(GATE_SECONDS * FULL_SR)
START: Final = FULL_PRE_ROLL - GATE
"""The first sample that may sound."""
ROUNDS: Final = 2
CLICK_SECONDS: Final = 0.0004
CLICK_SHARE: Final = 0.15
"""Share of the first 2 ms' energy that is an impulse. A stick excites all frequencies at once; phases
from a spectrogram do not know that, and their peaks are 1 to 2 dB lower and come later."""
_CLICK_FROM: Final = 2
"""The lower bands swing slower than that."""
_MOST_UP, _MOST_DOWN = np.float32(np.log(10.0)), np.float32(np.log(100.0))
"""Largest gains of one round: 20 dB up and 40 dB down. More would only raise what is not there."""
_RELEASE_SECONDS: Final = 0.01
"""After the last value, gains go to 1 for this long."""


@lru_cache(maxsize=1)
def gate() -> FloatArray:
    """Return the gate's rise, shape ``(GATE,)``: half a period of a cosine, from 0."""
    out: FloatArray = (0.5 - 0.5 * np.cos(np.pi * np.arange(GATE) / GATE)).astype(np.float32)
    out.setflags(write=False)
    return out


@lru_cache(maxsize=1)
def _between() -> FloatArray:
    """Return the matrix from values to samples, ``(ATTACK_STEPS, SEGMENT)``: linear, then 0."""
    step = FULL_SR * ATTACK_STEP_SECONDS
    place = (np.arange(SEGMENT) - FULL_PRE_ROLL) / step - 0.5
    nearest = np.clip(place, 0, ATTACK_STEPS - 1)
    weights = np.maximum(0, 1 - np.abs(nearest - np.arange(ATTACK_STEPS)[:, None]))
    release = _RELEASE_SECONDS / ATTACK_STEP_SECONDS
    weights *= np.clip(1 - (place - (ATTACK_STEPS - 1)) / release, 0, 1)
    out: FloatArray = weights.astype(np.float32)
    out.setflags(write=False)
    return out


@lru_cache(maxsize=1)
def _impulses() -> FloatArray:
    """Return an impulse just after the onset in each of the upper bands, of energy 1."""
    impulse = np.zeros(SEGMENT, np.float32)
    impulse[FULL_PRE_ROLL + round(CLICK_SECONDS * FULL_SR)] = 1
    bands = analytic_bands(impulse, ATTACK_EDGES_HZ, FULL_SR, FFT_SIZE).real[_CLICK_FROM:]
    out: FloatArray = bands / np.sqrt(np.square(bands).sum(axis=1, keepdims=True))
    out.setflags(write=False)
    return out


def _click(attack: FloatArray) -> FloatArray:
    """Return the part of the attack's first 2 ms that all bands begin together with."""
    power = np.square(np.exp(attack[_CLICK_FROM:, :2])).sum(axis=1)
    energy = CLICK_SHARE * power * np.float32(FULL_SR * ATTACK_STEP_SECONDS)
    out: FloatArray = np.sqrt(energy) @ _impulses()
    return out


def open_gate(samples: FloatArray) -> None:
    """Silence what lies before the onset, in place, with a rise of a millisecond."""
    samples[:START] = 0
    samples[START:FULL_PRE_ROLL] *= gate()


def ceiling(attack: FloatArray) -> float:
    """Return the peak to expect of a sound: 1 for its core, more by the share of its air."""
    power = np.square(np.exp(attack)).sum(axis=1)
    return float(np.sqrt(power.sum() / power[:-1].sum()))


def soft_limit(samples: FloatArray, top: float) -> None:
    """Bend peaks that rise over 80 % of a ceiling, so that none passes it, in place.

    Recordings peak early and then often, because microphones, tapes and converters have limits.
    The peaks of the same envelope with other phases would pile up by chance, later and higher.
    """
    knee = np.float32(0.8 * top)
    room = np.float32(top) - knee
    over = np.flatnonzero(np.abs(samples) > knee)
    peaks = samples[over]
    samples[over] = np.copysign(knee + room * np.tanh((np.abs(peaks) - knee) / room), peaks)


def follow_attack(samples: FloatArray, attack: FloatArray) -> None:
    """Make a sound follow a fine attack, in place.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(n,)``, float32, at 44,100 Hz, onset at sample 256; at least as long as the segment
        that is shaped.
    attack : numpy.ndarray
        Shape ``(ATTACK_BANDS, ATTACK_STEPS)``, as
        :func:`~neural_drum_machine.signal.fine_attack.fine_attack` returns it.
    """
    segment = samples[:SEGMENT]
    segment += _click(attack)
    for _ in range(ROUNDS):
        open_gate(segment)
        bands = analytic_bands(segment, ATTACK_EDGES_HZ, FULL_SR, FFT_SIZE)
        missing = np.clip(attack - attack_levels(bands), -_MOST_DOWN, _MOST_UP)
        gains = np.exp(missing @ _between())
        segment += np.einsum("bn,bn->n", gains - 1, bands.real)
    open_gate(segment)
