"""Building blocks of the voices: envelopes, oscillators, modes, noise, filters, room.

Times are in seconds, frequencies in Hz, signals float64 of shape ``(n,)``. A decay time is the
time in which a sound falls by 60 dB.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

from neural_drum_machine.arrays import FloatArray

Signal = npt.NDArray[np.float64]

MAX_SECONDS = 1.0
"""Length of every rendered sound before its silence is cut off."""
END_DB = 66.0
"""The end is cut off where it stays this far below the peak."""
START_DB = 60.0
"""The start is cut off while it is this far below the peak."""
MIN_SECONDS = 0.07
FADE_SECONDS = 0.04


def clock(sr: int, seconds: float = MAX_SECONDS) -> Signal:
    """Return the times of the samples of `seconds`."""
    times: Signal = np.arange(round(seconds * sr), dtype=np.float64)
    return times / sr


def decay(t: Signal, t60: float) -> Signal:
    """Return an exponential that starts at 1 and has fallen by 60 dB at `t60`."""
    return np.exp((-math.log(1000.0) / t60) * t)


def swell(t: Signal, attack: float, t60: float) -> Signal:
    """Return a soft rise of `attack` seconds (half a cosine), followed by an exponential."""
    rise = 0.5 - 0.5 * np.cos(np.pi * np.minimum(t / max(attack, 1e-4), 1.0))
    return rise * decay(np.maximum(t - attack, 0.0), t60)


def bent_time(t: Signal, bend: float, seconds: float) -> Signal:
    """Return a clock that runs `1 + bend` times as fast at first and settles with time.

    A sine of this time glides down, like the pitch of a membrane that was struck hard, or of a
    bridged-T oscillator after its trigger. `seconds` is the glide's time constant.
    """
    return t + bend * seconds * (1.0 - np.exp(-t / seconds))


def modes(
    t: Signal,
    bent: Signal,
    frequencies: Sequence[float],
    gains: Sequence[float],
    t60s: Sequence[float],
    sr: int,
) -> Signal:
    """Return a sum of decaying sines that all start at phase 0.

    Parameters
    ----------
    t, bent : numpy.ndarray
        Shape ``(n,)``: the clock of the decays and the one of the pitches (`bent_time`).
    frequencies, gains, t60s : sequence of float
        Of each mode; those above 0.45 of the sample rate are left out.
    sr : int
        Sample rate.
    """
    out = np.zeros_like(t)
    for frequency, gain, t60 in zip(frequencies, gains, t60s, strict=True):
        if frequency < 0.45 * sr:
            # Below −80 dB a mode is inaudible, so that short modes cost only their length.
            n = min(len(t), int(1.35 * t60 * sr) + 1)
            out[:n] += gain * decay(t[:n], t60) * np.sin(2 * np.pi * frequency * bent[:n])
    return out


def square(t: Signal, frequency: float, phase: float, sr: int) -> Signal:
    """Return a square wave of peak 1 whose steps are rounded (PolyBLEP) against aliasing.

    `phase` is in periods.
    """
    step = frequency / sr
    ramp = (t * frequency + phase) % 1.0
    out = np.where(ramp < 0.5, 1.0, -1.0)
    for place, sign in ((ramp, 1.0), ((ramp + 0.5) % 1.0, -1.0)):
        early, late = place < step, place > 1.0 - step
        x = place[early] / step
        out[early] += sign * (2 * x - x * x - 1.0)
        x = (place[late] - 1.0) / step
        out[late] += sign * (x * x + 2 * x + 1.0)
    return out


def ring(excitation: Signal, frequency: float, t60: float, sr: int) -> Signal:
    """Return an excitation filtered by a resonator (two poles) with a decay time.

    Its impulse response is a sine that starts with a height near 1.
    """
    radius = 10.0 ** (-3.0 / (t60 * sr))
    angle = 2 * np.pi * min(frequency, 0.47 * sr) / sr
    out: Signal = signal.lfilter(
        [np.sin(angle)], [1.0, -2 * radius * np.cos(angle), radius**2], excitation
    )
    return out


def band(x: Signal, low: float, high: float, sr: int, order: int = 2) -> Signal:
    """Return the signal between two frequencies (Butterworth).

    A `low` under 15 Hz makes it a low pass, a `high` over 0.46 of the rate a high pass.
    """
    low = min(low, 0.4 * sr)
    if high >= 0.46 * sr:
        b, a = signal.butter(order, low, "highpass", fs=sr)
    elif low < 15.0:
        b, a = signal.butter(order, high, "lowpass", fs=sr)
    else:
        b, a = signal.butter(order, [low, max(high, 1.05 * low)], "bandpass", fs=sr)
    # At most four poles: second-order sections are not needed, and take longer to design.
    out: Signal = signal.lfilter(b, a, x)
    return out


def level(x: Signal) -> Signal:
    """Return the signal with a peak of 1; silence stays silence."""
    peak = float(np.abs(x).max(initial=0.0))
    return x / peak if peak > 0 else x


def add_burst(out: Signal, burst: Signal, start: float, gain: float, sr: int) -> None:
    """Add a short sound to a longer one, in place at `start` seconds; cut it at the end."""
    i = round(start * sr)
    n = min(len(burst), len(out) - i)
    if n > 0:
        out[i : i + n] += gain * burst[:n]


def drive(x: Signal, amount: float) -> Signal:
    """Return a saturated copy, peak 1: 0 leaves the signal alone, 1 is thick, 4 almost square."""
    x = level(x)
    if amount < 0.02:
        return x
    return level(np.tanh(amount * x * 2.0))


def collisions(density: Signal, rng: np.random.Generator, sr: int, gamma: float = 1.5) -> Signal:
    """Return random impulses, as of beads in a shell or jingles on a rim that collide.

    Parameters
    ----------
    density : numpy.ndarray
        Shape ``(n,)``, not negative: expected impulses a second.
    rng : numpy.random.Generator
        Draws the times, strengths and signs.
    sr : int
        Sample rate.
    gamma : float
        How uneven the strengths are; 0 makes them equal.

    Notes
    -----
    Cook's PhISEM: many particles' collisions are a Poisson process whose rate follows the
    energy in the system.
    """
    n = len(density)
    hit = rng.random(n) < density / sr
    strength = rng.standard_normal(n)
    return np.where(hit, np.sign(strength) * np.abs(strength) ** gamma, 0.0)


@lru_cache(maxsize=8)
def _room_curves(size: int, sr: int) -> tuple[Signal, Signal]:
    """Return a room's colour and the octaves from 1 kHz (60 Hz up) of a transform's bins."""
    f: Signal = np.fft.rfftfreq(size, 1 / sr).astype(np.float64)
    # Air and walls absorb the treble; small rooms have no deep bass.
    colour: Signal = 1.0 / (1.0 + (f / 5500.0) ** 2) * (f / (f + 40.0))
    octaves: Signal = np.log2(np.maximum(f, 60.0) / 1000.0)
    return colour, octaves


def place(x: Signal, rng: np.random.Generator, sr: int, room: Mapping[str, float]) -> Signal:
    """Return the sound in a room, after a mixing desk.

    Parameters
    ----------
    x : numpy.ndarray
        Shape ``(n,)``.
    rng : numpy.random.Generator
        Draws the room's reflections.
    sr : int
        Sample rate.
    room : mapping of str to float
        ``room``: amplitude of the room's response over the direct sound's; ``room_time``: its
        decay time; ``tilt``: decibels an octave around 1 kHz, from 60 Hz up; ``wash``:
        level of the broad noise that a strike leaves behind.
    """
    n = len(x)
    size = int(fft.next_fast_len(n + round(0.8 * sr), real=True))
    spectrum = fft.rfft(x, size)
    colour, octaves = _room_curves(size, sr)
    if room["room"] > 0.005:
        t = clock(sr, min(0.8, 1.1 * room["room_time"]))
        # A few early reflections, then the dense tail that grows out of them.
        answer = (
            0.35
            * rng.standard_normal(len(t))
            * decay(t, room["room_time"])
            * np.minimum(t / 0.012, 1)
        )
        for delay in rng.uniform(0.002, 0.028, 6):
            i = min(round(delay * sr), len(t) - 1)
            answer[i] += 4.0 * rng.choice((-1.0, 1.0)) * np.exp(-delay / 0.02)
        answer *= room["room"] / np.sqrt(np.square(answer).sum())
        spectrum *= 1.0 + fft.rfft(answer, size) * colour
    spectrum *= np.exp((math.log(10.0) / 20.0 * room["tilt"]) * octaves)
    out: Signal = level(fft.irfft(spectrum, size)[:n])
    noise: Signal = signal.lfilter([0.5], [1.0, -0.5], rng.standard_normal(n))
    out += room["wash"] * noise * decay(clock(sr)[:n], 0.35 + room["room_time"])
    return out


def finish(x: Signal, sr: int) -> FloatArray:
    """Return the sound as a hit: silence cut off, end faded, peak 1, float32."""
    x = level(np.nan_to_num(x))
    size = np.abs(x)
    start = int(np.flatnonzero(size > 10 ** (-START_DB / 20))[0])
    end = int(np.flatnonzero(size > 10 ** (-END_DB / 20))[-1]) + 1
    n = min(max(end - start, round(MIN_SECONDS * sr)), round(MAX_SECONDS * sr))
    x = x[start : start + n]
    x = np.pad(x, (0, n - len(x)))
    n_fade = min(round(FADE_SECONDS * sr), n // 4)
    x[-n_fade:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(1, n_fade + 1) / n_fade)
    return level(x).astype(np.float32)
