"""Clap and snap: bursts of noise through the resonances of hands, and the room around them."""

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.prepare.derived.voices.blocks import (
    burst,
    decay,
    heard,
    level,
    mix,
    noise,
    samples,
)
from neural_drum_machine.prepare.derived.voices.filters import HIGHEST, band, ring
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

CLAP_PARAMETERS = (
    Parameter(
        MODEL, 0, 2, "whole", "", "0 machine (TR-808), 1 several people, 2 one pair of hands"
    ),
    Parameter("bursts", 1, 6, "whole", "", "number of bursts"),
    Parameter("spacing", 0.008, 0.018, "log", "s", "mean time between bursts"),
    Parameter("tone", 700.0, 3200.0, "log", "Hz", "centre of the hands' resonance"),
    Parameter("width", 0.5, 2.5, "linear", "octaves", "width of the resonance"),
    Parameter("burst_decay", 0.012, 0.06, "log", "s", "decay time of a burst"),
    Parameter("air", 0.04, 1.0, "log", "", "level of unfiltered noise over the resonance's"),
    Parameter("tail", 0.05, 0.8, "log", "", "level of the tail over the last burst's"),
    Parameter("tail_time", 0.12, 0.9, "log", "s", "decay time of the tail"),
    contact(0.0003, 0.006),
    *ROOM,
)

SNAP_PARAMETERS = (
    Parameter(MODEL, 0, 1, "whole", "", "0 machine, 1 fingers in a room"),
    Parameter("tone", 1700.0, 7500.0, "log", "Hz", "resonance of the hollow hand"),
    Parameter("ring", 0.006, 0.05, "log", "s", "decay time of the resonance"),
    Parameter("air", 0.1, 1.2, "log", "", "level of the broad noise over the resonance's"),
    Parameter("air_decay", 0.008, 0.03, "log", "s", "decay time of the broad noise"),
    Parameter("double", 0.004, 0.016, "log", "s", "time from the finger's slip to its impact"),
    Parameter("slip", 0.02, 0.7, "log", "", "level of the slip over the impact's"),
    Parameter("tail", 0.06, 0.6, "log", "", "level of the tail"),
    Parameter("tail_time", 0.25, 1.1, "log", "s", "decay time of the tail"),
    Parameter("background", 0.0002, 0.006, "log", "", "level of the room's own hum and hiss"),
    contact(0.0003, 0.006),
    *ROOM,
)


def clap(p: Values, rng: np.random.Generator) -> FloatArray:
    """Return the raw sound.

    TR-808 service notes: band-passed noise, opened by a sawtooth of three teeth some 10 ms
    apart, and a longer envelope that stands for the room. Hands: every burst has resonances,
    strength and timing of its own.
    """
    model, bursts = int(p[MODEL]), int(p["bursts"])
    start, octave = 0.0, 2.0 ** (p["width"] / 2)
    low, high = p["tone"] / octave, p["tone"] * octave
    parts = []
    for i in range(bursts):
        gain = shift = 1.0
        if model:
            # Who claps along is softer than who claps first.
            gain, shift = rng.uniform(0.3, 0.9) if i else 1.0, 2 ** rng.uniform(-0.3, 0.3)
        strike = burst(rng, p["burst_decay"])
        hit = level(band(strike, low * shift, high * shift))
        if model:
            # The hollow between two palms: a resonance or two of low quality.
            for _ in range(2):
                mode = p["tone"] * 2.0 ** rng.uniform(-0.8, 0.6)
                hit += rng.uniform(0.2, 0.8) * level(ring(strike, mode, 0.025))
            hit = level(hit)
        parts.append((gain, hit, start))
        parts.append((gain * p["air"], level(burst(rng, 0.4 * p["burst_decay"])), start))
        if i < bursts - 1:
            jitter = 0.0 if model == 0 else 0.35
            start += p["spacing"] * (1.0 + rng.uniform(-jitter, jitter))
    tail = band(burst(rng, p["tail_time"]), low, high)
    x = mix((1.0, level(mix(*parts))), (p["tail"], level(tail), start))
    return place(band(x, 0.3 * p["tone"], HIGHEST), rng, p)


def snap(p: Values, rng: np.random.Generator) -> FloatArray:
    """Return the raw sound: the finger slips off the thumb, then hits the palm's hollow."""
    model = int(p[MODEL])
    parts = []
    for start, gain, tone in ((0.0, p["slip"], 1.25), (p["double"], 1.0, 1.0)):
        # The finger's noise is short, the hollow rings on.
        strike = np.pad(burst(rng, 0.006), (0, samples(1.1 * p["ring"])))
        hit = level(ring(strike, p["tone"] * tone, p["ring"]))
        if model:
            second = ring(strike, p["tone"] * rng.uniform(1.5, 2.6), 0.6 * p["ring"])
            hit = level(hit + 0.5 * level(second))
        air = level(band(burst(rng, p["air_decay"]), 700.0, HIGHEST, 2))
        parts += [(gain, hit, start), (gain * p["air"], air, start)]
    # Snaps are recorded close and loud: the room answers each with a long tail of its colour.
    hiss = burst(rng, p["tail_time"])
    tail = level(band(hiss, 0.4 * p["tone"], 3 * p["tone"]))
    for octave in rng.uniform(-1.0, 1.6, 3):
        mode = band(hiss, 0.85 * p["tone"] * 2**octave, 1.15 * p["tone"] * 2**octave)
        tail += rng.uniform(0.2, 0.8) * level(mode)
    loud = p["tail"] * (0.3 + 0.7 * model)
    x = level(band(mix((1.0, level(mix(*parts))), (loud, tail, p["double"])), 350.0, HIGHEST, 2))
    if model:
        n = samples(heard(1.5, p["background"]))
        hiss = noise(rng, n)
        hum = level(band(hiss, 25.0, 60.0)) + 0.15 * level(band(hiss, 0.0, 5000.0))
        # It fades like the room's hum under a gate, or a network learns that it makes a snap.
        x = mix((1.0, x), (p["background"], hum * decay(n, 1.5)))
    return place(x, rng, p)


def couple_clap(places: dict[str, float], model: int) -> None:
    """One pair of hands claps once or twice; machines and crowds at least three times."""
    if model == 2:
        squeeze(places, "bursts", 0.0, 0.3)
    else:
        squeeze(places, "bursts", 0.34, 1.0)


VOICES = {
    "clap": Voice(CLAP_PARAMETERS, clap, couple_clap),
    "snap": Voice(SNAP_PARAMETERS, snap),
}
