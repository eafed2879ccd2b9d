"""Tambourine and shaker: many small collisions, of jingles that ring and of beads that do not."""

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.prepare.derived.voices.blocks import (
    RATE,
    Part,
    collisions,
    heard,
    level,
    mix,
    modes,
    noise,
    samples,
    swell,
)
from neural_drum_machine.prepare.derived.voices.filters import HIGHEST, band, ring, ring_pair
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

TOP_MODE = 14_000.0
"""Highest mode of a jingle that is told from noise, in Hz."""

TAMBOURINE_PARAMETERS = (
    Parameter(MODEL, 0, 2, "whole", "", "0 hit, 1 shake, 2 machine (LM-2, CR-78)"),
    Parameter("pitch", 2200.0, 9000.0, "log", "Hz", "lowest loud mode of the jingles"),
    Parameter("modes", 3, 8, "whole", "", "number of loud modes"),
    Parameter("ring", 0.13, 1.0, "log", "s", "decay time of a jingle"),
    Parameter("decay", 0.09, 0.5, "log", "s", "decay time of the jingles' movement"),
    Parameter("density", 300.0, 3000.0, "log", "1/s", "collisions a second at first"),
    Parameter("noise", 0.08, 1.2, "log", "", "level of the jingles' broad rustle"),
    Parameter("head", 0.0, 0.3, "linear", "", "level of the frame or head that is struck"),
    Parameter("gap", 0.03, 0.12, "log", "s", "time between the strokes of a shake"),
    contact(0.0003, 0.006),
    *ROOM,
)

SHAKER_PARAMETERS = (
    Parameter(MODEL, 0, 2, "whole", "", "0 one stroke, 1 two strokes, 2 machine (shaped noise)"),
    Parameter("tone", 3500.0, 18500.0, "log", "Hz", "centre of the shell's resonance"),
    Parameter("width", 0.2, 2.0, "log", "octaves", "half the width of the resonance"),
    Parameter("attack", 0.016, 0.09, "log", "s", "time in which the stroke swells"),
    Parameter("decay", 0.02, 0.3, "log", "s", "decay time of the stroke"),
    Parameter("density", 1500.0, 12000.0, "log", "1/s", "collisions a second at the loudest"),
    Parameter("grain", 0.0006, 0.003, "log", "s", "decay time of a bead's knock"),
    Parameter("gap", 0.07, 0.2, "log", "s", "time between two strokes"),
    contact(0.0003, 0.006),
    *ROOM,
)


def tambourine(p: Values, rng: np.random.Generator) -> FloatArray:
    """Return the raw sound: jingles collide at random and ring in high, inharmonic modes."""
    model = int(p[MODEL])
    stroke = heard(p["decay"])
    strokes: list[Part] = [
        (1.0, swell(samples(stroke), rng.uniform(0.003, 0.03) if model == 0 else 0.02, p["decay"]))
    ]
    if model == 1:
        for i in range(int(rng.integers(1, 4))):
            start = (i + rng.uniform(0.7, 1.2)) * p["gap"]
            strokes.append((rng.uniform(0.3, 1.0), swell(samples(stroke), 0.01, p["decay"]), start))
    ringing = np.zeros(samples(0.5 * stroke + 0.5 * heard(p["ring"])), np.float32)
    energy = mix(*strokes, (0.0, ringing))
    n = len(energy)
    out = np.zeros(n, np.float32)
    span = np.linspace(np.log(p["pitch"]), np.log(TOP_MODE), int(p["modes"]) + 1)
    step = span[1] - span[0]
    for frequency in np.exp(span[:-1] + step * rng.uniform(0.0, 0.8, len(span) - 1)):
        if model == 2:
            knocks = noise(rng, n) * energy
        else:
            knocks = collisions(p["density"] * energy, rng) * np.sqrt(energy)
        knocks[: round(0.003 * RATE)] += 1.5 * noise(rng, round(0.003 * RATE))
        # The two plates of a jingle are never tuned alike.
        detuned = frequency * rng.uniform(0.985, 1.015, 2)
        t60s = p["ring"] * rng.uniform(0.4, 1.0, 2)
        out += level(ring_pair(knocks, tuple(detuned), tuple(t60s), rng.uniform(0.2, 5.0)))
    rustle = band(noise(rng, n) * energy, 0.7 * p["pitch"], HIGHEST)
    x = level(out) + p["noise"] * level(rustle)
    x = band(x, 0.5 * p["pitch"], HIGHEST)
    if model == 0:
        skin = rng.uniform(180.0, 420.0)
        head = modes([skin, 1.6 * skin, 2.3 * skin], [1, 0.5, 0.3], [0.08] * 3)
        x = mix((1.0, x), (p["head"], head))
    return place(x, rng, p)


def shaker(p: Values, rng: np.random.Generator) -> FloatArray:
    """Return the raw sound: beads knock on a shell while a stroke throws them (PhISEM)."""
    model = int(p[MODEL])
    n = samples(p["attack"] + heard(p["decay"]))
    energy = swell(n, p["attack"], p["decay"])
    if model == 1:
        second = swell(n, 0.7 * p["attack"], p["decay"])
        energy = mix((1.0, energy), (rng.uniform(0.4, 1.0), second, p["gap"]))
        n = len(energy)
    if model == 2:
        x = noise(rng, n) * energy
    else:
        x = collisions(p["density"] * energy, rng, 0.8) * np.sqrt(energy)
        # The beads that only roll: without them a shaker of few beads would stop dead.
        x += 0.04 * noise(rng, n) * np.sqrt(energy)
        x = ring(x, p["tone"], p["grain"]) + 0.3 * x
    octave = 2.0 ** p["width"]
    beside = p["tone"] * rng.uniform(0.75, 1.2)
    x = level(band(x, p["tone"] / octave, min(p["tone"] * octave, 19_000.0)))
    x += 0.3 * level(band(x, beside / octave, min(beside * octave, 19_000.0)))
    x = band(x, 0.55 * p["tone"] / octave, HIGHEST, 3)
    return place(level(x), rng, p)


def couple_tambourine(places: dict[str, float], model: int) -> None:
    """Shorten a machine's tambourine, and let no room be far from a real one."""
    if model == 2:
        squeeze(places, "decay", 0.0, 0.6)
        places["room"] *= 0.4
        places["wash"] *= 0.4
    else:
        squeeze(places, "room", 0.1, 1.0)


def couple_shaker(places: dict[str, float], model: int) -> None:
    """Strokes that follow each other are short, and shakers are heard close by."""
    places["tone"] **= 0.6
    squeeze(places, "room", 0.0, 0.85)
    squeeze(places, "wash", 0.0, 0.85)
    if model == 1:
        squeeze(places, "decay", 0.0, 0.6)


VOICES = {
    "tambourine": Voice(TAMBOURINE_PARAMETERS, tambourine, couple_tambourine),
    "shaker": Voice(SHAKER_PARAMETERS, shaker, couple_shaker),
}
