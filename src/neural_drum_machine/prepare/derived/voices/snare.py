"""Snare: modes of a struck shell and head, and the wires that they make rattle."""

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.prepare.derived.voices.blocks import (
    burst,
    clock,
    decay,
    heard,
    level,
    mix,
    modes,
    noise,
    samples,
    swell,
)
from neural_drum_machine.prepare.derived.voices.filters import band
from neural_drum_machine.prepare.derived.voices.parameter import (
    MODEL,
    ROOM,
    Parameter,
    Values,
    Voice,
    contact,
    squeeze,
    toward,
)
from neural_drum_machine.prepare.derived.voices.room import place

PARAMETERS = (
    Parameter(MODEL, 0, 3, "whole", "", "0 TR-808, 1 TR-909, 2 acoustic with stick, 3 with brush"),
    Parameter("pitch", 105.0, 330.0, "log", "Hz", "lowest mode of the body"),
    Parameter("spread", 1.35, 2.1, "linear", "", "second mode over the first"),
    Parameter("bend", 0.01, 1.2, "log", "", "how much higher the pitch starts, in its multiples"),
    Parameter("decay", 0.08, 1.3, "log", "s", "decay time of the body"),
    Parameter("wires", 0.08, 3.0, "log", "", "level of the wires over the body's"),
    Parameter("wires_decay", 0.1, 1.3, "log", "s", "decay time of the wires"),
    Parameter("wires_low", 300.0, 3000.0, "log", "Hz", "lower edge of the wires' noise"),
    Parameter("wires_high", 4000.0, 18000.0, "log", "Hz", "upper edge of the wires' noise"),
    Parameter("stick", 0.0, 1.0, "linear", "", "level of the stick's click"),
    contact(0.0003, 0.012),
    *ROOM,
)


def sound(p: Values, rng: np.random.Generator) -> FloatArray:
    """Return the raw sound.

    TR-808 service notes: two bridged-T oscillators for the head and high-passed noise with an
    envelope of its own for the wires. TR-909: the oscillators glide down. Acoustic: more modes,
    and wires that answer the head, so that they start late and follow its envelope.
    """
    model = int(p[MODEL])
    if model < 2:
        ratios, gains = [1.0, p["spread"]], [1.0, 0.65]
        t60s = [p["decay"], 0.6 * p["decay"]]
    else:
        ratios = [1.0, p["spread"], *np.sort(rng.uniform(2.0, 6.0, 7))]
        gains = [1.0, rng.uniform(0.3, 0.9), *(rng.uniform(0.03, 0.45, 7))]
        t60s = [p["decay"], 0.7 * p["decay"], *(p["decay"] * rng.uniform(0.2, 0.7, 7))]
    body = level(modes([p["pitch"] * r for r in ratios], gains, t60s, p["bend"], 0.012))
    n = samples(heard(p["wires_decay"], max(1.0, p["wires"])))
    wires = band(noise(rng, n), p["wires_low"], p["wires_high"])
    if model < 2:
        wires *= decay(n, p["wires_decay"])
        stick = band(decay(samples(0.008), 0.003), 0.0, 6000.0)
    else:
        # Wires bounce on the head: their noise is chopped by the body's lowest mode.
        chop = np.sin((2 * np.pi * p["pitch"] * clock(n)).astype(np.float32))
        chop = 1.0 + 0.5 * chop * decay(n, 2 * p["decay"])
        wires *= chop * swell(n, 0.002 if model == 2 else 0.012, p["wires_decay"])
        stick = band(burst(rng, 0.012), 800.0, 7000.0)
        if model == 3:
            # A brush is many tips: no click, a short sweep over the head instead.
            tips = samples(0.1)
            stick = band(noise(rng, tips) * swell(tips, 0.01, 0.08), 1500.0, 9000.0)
    x = mix((1.0, body), (p["wires"], level(wires)), (0.5 * p["stick"], level(stick)))
    return place(x, rng, p)


def couple(places: dict[str, float], model: int) -> None:
    """Loud wires belong to tight drums; the machines bend and ring less than big drums do."""
    toward(places, "decay", 1.0 - places["pitch"], 0.25)
    toward(places, "wires_decay", places["wires"], 0.25)
    if model != 1:
        squeeze(places, "bend", 0.0, 0.6)
    if model < 2:
        squeeze(places, "pitch", 0.25, 1.0)
        squeeze(places, "wires", 0.3, 1.0)
        squeeze(places, "wires_decay", 0.0, 0.75)
        squeeze(places, "decay", 0.0, 0.75)
        places["room"] *= 0.4
        places["wash"] *= 0.4
    else:
        squeeze(places, "wires", 0.12, 1.0)
        squeeze(places, "room", 0.15, 1.0)
        squeeze(places, "wash", 0.3, 1.0)


VOICE = Voice(PARAMETERS, sound, couple)
