"""Tambourine and shaker: many small collisions, of jingles that ring and of beads that do not."""

import numpy as np

from neural_drum_machine.prepare.derived.voices.dsp import (
    Signal,
    band,
    clock,
    collisions,
    level,
    modes,
    place,
    ring,
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

TAMBOURINE_PARAMETERS = (
    Parameter(MODEL, 0, 2, "whole", "", "0 hit, 1 shake, 2 machine (LM-2, CR-78)"),
    Parameter("pitch", 4500.0, 9000.0, "log", "Hz", "lowest loud mode of the jingles"),
    Parameter("modes", 3, 8, "whole", "", "number of loud modes"),
    Parameter("ring", 0.13, 1.0, "log", "s", "decay time of a jingle"),
    Parameter("decay", 0.09, 0.5, "log", "s", "decay time of the jingles' movement"),
    Parameter("density", 300.0, 3000.0, "log", "1/s", "collisions a second at first"),
    Parameter("noise", 0.08, 1.2, "log", "", "level of the jingles' broad rustle"),
    Parameter("head", 0.0, 0.3, "linear", "", "level of the frame or head that is struck"),
    Parameter("gap", 0.03, 0.12, "log", "s", "time between the strokes of a shake"),
    *ROOM,
)

SHAKER_PARAMETERS = (
    Parameter(MODEL, 0, 2, "whole", "", "0 one stroke, 1 two strokes, 2 machine (shaped noise)"),
    Parameter("tone", 5000.0, 10000.0, "log", "Hz", "centre of the shell's resonance"),
    Parameter("width", 0.08, 0.8, "log", "", "width of the resonance over its centre"),
    Parameter("attack", 0.015, 0.075, "log", "s", "time in which the stroke swells"),
    Parameter("decay", 0.08, 0.32, "log", "s", "decay time of the stroke"),
    Parameter("density", 1500.0, 12000.0, "log", "1/s", "collisions a second at the loudest"),
    Parameter("grain", 0.0006, 0.003, "log", "s", "decay time of a bead's knock"),
    Parameter("gap", 0.07, 0.2, "log", "s", "time between two strokes"),
    *ROOM,
)


def tambourine(p: Values, rng: np.random.Generator, sr: int) -> Signal:
    """Return the raw sound: jingles collide at random and ring in high, inharmonic modes."""
    t = clock(sr)
    model = int(p[MODEL])
    energy = swell(t, 0.004 if model == 0 else 0.02, p["decay"])
    if model == 1:
        for i, gain in enumerate(rng.uniform(0.3, 1.0, int(rng.integers(1, 4)))):
            start = (i + rng.uniform(0.7, 1.2)) * p["gap"]
            energy += gain * swell(np.maximum(t - start, 0), 0.01, p["decay"]) * (t >= start)
    out = np.zeros_like(t)
    top = min(10400.0, 0.46 * sr)
    span = np.linspace(np.log(p["pitch"]), np.log(top), int(p["modes"]) + 1)[:-1]
    step = (np.log(top) - np.log(p["pitch"])) / p["modes"]
    for frequency in np.exp(span + step * rng.uniform(0.0, 0.8, len(span))):
        knocks = collisions(p["density"] * energy, rng, sr) * np.sqrt(energy)
        if model == 2:
            knocks = rng.standard_normal(len(t)) * energy
        knocks[: round(0.003 * sr)] += 1.5 * rng.standard_normal(round(0.003 * sr))
        for detune in rng.uniform(0.985, 1.015, 2):
            voice = ring(knocks, frequency * detune, p["ring"] * rng.uniform(0.4, 1.0), sr)
            out += rng.uniform(0.2, 1.0) * voice / (np.abs(voice).max() + 1e-9)
    rustle = band(rng.standard_normal(len(t)) * energy, 0.7 * p["pitch"], sr, sr, 1)
    x = level(out) + p["noise"] * level(rustle)
    x = band(x, 0.5 * p["pitch"], sr, sr, 1)
    if model == 0:
        skin = rng.uniform(180.0, 420.0)
        x += p["head"] * modes(t, t, [skin, 1.6 * skin, 2.3 * skin], [1, 0.5, 0.3], [0.08] * 3, sr)
    return place(x, rng, sr, p)


def shaker(p: Values, rng: np.random.Generator, sr: int) -> Signal:
    """Return the raw sound: beads knock on a shell while a stroke throws them (PhISEM)."""
    t = clock(sr)
    model = int(p[MODEL])
    energy = swell(t, p["attack"], p["decay"])
    if model == 1:
        late = np.maximum(t - p["gap"], 0.0)
        energy += rng.uniform(0.4, 1.0) * swell(late, 0.7 * p["attack"], p["decay"])
    if model == 2:
        x = rng.standard_normal(len(t)) * energy
    else:
        x = collisions(p["density"] * energy, rng, sr, 0.8) * np.sqrt(energy)
        # The beads that only roll: without them a shaker of few beads would stop dead.
        x += 0.04 * rng.standard_normal(len(t)) * np.sqrt(energy)
        x = ring(x, p["tone"], p["grain"], sr) + 0.15 * x
    t60 = 6.9 / (np.pi * p["width"] * p["tone"])
    x = ring(x, p["tone"], t60, sr)
    x = level(x) + 0.3 * level(ring(x, p["tone"] * rng.uniform(0.75, 1.2), t60, sr))
    x = band(x, 0.55 * p["tone"], sr, sr, 3)
    return place(level(x), rng, sr, p)


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
    squeeze(places, "room", 0.0, 0.85)
    squeeze(places, "wash", 0.0, 0.85)
    if model == 1:
        squeeze(places, "decay", 0.0, 0.6)


VOICES = {
    "tambourine": Voice(TAMBOURINE_PARAMETERS, tambourine, couple_tambourine),
    "shaker": Voice(SHAKER_PARAMETERS, shaker, couple_shaker),
}
