"""Decay and attack by gains over time, solved on the envelope of a sound."""

from collections.abc import Callable
from functools import cached_property
from typing import Final

import numpy as np

from neural_drum_machine.arrays import DoubleArray, FloatArray
from neural_drum_machine.signal.descriptors import (
    ENVELOPE_STEPS,
    envelope,
    rise_steps,
    step_powers,
)

DECAY_DB: Final = 20.0
"""A decay is over when the rest of the energy is so far down."""
ATTACK_SECONDS: Final = 0.35
"""The attack is looked for in this stretch from the beginning of a sound."""
_MOST_RATE: Final = 2000.0
"""Nepers a second: the fastest fall that is laid over a sound."""
_END_DB: Final = -45.0
"""A sound that is made longer ends at least so far under its loudest moment."""
MOST_GROWN: Final = 1.25
"""A gain makes a decay longer by this factor at most."""
_MOST_UP, _MOST_DOWN = np.log(10.0), np.log(100.0)
_REACH: Final = 8
"""Steps of half a window."""
_MOST_CHANGE: Final = 6.0
"""Octaves."""
_TRIES: Final = 9
_HALVINGS: Final = 5
UNHEARD: Final = 0.03
_MISSED: Final = 0.05
"""Octaves: what of an attack nobody hears, and from where another way is tried."""
SAME_DECAY: Final = 0.003
"""Octaves."""
_EXACT: Final = 0.0005
"""A decay is found with less than this share of it left."""
_NEPER_DB: Final = 20 / np.log(10)
_ROUNDS: Final = 16
_LEAST: Final = 1e-3
"""Levels are told apart from here on, as a share of the highest."""


