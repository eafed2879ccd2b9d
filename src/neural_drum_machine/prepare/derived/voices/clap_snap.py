"""Clap and snap: bursts of noise through the resonances of hands, and the room around them."""

import numpy as np

from neural_drum_machine.prepare.derived.voices.dsp import (
    Signal,
    add_burst,
    band,
    clock,
    decay,
    level,
    place,
    ring,
)
from neural_drum_machine.prepare.derived.voices.parameter import (
    MODEL,
    ROOM,
    Parameter,
    Values,
    Voice,
    squeeze,
)

CLAP_PARAMETERS = (
    Parameter(
        MODEL, 0, 2, "whole", "", "0 machine (TR-808), 1 several people, 2 one pair of hands"
    ),
    Parameter("bursts", 1, 6, "whole", "", "number of bursts"),
    Parameter("spacing", 0.008, 0.018, "log", "s", "mean time between bursts"),
    Parameter("tone", 600.0, 2400.0, "log", "Hz", "centre of the hands' resonance"),
    Parameter("width", 0.5, 2.5, "linear", "octaves", "width of the resonance"),
    Parameter("burst_decay", 0.012, 0.06, "log", "s", "decay time of a burst"),
    Parameter("air", 0.02, 0.7, "log", "", "level of unfiltered noise over the resonance's"),
    Parameter("tail", 0.05, 0.8, "log", "", "level of the tail over the last burst's"),
    Parameter("tail_time", 0.12, 0.9, "log", "s", "decay time of the tail"),
    *ROOM,
)

SNAP_PARAMETERS = (
    Parameter(MODEL, 0, 1, "whole", "", "0 machine, 1 fingers in a room"),
    Parameter("tone", 1000.0, 4500.0, "log", "Hz", "resonance of the hollow hand"),
    Parameter("ring", 0.006, 0.05, "log", "s", "decay time of the resonance"),
    Parameter("air", 0.03, 0.35, "log", "", "level of the broad noise over the resonance's"),
    Parameter("air_decay", 0.008, 0.03, "log", "s", "decay time of the broad noise"),
    Parameter("double", 0.004, 0.016, "log", "s", "time from the finger's slip to its impact"),
    Parameter("slip", 0.05, 0.7, "linear", "", "level of the slip over the impact's"),
    Parameter("tail", 0.02, 0.15, "log", "", "level of the tail"),
    Parameter("tail_time", 0.1, 0.6, "log", "s", "decay time of the tail"),
    Parameter("background", 0.0002, 0.006, "log", "", "level of the room's own hum and hiss"),
    *ROOM,
)


def clap(p: Values, rng: np.random.Generator, sr: int) -> Signal:
    """Return the raw sound.

    TR-808 service notes: band-passed noise, opened by a sawtooth of three teeth some 10 ms
    apart, and a longer envelope that stands for the room. Hands: every burst has resonances,
    strength and timing of its own.
    """
    t = clock(sr)
    model, bursts = int(p[MODEL]), int(p["bursts"])
    out = np.zeros_like(t)
    n = round(min(0.25, 3 * p["burst_decay"] + 0.03) * sr)
    start, octave = 0.0, 2.0 ** (p["width"] / 2)
    low, high = p["tone"] / octave, min(p["tone"] * octave, 0.44 * sr)
    for i in range(bursts):
        if model == 0:
            gain, shift = 1.0, 1.0
        else:
            gain, shift = rng.uniform(0.5, 1.0), 2.0 ** rng.uniform(-0.3, 0.3)
        noise = rng.standard_normal(n) * decay(t[:n], p["burst_decay"])
        hit = level(band(noise, low * shift, min(high * shift, 0.45 * sr), sr, 1))
        if model:
            # The hollow between two palms: a resonance or two of low quality.
            for _ in range(2):
                mode = p["tone"] * 2.0 ** rng.uniform(-0.8, 0.6)
                hit += rng.uniform(0.2, 0.8) * level(ring(noise, mode, 0.025, sr))
            hit = level(hit)
        air = level(rng.standard_normal(n) * decay(t[:n], 0.4 * p["burst_decay"]))
        add_burst(out, hit + p["air"] * air, start, gain, sr)
        if i < bursts - 1:
            jitter = 0.0 if model == 0 else 0.35
            start += p["spacing"] * (1.0 + rng.uniform(-jitter, jitter))
    tail = band(rng.standard_normal(len(t)) * decay(t, p["tail_time"]), low, high, sr, 1)
    out = level(out)
    add_burst(out, level(tail), start, p["tail"], sr)
    out = band(out, 0.3 * p["tone"], sr, sr, 1)
    return place(out, rng, sr, p)


def snap(p: Values, rng: np.random.Generator, sr: int) -> Signal:
    """Return the raw sound: the finger slips off the thumb, then hits the palm's hollow."""
    t = clock(sr)
    model = int(p[MODEL])
    n = round(0.2 * sr)
    burst = np.zeros(n)
    for start, gain, tone in ((0.0, p["slip"], 1.25), (p["double"], 1.0, 1.0)):
        m = n - round(start * sr)
        noise = rng.standard_normal(m) * decay(t[:m], 0.006)
        hit = level(ring(noise, p["tone"] * tone, p["ring"], sr))
        if model:
            hit += 0.5 * level(ring(noise, p["tone"] * rng.uniform(1.5, 2.6), 0.6 * p["ring"], sr))
        air = level(band(rng.standard_normal(m) * decay(t[:m], p["air_decay"]), 700.0, sr, sr))
        add_burst(burst, level(hit) + p["air"] * air, start, gain, sr)
    out = np.zeros_like(t)
    add_burst(out, level(burst), 0.0, 1.0, sr)
    # Snaps are recorded close and loud: the room answers each with a long tail of its colour.
    noise = rng.standard_normal(len(t)) * decay(t, p["tail_time"])
    tail = level(band(noise, 0.4 * p["tone"], 3 * p["tone"], sr, 1))
    for octave in rng.uniform(-1.0, 1.6, 3):
        mode = band(noise, 0.85 * p["tone"] * 2**octave, 1.15 * p["tone"] * 2**octave, sr, 1)
        tail += rng.uniform(0.2, 0.8) * level(mode)
    add_burst(out, tail, p["double"], p["tail"] * (0.3 + 0.7 * model), sr)
    out = level(band(out, 350.0, sr, sr))
    hiss = rng.standard_normal(len(t))
    hum = band(hiss, 25.0, 60.0, sr, 1)
    out += p["background"] * model * (level(hum) + 0.15 * level(band(hiss, 0.0, 5000.0, sr, 1)))
    return place(out, rng, sr, p)


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
