"""Decay and attack by gains over time, solved on the envelope of a sound."""

from typing import Final

import numpy as np

from neural_drum_machine.arrays import DoubleArray, FloatArray
from neural_drum_machine.signal.descriptors import envelope, loudest_sample, rise_steps, step_powers

DECAY_DB: Final = 20.0
"""A decay is over when the rest of the energy is so far down."""
ATTACK_SECONDS: Final = 0.35
"""The attack is looked for in this stretch from the beginning of a sound."""
_MOST_RATE: Final = 2000.0
"""Nepers a second: the fastest fall that is laid over a sound."""
_END_DB: Final = -45.0
"""A sound that is made longer ends at least so far under its loudest moment."""
_MOST_UP, _MOST_DOWN = np.log(10.0), np.log(100.0)
_WHOLE_SHAPE: Final = 0.5
"""From this many octaves of change on, the rise has its even shape altogether."""
_MOST_CHANGE: Final = 6.0
"""Octaves."""
_TRIES: Final = 13
_HALVINGS: Final = 5


def block_energies(samples: FloatArray, sr: int) -> tuple[DoubleArray, int]:
    """Return the energy of a sound ``(n,)`` in blocks of 1 ms, and the samples of a block."""
    block = max(1, round(0.001 * sr))
    square = np.square(samples)
    whole = np.pad(square, (0, -len(square) % block)).reshape(-1, block)
    return whole.sum(axis=1, dtype=np.float64), block


def loudest_block(energies: DoubleArray) -> int:
    """Return the middle of the loudest 5 ms, as a number of blocks of 1 ms."""
    return int(np.convolve(energies, np.ones(5), mode="same").argmax())


def decay_seconds(energies: DoubleArray, peak: int) -> float:
    """Return the decay of blocks of 1 ms from the loudest on, between blocks, in seconds."""
    rest = energies[peak:][::-1].cumsum()[::-1]
    if not len(rest) or rest[0] <= 0:
        return 0.0
    floor = rest[0] * 10 ** (-DECAY_DB / 10)
    n = int((rest > floor).sum())
    if n >= len(rest):
        return len(rest) / 1000
    before, after = rest[n - 1], max(rest[n], 1e-300)
    return float(n - 1 + np.log(before / floor) / max(np.log(before / after), 1e-12)) / 1000