def rest_energies(
    samples: FloatArray, sr: int, peak: int | None = None
) -> tuple[DoubleArray, int, int]:
    """Return the energy of a sound in blocks of 1 ms from its loudest moment on.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.
    peak : int, optional
        The sample of the loudest moment, if it is known.

    Returns
    -------
    energies : numpy.ndarray
        Shape ``(blocks,)``.
    peak : int
        The sample of the loudest moment: the middle of the loudest 5 ms, as
        :func:`~neural_drum_machine.signal.descriptors.decay_time` takes it.
    block : int
        Samples of a block.
    """
    block, width = max(1, round(0.001 * sr)), max(1, round(0.005 * sr))
    square = np.square(samples, dtype=np.float64)
    if peak is None:
        total = np.concatenate([np.zeros(width // 2 + 1), square.cumsum()])
        total = np.concatenate([total, np.full(width, total[-1])])
        peak = int((total[width : width + len(square)] - total[: len(square)]).argmax())
    rest = square[peak:]
    whole = np.pad(rest, (0, -len(rest) % block)).reshape(-1, block)
    return whole.sum(axis=1), peak, block


def decay_seconds(energies: DoubleArray) -> float:
    """Return the decay of blocks of 1 ms, between blocks, in seconds."""
    rest = energies[::-1].cumsum()[::-1]
    if not len(rest) or rest[0] <= 0:
        return 0.0
    floor = rest[0] * 10 ** (-DECAY_DB / 10)
    n = int((rest > floor).sum())
    if n >= len(rest):
        return len(rest) / 1000
    before, after = rest[n - 1], max(rest[n], 1e-300)
    return float(n - 1 + np.log(before / floor) / max(np.log(before / after), 1e-12)) / 1000


class Decay:
    """The decay of a sound, and gains that change it.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.
    """

    def __init__(self, samples: FloatArray, sr: int) -> None:
        self._n, self._sr = len(samples), sr
        self._energies, self._peak, self._block = rest_energies(samples, sr)
        self.seconds = decay_seconds(self._energies)

    def is_met(self, seconds: float, octaves: float = SAME_DECAY) -> bool:
        """Return whether the sound has this decay, but for less than some octaves."""
        return self.seconds > 0 and bool(abs(np.log2(self.seconds / seconds)) < octaves)

    def gain(self, seconds: float, loudest: int) -> FloatArray:
        """Return gains ``(n,)``, float32, that give the sound a decay.

        Before the loudest moment they are 1, then they fall, or rise, by the same number of dB in
        each millisecond. A sound that is quieter than −45 dB at its end stays so.

        Parameters
        ----------
        seconds : float
            The decay that is wanted: the time in which 20 dB of the energy are gone.
        loudest : int
            Where the attack ends: the loudest sample of the envelope, :attr:`Attack.peak`.
        """
        sr, energies = self._sr, self._energies
        start = max(self._peak, loudest)
        first = (start - self._peak) / self._block / 1000
        since = np.maximum(0.0, (np.arange(len(energies)) + 0.5) / 1000 - first)
        # The fall is searched on a scale on which slow and fast ones lie as dense.
        growth = _most_growth(energies, float(since[-1]))
        low, high = np.arcsinh(-growth), np.arcsinh(_MOST_RATE)
        for _ in range(_ROUNDS):
            middle = (low + high) / 2
            now = decay_seconds(energies * np.exp(-2 * np.sinh(middle) * since))
            if abs(now - seconds) < _EXACT * seconds:
                low = high = middle
                break
            low, high = (middle, high) if now > seconds else (low, middle)
        rate = float(np.sinh((low + high) / 2))
        out = np.ones(self._n, np.float32)
        fall = np.arange(self._n - start, dtype=np.float32) * np.float32(-rate / sr)
        out[start:] = np.exp(fall)
        return out

    def stretch_for(self, seconds: float) -> float:
        """Return by which factor the sound is to be stretched before it gets a longer decay.

        A gain that grows makes a decay a little longer. More of it would make a plateau, and raise
        what lies at the end, so the sound itself has to last.
        """
        if seconds <= self.seconds:
            return 1.0
        energies = self._energies
        since = np.arange(len(energies)) / 1000
        growth = _most_growth(energies, float(since[-1]))
        grown = decay_seconds(energies * np.exp(2 * growth * since))
        longest = min(MOST_GROWN * self.seconds, grown)
        return seconds / longest if longest > 0 else 1.0


def _most_growth(energies: DoubleArray, seconds: float) -> float:
    """Return the fastest growth, in nepers a second, that leaves the end of a sound quiet."""
    if seconds <= 0:
        return 0.0
    end, loudest = float(energies[-30:].mean()), float(energies[:5].mean())
    room = _END_DB - 10 * np.log10(max(end, 1e-30) / max(loudest, 1e-30))
    return float(max(0.0, room) / _NEPER_DB / seconds)


class Attack:
    """The attack of a sound, and gains that change it.

    The level between the onset and the loudest moment is made to rise faster or more slowly.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.
    onset : int
        The sample of the onset.
    """

    def __init__(self, samples: FloatArray, sr: int, onset: int) -> None:
        self.sr = sr
        self._n = len(samples)
        self._powers, self.step = step_powers(samples[: round(ATTACK_SECONDS * sr)], sr)
        self._level = envelope(self._powers)
        self._times = (np.arange(len(self._powers)) - ENVELOPE_STEPS + 0.5) * self.step / sr
        self._peak = int(self._level.argmax())
        # The level's windows reach 4 ms over the onset, so it begins to rise that long before.
        self._start = int(np.searchsorted(self._times, onset / sr)) - _REACH
        self._since = np.maximum(np.arange(len(self._level)) - self._start, 0)

    @property
    def peak(self) -> int:
        """The sample of the loudest moment."""
        return max(0, (self._peak - ENVELOPE_STEPS) * self.step)

    @cached_property
    def seconds(self) -> float:
        """The attack, as :func:`~neural_drum_machine.signal.descriptors.attack_time` measures."""
        return rise_steps(self._level) * self.step / self.sr

    def is_met(self, seconds: float, octaves: float = UNHEARD) -> bool:
        """Return whether the sound has this attack, but for less than some octaves, or none."""
        now = self.seconds
        return now <= 0 or bool(abs(np.log2(seconds / now)) < octaves)

    def gain(self, seconds: float) -> FloatArray:
        """Return gains ``(n,)``, float32, that give the sound an attack, as near as can be."""
        gains = np.ones(len(self._powers))
        if not self.is_met(seconds):
            change, miss = self._solve(seconds, self._own_rise)
            gains = self._own_rise(change)
            if miss > _MISSED:
                change, less = self._solve(seconds, self._even_rise)
                gains = self._even_rise(change) if less < miss else gains
        return self._samples(gains)

    def longer(self, change: float) -> FloatArray:
        """Return gains ``(n,)``, float32, for a rise that takes 2 to the power of `change` as long.

        They change evenly with `change`, and are 1 at 0. The attack that is measured may change a
        little more or less.
        """
        return self._samples(self._own_rise(change))

    def _samples(self, gains: DoubleArray) -> FloatArray:
        """Return gains of steps as gains of samples."""
        out = np.ones(self._n, np.float32)
        first = min(self._n, (len(gains) + 1) * self.step)  # later ones are 1
        out[:first] = np.interp(np.arange(first) / self.sr, self._times, gains, right=1.0)
        return out

    def _own_rise(self, change: float) -> DoubleArray:
        """Return gains for the sound's own rise, which takes 2 to the power of `change` as long."""
        steps = np.arange(len(self._level))
        before = np.minimum(self._start + self._since * 2.0**-change, self._peak)
        return self._towards(np.interp(before, steps, self._level))

    def _even_rise(self, change: float) -> DoubleArray:
        """Return gains for an even rise, which takes 2 to the power of `change` as long."""
        length = max(self.seconds / 0.8 * self.sr / self.step, 4.0) * 2.0**change
        return self._towards(self._level.max() * np.minimum(self._since / length, 1))

    def _towards(self, rise: DoubleArray) -> DoubleArray:
        """Return gains that bring the level up to its loudest moment to a rise.

        The rise stays as high as that moment until it comes. After it, nothing gets louder.
        """
        least = _LEAST * self._level.max()
        logs = np.log(np.maximum(rise, least) / np.maximum(self._level, least))
        logs = np.clip(logs, -_MOST_DOWN, _MOST_UP)
        logs[self._peak :] = np.minimum(logs[self._peak :], 0)
        gains: DoubleArray = np.exp(logs)
        return gains

    def _after(self, gains: DoubleArray) -> float:
        return rise_steps(envelope(self._powers * np.square(gains))) * self.step / self.sr

    def _solve(self, seconds: float, gains: Callable[[float], DoubleArray]) -> tuple[float, float]:
        """Return the change that brings the attack nearest to a value, and octaves of its miss."""

        def miss(found: float) -> float:
            return abs(float(np.log2(max(found, 1e-4) / seconds)))

        sign = 1.0 if seconds > self.seconds else -1.0
        reached = [(0.0, self.seconds)]
        for step in sign * np.linspace(0, _MOST_CHANGE, _TRIES)[1:]:
            reached.append((float(step), self._after(gains(float(step)))))
            if sign * (reached[-1][1] - seconds) >= 0:
                # The first crossing is the gentlest change. The attack jumps where another moment
                # becomes the loudest: then the nearer side of the jump is taken.
                ends = reached[-2:]
                for _ in range(_HALVINGS):
                    middle = (ends[0][0] + ends[1][0]) / 2
                    found = self._after(gains(middle))
                    ends[int(sign * (found - seconds) >= 0)] = (middle, found)
                reached += ends
                break
        best = min(reached, key=lambda each: miss(each[1]))
        return best[0], miss(best[1])
