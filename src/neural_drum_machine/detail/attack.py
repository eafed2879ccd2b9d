"""Making a rendered sound follow a fine attack.

The envelopes of :mod:`neural_drum_machine.signal.fine_attack` are measured on the rendered sound in
the same way, and each band gets the gain that is missing. That happens between the iterations of
the inverter, so that its phases come to fit the attack, and at the end, exactly.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.fine_attack import (
    ATTACK_STEP_SECONDS,
    ATTACK_STEPS,
    AttackBands,
    attack_bands,
)
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, FULL_SR
from neural_drum_machine.signal.windows import rise

GATE_SECONDS: Final = 0.0005
"""The gate opens for this long and is open at the onset."""
GATE: Final = round(GATE_SECONDS * FULL_SR)
START: Final = FULL_PRE_ROLL - GATE
"""The first sample that may sound."""
ROUNDS: Final = 2
"""The bands overlap, and the silence before the onset belongs to the envelopes: one round is not
enough."""
CLICK_SECONDS: Final = 0.0004
CLICK_SHARE: Final = 0.15
"""Share of the first 2 ms' energy that is an impulse. A stick excites all frequencies at once.
Phases from a spectrogram do not know that; on hats, snaps and bongos their peaks were up
to 1.6 dB lower, and later."""
_CLICK_FROM: Final = 2
"""The lower bands swing slower than that."""
_MOST_UP, _MOST_DOWN = np.float32(np.log(10.0)), np.float32(np.log(100.0))
"""Largest gains of one round: 20 dB up and 40 dB down. More would only raise what is not there."""
_RELEASE_STEPS: Final = 10
"""After the last value, gains go to 1 for this long."""


@lru_cache(maxsize=4)
def _between(sr: int) -> FloatArray:
    """Return the matrix from values to samples, ``(ATTACK_STEPS, n)``: linear, then down to 0."""
    place = attack_bands(sr).place
    nearest = np.clip(place, 0, ATTACK_STEPS - 1)
    weights = np.maximum(0, 1 - np.abs(nearest - np.arange(ATTACK_STEPS)[:, None]))
    weights *= np.clip(1 - (place - (ATTACK_STEPS - 1)) / _RELEASE_STEPS, 0, 1)
    out: FloatArray = weights[:, weights.any(axis=0)].astype(np.float32)
    out.setflags(write=False)
    return out


@lru_cache(maxsize=1)
def _gate() -> FloatArray:
    """Return the gate's rise, shape ``(GATE,)``: half a period of a cosine, from 0."""
    out: FloatArray = rise(GATE).astype(np.float32)
    out.setflags(write=False)
    return out


def open_gate(samples: FloatArray) -> None:
    """Silence what lies before the onset, in place, with a rise of half a millisecond.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(n,)``, float32, at 44,100 Hz, onset at sample 256.
    """
    samples[:START] = 0
    samples[START:FULL_PRE_ROLL] *= _gate()


@lru_cache(maxsize=1)
def _impulses() -> FloatArray:
    """Return an impulse just after the onset in each of the upper bands, of energy 1."""
    grid = attack_bands(FULL_SR)
    impulse = np.zeros(grid.segment, np.float32)
    impulse[grid.onset + round(CLICK_SECONDS * FULL_SR)] = 1
    bands = grid.split(impulse).real[_CLICK_FROM:]
    out: FloatArray = bands / np.sqrt(np.square(bands).sum(axis=1, keepdims=True))
    out.setflags(write=False)
    return out


def _click(attack: FloatArray) -> FloatArray:
    """Return the part of the attack's first 2 ms that all bands begin together with."""
    power = np.square(np.exp(attack[_CLICK_FROM:, :2])).sum(axis=1)
    energy = np.float32(CLICK_SHARE * FULL_SR * ATTACK_STEP_SECONDS) * power
    out: FloatArray = np.sqrt(energy) @ _impulses()[: len(energy)]
    return out


def _add_gains(segment: FloatArray, missing: FloatArray, bands: FloatArray, sr: int) -> None:
    """Give bands the gains that are missing, in logarithms, in place."""
    gains = np.exp(missing @ _between(sr)[:, : len(segment)])
    gains -= 1
    n = gains.shape[1]
    segment[:n] += np.einsum("bn,bn->n", gains, bands[:, :n])


