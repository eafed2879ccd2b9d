"""The room around a drum, the way of its recording, and the finished sound."""

import math
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import soxr
from scipy import fft

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.prepare.derived.tilt import tilt_response
from neural_drum_machine.prepare.derived.voices.blocks import (
    END_DB,
    MAX_SECONDS,
    RATE,
    decay,
    heard,
    level,
    noise,
    samples,
)
from neural_drum_machine.prepare.derived.voices.filters import band
from neural_drum_machine.signal.windows import fall, rise

START_DB = 60.0
"""The start is cut off while it is this far below the peak."""
MIN_SECONDS = 0.07
FADE_SECONDS = 0.04
_LEAD = 64
"""Samples of silence in front, because the filters of the recording start before the sound."""
_SIZES = sorted(k * 2**e for k in (4, 5, 6, 7) for e in range(9, 16))


@lru_cache(maxsize=len(_SIZES))
def _curves(size: int) -> tuple[FloatArray, FloatArray]:
    """Return frequencies and a room's colour of a transform's bins."""
    f = np.fft.rfftfreq(size, 1 / RATE)
    # Air and walls absorb the treble; small rooms have no deep bass.
    colour = 1.0 / (1.0 + (f / 5500.0) ** 2) * (f / (f + 40.0))
    return f.astype(np.float32), colour.astype(np.float32)


def place(x: FloatArray, rng: np.random.Generator, room: Mapping[str, float]) -> FloatArray:
    """Return the sound in a room, after a mixing desk.

    Parameters
    ----------
    x : numpy.ndarray
        Shape ``(n,)``.
    rng : numpy.random.Generator
        Draws the room's reflections.
    room : mapping of str to float
        ``room``: amplitude of the room's response over the direct sound's; ``room_time``: its
        decay time; ``tilt``: decibels an octave around 1 kHz; ``top``: frequency in Hz above which
        microphone, converter or sampler lets little through (fourth order); ``wash``: level of the
        broad noise that a strike leaves behind; ``contact``: time in which the strike gains its
        force, so that no sound starts with a step.
    """
    wet = room["room"] > 0.005
    answer = _answer(rng, room) if wet else np.zeros(0, np.float32)
    n = len(x) + len(answer)
    size = next(s for s in _SIZES if s >= n + 2 * _LEAD)
    f, colour = _curves(size)
    padded = np.zeros(size, np.float32)
    padded[_LEAD : _LEAD + len(x)] = x
    m = min(len(x), round(room["contact"] * RATE))
    padded[_LEAD : _LEAD + m] *= rise(m)
    spectrum = fft.rfft(padded)
    if wet:
        spectrum *= 1.0 + fft.rfft(answer, size) * colour
    spectrum *= tilt_response(size, RATE, room["tilt"])
    spectrum /= np.sqrt(1.0 + np.square(np.square(np.square(f / room["top"]))))
    n_wash = samples(heard(0.35 + room["room_time"], room["wash"]))
    out = np.zeros(min(samples(MAX_SECONDS), max(n + 2 * _LEAD, n_wash + _LEAD)), np.float32)
    m = min(len(out), n + 2 * _LEAD)
    out[:m] = level(fft.irfft(spectrum, size)[:m])
    n_wash = min(n_wash, len(out) - _LEAD)
    hiss = band(noise(rng, n_wash), 0.0, min(2430.0, room["top"]))
    out[_LEAD : _LEAD + n_wash] += (
        1.4 * room["wash"] * hiss * decay(n_wash, 0.35 + room["room_time"])
    )
    return out


def _answer(rng: np.random.Generator, room: Mapping[str, float]) -> FloatArray:
    """Return a room's response: a few early reflections, then the tail that grows out of them."""
    n = samples(min(0.8, 1.1 * room["room_time"]))
    out = 0.35 * noise(rng, n) * decay(n, room["room_time"])
    grown = min(n, round(0.012 * RATE))
    out[:grown] *= (np.arange(grown) / (0.012 * RATE)).astype(np.float32)
    for delay in rng.uniform(0.002, 0.028, 6):
        i = min(round(delay * RATE), n - 1)
        out[i] += 4.0 * rng.choice((-1.0, 1.0)) * np.exp(-delay / 0.02)
    return out * (room["room"] / math.sqrt(float(np.square(out).sum())))


def finish(x: FloatArray, sr: int) -> FloatArray:
    """Return the sound as a hit: silence cut off, ends faded, peak 1, float32, at a rate."""
    x = level(x)
    size = np.abs(x)
    start = int((size > 10 ** (-START_DB / 20)).argmax())
    end = len(x) - int((size[::-1] > 10 ** (-END_DB / 20)).argmax())
    n = samples(max((end - start) / RATE, MIN_SECONDS))
    x = x[start : start + n]
    x = np.pad(x, (0, n - len(x)))
    x[:8] *= np.linspace(0.0, 1.0, 8, dtype=np.float32)
    n_fade = min(round(FADE_SECONDS * RATE), n // 4)
    x[-n_fade:] *= fall(n_fade).astype(np.float32)
    out = level(x)
    if sr != RATE:
        out = soxr.resample(out, RATE, sr, quality="HQ")
        out[0] = 0.0
        out /= np.abs(out).max()
    return out