def decay_gain(samples: FloatArray, sr: int, seconds: float) -> FloatArray:
    """Return gains that give a sound a decay.

    Before the loudest moment they are 1, then they fall, or rise, by the same number of dB in each
    millisecond. A sound that is quieter than −45 dB at its end stays so.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.
    seconds : float
        The decay that is wanted: the time in which 20 dB of the energy are gone.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``, float32.
    """
    energies, block = block_energies(samples, sr)
    peak = loudest_block(energies)
    # The attack ends at the loudest moment of the envelope, which may come later.
    start = max(peak, loudest_sample(samples[: round(ATTACK_SECONDS * sr)], sr) // block)
    since = np.maximum(0.0, np.arange(len(energies)) - start) / 1000

    def decay(rate: float) -> float:
        return decay_seconds(energies * np.exp(-2 * rate * since), peak)

    low, high = -_most_growth(energies, peak, float(since[-1])), _MOST_RATE
    # The fall is searched on a scale on which slow and fast ones lie as dense.
    first, last = np.arcsinh(low), np.arcsinh(high)
    for _ in range(22):
        middle = (first + last) / 2
        if decay(float(np.sinh(middle))) > seconds:
            first = middle
        else:
            last = middle
    rate = float(np.sinh((first + last) / 2))
    at = np.maximum(0, np.arange(len(samples)) - (start + 0.5) * block) / sr
    out: FloatArray = np.exp(-rate * at).astype(np.float32)
    return out


def longest_decay(samples: FloatArray, sr: int) -> float:
    """Return the longest decay, in seconds, that :func:`decay_gain` gives a sound ``(n,)``."""
    energies, _ = block_energies(samples, sr)
    peak = loudest_block(energies)
    since = np.maximum(0, np.arange(len(energies)) - peak) / 1000
    growth = _most_growth(energies, peak, float(since[-1]))
    return decay_seconds(energies * np.exp(2 * growth * since), peak)


def _most_growth(energies: DoubleArray, peak: int, seconds: float) -> float:
    """Return the fastest growth, in nepers a second, that leaves the end of a sound quiet."""
    if seconds <= 0:
        return 0.0
    end = float(energies[-30:].mean())
    room = _END_DB - 10 * np.log10(max(end, 1e-30) / max(float(energies[peak]), 1e-30))
    return float(max(0.0, room) / 8.685889638 / seconds)


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
        self._times = (np.arange(len(self._powers)) - 16 + 0.5) * self.step / sr
        self._onset = onset / sr
        self._peak = int(self._level.argmax())

    @property
    def peak(self) -> int:
        """The sample of the loudest moment."""
        return max(0, (self._peak - 16) * self.step)

    @property
    def seconds(self) -> float:
        """The attack, as :func:`~neural_drum_machine.signal.descriptors.attack_time` measures."""
        return rise_steps(self._level) * self.step / self.sr

    def _gains(self, change: float) -> DoubleArray:
        """Return the gain of each step for a rise that is 2 to the power of `change` as long.

        The level rises evenly from the onset, and stays as high as the loudest moment until that
        comes. After it, nothing gets louder.
        """
        since = self._times - self._onset
        whole = self._level.max()
        level = np.maximum(self._level, 1e-3 * whole)
        length = np.clip(self.seconds / 0.8, 0.002, None) * 2.0**change
        rise = whole * np.clip(since / length, 1e-3, 1)
        logs = np.clip(np.log(rise / level), -_MOST_DOWN, _MOST_UP)
        logs[self._peak :] = np.minimum(logs[self._peak :], 0)
        # A rise of its own length leaves a sound as it is, whatever the shape of its rise.
        gains: DoubleArray = np.exp(min(1.0, abs(change) / _WHOLE_SHAPE) * logs)
        return gains

    def _after(self, change: float) -> float:
        powers = self._powers * np.square(self._gains(change))
        return rise_steps(envelope(powers)) * self.step / self.sr

    def gain(self, seconds: float) -> FloatArray:
        """Return gains ``(n,)``, float32, that give the sound an attack, as near as can be."""
        return self.longer(self._solve(seconds))

    def longer(self, change: float) -> FloatArray:
        """Return gains ``(n,)``, float32, for a rise that is 2 to the power of `change` as long.

        They change evenly with `change`, and are 1 at 0. The attack that is measured may change a
        little more or less.
        """
        gains = np.interp(np.arange(self._n) / self.sr, self._times, self._gains(change), right=1.0)
        out: FloatArray = gains.astype(np.float32)
        return out

    def _solve(self, seconds: float) -> float:
        """Return the change that brings the attack nearest to a value."""
        now = self.seconds
        sign = 1.0 if seconds > now else -1.0
        steps = sign * np.linspace(0, _MOST_CHANGE, _TRIES)
        reached = [now]
        for step in steps[1:]:
            reached.append(self._after(float(step)))
            if sign * (reached[-1] - seconds) >= 0:
                break
        k = len(reached) - 1
        if sign * (reached[k] - seconds) < 0:
            return float(steps[int(np.abs(np.array(reached) - seconds).argmin())])
        # The first crossing is the gentlest change. The attack jumps where another moment becomes
        # the loudest: then the nearer side of the jump is taken.
        ends = [(float(steps[k - 1]), reached[k - 1]), (float(steps[k]), reached[k])]
        for _ in range(_HALVINGS):
            middle = (ends[0][0] + ends[1][0]) / 2
            found = self._after(middle)
            ends[int(sign * (found - seconds) >= 0)] = (middle, found)
        return min(ends, key=lambda end: abs(end[1] - seconds))[0]
