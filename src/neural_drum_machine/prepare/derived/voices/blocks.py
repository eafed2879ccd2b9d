"""Building blocks of the voices: envelopes, oscillators, modes, noise.

All voices are rendered at one rate, 44.1 kHz. Times are in seconds, frequencies in Hz, signals
float32 of shape ``(n,)``. A decay time is the time in which a sound falls by 60 dB. Each block
returns only the samples that can be heard, because most parts of a drum sound are much shorter than
the whole.
"""

import cmath
import math
from collections.abc import Sequence

import numpy as np

from neural_drum_machine.arrays import DoubleArray, FloatArray
from neural_drum_machine.prepare.derived.envelope import exponential
from neural_drum_machine.signal.windows import rise

Part = tuple[float, FloatArray] | tuple[float, FloatArray, float]
"""Of a mix: gain, signal, and where it starts in seconds if that is not at 0."""

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
    start = rise(m).astype(np.float32)
    return np.concatenate([start, decay(n - m, t60)]) if m < n else start


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
    out = np.zeros(max(lengths), np.float32)
    # Periods by which each clock hertz has run ahead when the glide is over.
    ahead = bend * bend_time
    glides = [
        # The glide is over when it has less than a thousandth of a radian to go.
        min(n, round(bend_time * math.log(max(1.0, 6300.0 * f * ahead)) * RATE))
        for f, n in zip(frequencies, lengths, strict=True)
    ]
    t = clock(max(glides))
    bent = t + ahead * (1.0 - np.exp(-t / bend_time))
    for f, gain, t60, n, m in zip(frequencies, gains, t60s, lengths, glides, strict=True):
        if f < 20_000.0:
            periods = f * bent[:m]
            # In single precision sines cost a tenth; without whole periods the phase is exact.
            periods -= np.floor(periods)
            glide = np.sin((2 * np.pi * periods).astype(np.float32))
            glide *= decay(m, t60)
            out[:m] += np.float32(gain) * glide
            start = gain * cmath.exp(complex(-math.log(1000.0) / t60, 2 * math.pi * f) * m / RATE)
            out[m:n] += _sine(n - m, f, t60, start * cmath.exp(2j * math.pi * f * ahead))
    return out


def _sine(n: int, frequency: float, t60: float, start: complex) -> FloatArray:
    """Return a decaying sine, the imaginary part of a phasor that starts at `start`.

    The angles' sums give it from a coarse and a fine phasor, which costs a tenth.
    """
    rate = complex(-math.log(1000.0) / t60, 2 * math.pi * frequency) / RATE
    block = 256
    coarse = (start * np.exp(rate * block * np.arange(-(-n // block)))).astype(np.complex64)
    fine = np.exp(rate * np.arange(block)).astype(np.complex64)
    out = np.outer(coarse.imag, fine.real)
    out += np.outer(coarse.real, fine.imag)
    return out.ravel()[:n]


def squares(n: int, frequencies: Sequence[float], phases: Sequence[float]) -> FloatArray:
    """Return a sum of square waves of peak 1, with steps rounded (PolyBLEP) against aliasing.

    `phases` are in periods. A frequency must be under a quarter of the sample rate.
    """
    steps, rounding = np.zeros(n, np.float32), np.zeros(n, np.float32)
    for frequency, phase in zip(frequencies, phases, strict=True):
        first, last = math.floor(2 * phase) + 1, math.ceil(2 * (frequency * n / RATE + phase))
        edge = np.arange(first, last)
        place = (edge / 2 - phase) * RATE / frequency
        i = np.floor(place).astype(np.int64)
        late = place - i
        sign = np.where(edge % 2, -1.0, 1.0)
        keep = i < n - 1
        i, late, sign = i[keep], late[keep], sign[keep]
        # Steps are summed up once for all waves; the two samples around each are rounded.
        steps[0] += 1.0 if first % 2 else -1.0
        steps[i + 1] += 2 * sign
        rounding[i] += sign * np.square(1.0 - late)
        rounding[i + 1] -= sign * np.square(late)
    np.cumsum(steps, out=steps)
    steps += rounding
    return steps


def level(x: FloatArray) -> FloatArray:
    """Return the signal with a peak of 1; silence stays silence."""
    peak = max(float(x.max(initial=0.0)), -float(x.min(initial=0.0)))
    return x / peak if peak > 0 else x


def mix(*parts: Part) -> FloatArray:
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
