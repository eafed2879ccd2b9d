"""Open and closed hi-hats: two thin plates, as square oscillators, as noise or as many modes."""

import numpy as np
from scipy import signal

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.prepare.derived.voices.blocks import (
    RATE,
    burst,
    decay,
    heard,
    level,
    mix,
    modes,
    noise,
    samples,
    squares,
    swell,
)
from neural_drum_machine.prepare.derived.voices.filters import HIGHEST, band
from neural_drum_machine.prepare.derived.voices.parameter import (
    MODEL,
    ROOM,
    Parameter,
    Values,
    Voice,
    contact,
    squeeze,
)
from neural_drum_machine.prepare.derived.voices.room import place

_TR808 = np.array([205.3, 304.4, 369.6, 522.7, 540.0, 800.0])
"""The six oscillators of the TR-808's cymbals and hats, in Hz (service notes)."""


def _parameters(low: float, high: float) -> tuple[Parameter, ...]:
    return (
        Parameter(MODEL, 0, 3, "whole", "", "0 TR-808, 1 ring modulation, 2 noise, 3 acoustic"),
        Parameter("pitch", 0.7, 1.6, "log", "", "pitch of the metal, relative"),
        Parameter("tone", 1800.0, 10000.0, "log", "Hz", "where the sound's energy begins"),
        Parameter("decay", low, high, "log", "s", "decay time"),
        Parameter("bloom", 0.0005, 0.02, "log", "s", "time in which the plates' sound grows"),
        Parameter("noise", 0.05, 1.0, "log", "", "level of noise over the metal's"),
        Parameter("body", 0.05, 1.0, "linear", "", "level of what lies under `tone`"),
        Parameter("sizzle", 0.003, 0.3, "log", "", "level of the plates' long rest"),
        Parameter("sizzle_time", 0.3, 1.4, "log", "s", "decay time of the rest"),
        Parameter(
            "thump", 0.0, 0.5, "linear", "", "acoustic: level of the stand and its neighbours"
        ),
        Parameter("stick", 0.0, 1.0, "linear", "", "level of the stick's click"),
        contact(0.0003, 0.002),
        *ROOM,
    )


def _metal(p: Values, rng: np.random.Generator, n: int) -> FloatArray:
    """Return the plates' sound before its envelope."""
    model = int(p[MODEL])
    if model == 0:
        return squares(n, list(p["pitch"] * _TR808), list(rng.random(6)))
    if model == 1:
        # Products of squares: sums and differences of all harmonics, as in the CR-78's metal.
        f = p["pitch"] * np.array([430.0, 587.0, 845.0, 1187.0]) * rng.uniform(0.93, 1.07, 4)
        a, b, c, d = (squares(n, [frequency], [rng.random()]) for frequency in f)
        high = squares(n, [5.1 * f[0]], [rng.random()])
        return a * b + c * (d + 0.7 * high)
    if model == 2:
        return noise(rng, n)
    # A thin plate's modes lie ever closer; the loudest stand out of what has become noise.
    frequencies = p["pitch"] * np.exp(rng.uniform(np.log(450.0), np.log(13000.0), 18))
    t60s = rng.uniform(0.02, 0.25, 18)
    # Noise makes a mode of a decay time as loud as the root of that time.
    gains = 0.3 * rng.uniform(0.1, 0.5, 18) / np.sqrt(t60s * RATE / 20)
    response = modes(list(frequencies), list(gains), list(t60s))
    response[0] += 0.25
    out: FloatArray = signal.oaconvolve(noise(rng, n), response)
    return out[:n]


def hihat(p: Values, rng: np.random.Generator) -> FloatArray:
    """Return the raw sound.

    TR-808 service notes: six square oscillators that share no harmonics, through band passes
    around 3.4 and 7.1 kHz, then a high pass.
    """
    acoustic = p[MODEL] == 3
    n = samples(max(heard(p["decay"]), heard(p["sizzle_time"], p["sizzle"])))
    metal = _metal(p, rng, n)
    high = band(metal, p["tone"], HIGHEST, 2 if acoustic else 3)
    low = band(metal, (0.06 if acoustic else 0.3) * p["tone"], p["tone"])
    hiss = band(noise(rng, n), 0.6 * p["tone"], HIGHEST, 2)
    # Plates that touch die at once but for a rest that sizzles on.
    rest = p["sizzle"] * (decay(n, p["sizzle_time"]) - decay(n, 0.03)).clip(0.0)
    x = np.zeros(n, np.float32)
    # The deep part dies first; a stick's hit on plates blooms for some milliseconds.
    for part, gain, t60 in (
        (high, 1.0, p["decay"]),
        (low, p["body"], 0.7 * p["decay"]),
        (hiss, p["noise"], 0.85 * p["decay"]),
    ):
        bloom = p["bloom"] * rng.uniform(0.5, 1.5)
        shape = swell(n, bloom, t60) + rest
        shape *= part
        shape *= gain / (float(np.std(part)) + 1e-9)
        x += shape
    click = band(burst(rng, 0.012), 900.0, 6000.0)
    parts = [(1.0, level(x)), (0.5 * p["stick"], level(click))]
    if acoustic:
        # The stroke shakes the stand, and the drums around it answer.
        parts.append((p["thump"], level(band(burst(rng, 0.4), 120.0, 420.0))))
    return place(mix(*parts), rng, p)


def couple(places: dict[str, float], model: int) -> None:
    """Machines have no stick and little body; noise alone has no metal to be heard over."""
    squeeze(places, "tilt", 0.0, 0.85)
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
    "open_hihat": Voice(_parameters(0.4, 4.5), hihat, couple),
    "closed_hihat": Voice(_parameters(0.06, 0.55), hihat, couple),
}