def follow_attack(samples: FloatArray, attack: FloatArray) -> None:
    """Make a sound follow a fine attack, in place.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(n,)``, float32, at 44,100 Hz, core's scale, onset at sample 256.
    attack : numpy.ndarray
        Shape ``(ATTACK_BANDS, ATTACK_STEPS)``, as
        :func:`~neural_drum_machine.signal.fine_attack.fine_attack` returns it; or the first rows of
        it, such as those without air, where the sound has nothing in the other bands.
    """
    grid = attack_bands(FULL_SR)
    segment = samples[: grid.segment]
    segment += _click(attack)[: len(segment)]
    rows = slice(len(attack))
    for _ in range(ROUNDS):
        open_gate(segment)
        bands = grid.split(segment)[rows]
        missing = np.clip(attack - grid.levels(bands), -_MOST_DOWN, _MOST_UP)
        _add_gains(segment, missing, bands.real, FULL_SR)
    open_gate(segment)


def take_on_attack(channels: FloatArray, onset: int, attack: FloatArray, gain: float) -> None:
    """Make the attack of several channels follow that of their mean, in place.

    Unlike :func:`follow_attack` it adds nothing and closes no gate: a sound that has the attack
    already stays as it is.

    Parameters
    ----------
    channels : numpy.ndarray
        Shape ``(c, n)``, float32, at 44,100 Hz.
    onset : int
        The sample of the onset.
    attack : numpy.ndarray
        Shape ``(ATTACK_BANDS, ATTACK_STEPS)``: that of the mean of the channels.
    gain : float
        The factor from the samples to the scale of `attack`.
    """
    grid = attack_bands(FULL_SR)
    first = onset - FULL_PRE_ROLL
    heard = slice(max(0, first), max(0, first) + grid.segment + min(0, first))
    padding = max(0, -first)
    n = channels[:, heard].shape[1]
    for _ in range(ROUNDS):
        segments = np.zeros((len(channels), grid.segment), np.float32)
        segments[:, padding : padding + n] = channels[:, heard]
        bands = [grid.split(segment) for segment in segments]
        levels = grid.levels(np.mean(bands, axis=0), gain)
        missing = np.clip(attack - levels, -_MOST_DOWN, _MOST_UP)
        for segment, its in zip(segments, bands, strict=True):
            before = segment.copy()
            _add_gains(segment, missing, its.real, FULL_SR)
            # What comes before the onset stays the sound's own.
            segment[:START] = before[:START]
        channels[:, heard] = segments[:, padding : padding + n]


class CoreAttack:
    """Shapes a core while it is inverted.

    Only the shape of each band's envelope is followed: the core's own levels are those of its mel
    spectrogram.

    Parameters
    ----------
    attack : numpy.ndarray
        Shape ``(ATTACK_BANDS, ATTACK_STEPS)``, as
        :func:`~neural_drum_machine.signal.fine_attack.fine_attack` returns it.
    sr : int
        The core's sample rate in Hz.
    body : numpy.ndarray or None
        Shape ``(n,)``, at the core's rate: what is added later and is no part of the core.
    """

    def __init__(self, attack: FloatArray, sr: int, body: FloatArray | None = None) -> None:
        self._grid: AttackBands = attack_bands(sr)
        self._target = attack[: len(self._grid.edges) + 1]
        if body is not None:
            # At least a tenth of the amplitude stays, so that the logarithm has a meaning.
            power = np.exp(2 * self._target)
            played = np.exp(2 * self._levels(body, 1.0)[0])
            self._target = 0.5 * np.log(np.maximum(power - played, 0.01 * power))

    def _levels(self, samples: FloatArray, gain: float) -> tuple[FloatArray, FloatArray]:
        bands = self._grid.split(samples[: self._grid.segment])
        return self._grid.levels(bands, gain), bands.real

    def __call__(self, samples: FloatArray, gain: float) -> None:
        """Shape samples, which are to be multiplied by `gain`, in place."""
        levels, bands = self._levels(samples, gain)
        missing = np.clip(self._target - levels, -_MOST_DOWN, _MOST_UP)
        weights = np.exp(2 * np.minimum(self._target, levels + missing))
        missing -= (missing * weights).sum(axis=1, keepdims=True) / weights.sum(
            axis=1, keepdims=True
        )
        _add_gains(samples[: self._grid.segment], missing, bands, self._grid.sr)
