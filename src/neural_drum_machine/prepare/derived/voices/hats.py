"""Open and closed hi-hats: two thin plates, as square oscillators, as noise or as many modes."""

import numpy as np

from neural_drum_machine.prepare.derived.voices.dsp import (
    Signal,
    band,
    clock,
    decay,
    level,
    place,
    ring,
    square,
    swell,
)
from neural_drum_machine.prepare.derived.voices.parameter import (
    MODEL,
    ROOM,
    Parameter,
    Values,
    Voice,
    squeeze,
)

_TR808 = np.array([205.3, 304.4, 369.6, 522.7, 540.0, 800.0])
"""The six oscillators of the TR-808's cymbals and hats, in Hz (service notes)."""


def _parameters(low: float, high: float) -> tuple[Parameter, ...]:
    return (
        Parameter(MODEL, 0, 3, "whole", "", "0 TR-808, 1 ring modulation, 2 noise, 3 acoustic"),
        Parameter("pitch", 0.7, 1.6, "log", "", "pitch of the metal, relative"),
        Parameter("tone", 1300.0, 8000.0, "log", "Hz", "where the sound's energy begins"),
        Parameter("decay", low, high, "log", "s", "decay time"),
        Parameter("noise", 0.05, 1.0, "log", "", "level of noise over the metal's"),
        Parameter("body", 0.05, 1.3, "linear", "", "level of what lies under `tone`"),
        Parameter("sizzle", 0.003, 0.3, "log", "", "level of the plates' long rest"),
        Parameter("sizzle_time", 0.3, 1.4, "log", "s", "decay time of the rest"),
        Parameter(
            "thump", 0.0, 0.8, "linear", "", "acoustic: level of the stand and its neighbours"
        ),
        Parameter("stick", 0.0, 1.0, "linear", "", "level of the stick's click"),
        *ROOM,
    )


def _metal(p: Values, rng: np.random.Generator, t: Signal, sr: int) -> Signal:
    """Return the plates' sound before its envelope."""
    model = int(p[MODEL])
    if model == 0:
        return level(sum((square(t, p["pitch"] * f, rng.random(), sr) for f in _TR808), 0 * t))
    if model == 1:
        # Products of squares: sums and differences of all harmonics, as in the CR-78's metal.
        f = p["pitch"] * np.array([430.0, 587.0, 845.0, 1187.0]) * rng.uniform(0.93, 1.07, 4)
        a, b, c, d = (square(t, frequency, rng.random(), sr) for frequency in f)
        return level(a * b + c * d + 0.7 * np.sin(2 * np.pi * 5.1 * f[0] * t + 2 * a * c))
    if model == 2:
        return 0.3 * rng.standard_normal(len(t))
    # A thin plate's modes lie ever closer; the loudest stand out of what has become noise.
    strike = rng.standard_normal(len(t)) * decay(t, 0.9)
    out = 0.25 * strike
    for frequency in p["pitch"] * np.exp(rng.uniform(np.log(450.0), np.log(9500.0), 14)):
        mode = ring(strike, frequency, rng.uniform(0.02, 0.25), sr)
        out += rng.uniform(0.1, 0.5) * mode / (np.std(mode) + 1e-9)
    return level(out)


def hihat(p: Values, rng: np.random.Generator, sr: int) -> Signal:
    """Return the raw sound.

    TR-808 service notes: six square oscillators that share no harmonics, through band passes
    around 3.4 and 7.1 kHz, then a high pass.
    """
    t = clock(sr)
    metal = _metal(p, rng, t, sr)
    high = band(metal, p["tone"], sr, sr, 3 if p[MODEL] < 3 else 2)
    acoustic = p[MODEL] == 3
    low = band(metal, (0.06 if acoustic else 0.3) * p["tone"], p["tone"], sr, 1)
    hiss = band(rng.standard_normal(len(t)), 0.6 * p["tone"], sr, sr)
    x = np.zeros_like(t)
    # The deep part dies first; a stick's hit on plates blooms for some milliseconds.
    for part, gain, t60 in (
        (high, 1.0, p["decay"]),
        (low, p["body"], 0.7 * p["decay"]),
        (hiss, p["noise"], 0.85 * p["decay"]),
    ):
        attack = rng.uniform(0.001, 0.008) if acoustic else 0.0005
        shape = swell(t, attack, t60)
        # Plates that touch die at once but for a rest that sizzles on.
        shape += p["sizzle"] * np.maximum(decay(t, p["sizzle_time"]) - decay(t, 0.03), 0.0)
        x += gain * part / (np.std(part) + 1e-9) * shape
    click = band(rng.standard_normal(len(t)) * decay(t, 0.012), 900.0, 6000.0, sr, 1)
    x = level(x) + 0.5 * p["stick"] * level(click)
    if acoustic:
        # The stroke shakes the stand, and the drums around it answer.
        low = band(rng.standard_normal(len(t)) * decay(t, 0.4), 120.0, 420.0, sr, 1)
        x += p["thump"] * level(low)
    return place(x, rng, sr, p)


def couple(places: dict[str, float], model: int) -> None:
    """Machines have no stick and little body; noise alone has no metal to be heard over."""
    if model < 3:
        places["stick"] *= 0.3
        squeeze(places, "tone", 0.3, 1.0)
        places["body"] *= 0.5
        places["sizzle"] *= 0.5
        places["room"] *= 0.4
        places["wash"] *= 0.4
    else:
        squeeze(places, "tone", 0.0, 0.75)
        squeeze(places, "sizzle", 0.5, 1.0)
        squeeze(places, "noise", 0.4, 1.0)
        squeeze(places, "body", 0.3, 1.0)
        squeeze(places, "wash", 0.4, 1.0)
        squeeze(places, "room", 0.25, 1.0)


VOICES = {
    "open_hihat": Voice(_parameters(1.05, 5.0), hihat, couple),
    "closed_hihat": Voice(_parameters(0.1, 0.65), hihat, couple),
}
