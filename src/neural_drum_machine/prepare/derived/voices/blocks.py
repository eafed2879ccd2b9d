"""Building blocks of the voices: envelopes, oscillators, modes, noise.

All voices are rendered at one rate, 44.1 kHz. Times are in seconds, frequencies in Hz, signals
float32 of shape ``(n,)``. A decay time is the time in which a sound falls by 60 dB. Each block
returns only the samples that can be heard, because most parts of a drum sound are much shorter than
the whole.
"""

import math
from collections.abc import Sequence

import numpy as np

from neural_drum_machine.arrays import DoubleArray, FloatArray
from neural_drum_machine.prepare.derived.envelope import exponential

RATE = 44100
"""Sample rate at which every voice is rendered."""
MAX_SECONDS = 2.0
"""Longest sound; what rings longer is faded out there."""
END_DB = 66.0
"""A part counts as ended when it has fallen this far below a level of 1."""

_CLOCK: DoubleArray = np.arange(round(MAX_SECONDS * RATE)) / RATE
_CLOCK.flags.writeable = False


def samples(seconds: float) -> int:
    """Return the number of samples of a time, at least 1 and at most those of the longest sound."""
    return max(1, min(len(_CLOCK), round(seconds * RATE)))


def clock(n: int) -> DoubleArray:
    """Return the times of `n` samples (read-only)."""
    return _CLOCK[:n]


def heard(t60: float, gain: float = 1.0) -> float:
    """Return how many seconds a decay of a level is heard."""
    return t60 * max(0.0, END_DB + 20 * math.log10(max(gain, 1e-6))) / 60.0


def decay(n: int, t60: float) -> FloatArray:
    """Return an exponential that starts at 1 and has fallen by 60 dB at `t60`."""
    return exponential(n, -60.0 / t60, RATE)


def swell(n: int, attack: float, t60: float) -> FloatArray:
    """Return a soft rise of `attack` seconds (half a cosine), followed by an exponential."""
    m = min(n, max(1, round(attack * RATE)))
    rise = (0.5 - 0.5 * np.cos(np.pi * np.arange(m) / m)).astype(np.float32)
    return np.concatenate([rise, decay(n - m, t60)]) if m < n else rise


def noise(rng: np.random.Generator, n: int) -> FloatArray:
    """Return white noise of standard deviation 1."""
    return rng.standard_normal(n, dtype=np.float32)


def burst(rng: np.random.Generator, t60: float) -> FloatArray:
    """Return white noise that decays, as long as it is heard."""
    n = samples(heard(t60))
    return noise(rng, n) * decay(n, t60)


def modes(
    frequencies: Sequence[float],
    gains: Sequence[float],
    t60s: Sequence[float],
    bend: float = 0.0,
    bend_time: float = 0.01,
) -> FloatArray:
    """Return a sum of decaying sines that all start at phase 0.

    Parameters
    ----------
    frequencies, gains, t60s : sequence of float
        Of each mode; those above 20 kHz are left out.
    bend, bend_time : float
        The pitches start `1 + bend` times as high and settle with the time constant `bend_time`,
        like those of a membrane that was struck hard, or of a bridged-T oscillator after its
        trigger.
    """
    lengths = [samples(heard(t, abs(g))) for g, t in zip(gains, t60s, strict=True)]
    n = max(lengths)
    t = clock(n)
    bent = t + bend * bend_time * (1.0 - np.exp(-t / bend_time)) if bend else t
    out = np.zeros(n, np.float32)
    for frequency, gain, t60, m in zip(frequencies, gains, t60s, lengths, strict=True):
        if frequency < 20_000.0:
            periods = frequency * bent[:m]
            # In single precision sines cost a tenth; without whole periods the phase is exact.
            periods -= np.floor(periods)
            sine = np.sin((2 * np.pi * periods).astype(np.float32))
            sine *= decay(m, t60)
            sine *= np.float32(gain)
            out[:m] += sine
    return out


def square(n: int, frequency: float, phase: float) -> FloatArray:
    """Return a square wave of peak 1 whose steps are rounded (PolyBLEP) against aliasing.

    `phase` is in periods.
    """
    first, last = math.floor(2 * phase) + 1, math.ceil(2 * (frequency * n / RATE + phase))
    step = np.arange(first, last)
    place = (step / 2 - phase) * RATE / frequency
    i = np.floor(place).astype(np.int64)
    late = place - i
    sign = np.where(step % 2, -1.0, 1.0)
    keep = i < n - 1
    i, late, sign = i[keep], late[keep], sign[keep]
    # Whole steps are summed up; the two samples around each are then rounded.
    out = np.zeros(n, np.float32)
    out[0] = 1.0 if first % 2 else -1.0
    out[i + 1] += 2 * sign
    np.cumsum(out, out=out)
    out[i] += sign * np.square(1.0 - late)
    out[i + 1] -= sign * np.square(late)
    return out


def level(x: FloatArray) -> FloatArray:
    """Return the signal with a peak of 1; silence stays silence."""
    peak = max(float(x.max(initial=0.0)), -float(x.min(initial=0.0)))
    return x / peak if peak > 0 else x


def mix(*parts: tuple[float, FloatArray] | tuple[float, FloatArray, float]) -> FloatArray:
    """Return the sum of parts: gain and signal of each, and where it starts in seconds.

    The sum is as long as the part that ends last, and never longer than the longest sound.
    """
    placed = [(p[0], p[1], round(p[2] * RATE) if len(p) == 3 else 0) for p in parts]
    out = np.zeros(min(len(_CLOCK), max(start + len(x) for _, x, start in placed)), np.float32)
    for gain, x, start in placed:
        n = min(len(x), len(out) - start)
        if n > 0 and gain:
            out[start : start + n] += np.float32(gain) * x[:n]
    return out


def drive(x: FloatArray, amount: float) -> FloatArray:
    """Return a saturated copy, peak 1: 0 leaves the signal alone, 1 is thick, 4 almost square."""
    x = level(x)
    if amount < 0.02:
        return x
    return level(np.tanh(2.0 * amount * x))


def collisions(density: FloatArray, rng: np.random.Generator, gamma: float = 1.5) -> FloatArray:
    """Return random impulses, as of beads in a shell or jingles on a rim that collide.

    Parameters
    ----------
    density : numpy.ndarray
        Shape ``(n,)``, not negative: expected impulses a second.
    rng : numpy.random.Generator
        Draws the times, strengths and signs.
    gamma : float
        How uneven the strengths are; 0 makes them equal.

    Notes
    -----
    Cook's PhISEM: many particles' collisions are a Poisson process whose rate follows the
    energy in the system.
    """
    hits = np.flatnonzero(rng.random(len(density), dtype=np.float32) < density / RATE)
    strength = rng.standard_normal(len(hits))
    out = np.zeros(len(density), np.float32)
    out[hits] = np.sign(strength) * np.abs(strength) ** gamma
    return out
