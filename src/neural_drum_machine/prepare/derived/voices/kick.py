"""Kick: a sine that falls, or a few modes of a big membrane, and what strikes it."""

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.prepare.derived.voices.blocks import (
    burst,
    decay,
    drive,
    level,
    mix,
    modes,
    noise,
    samples,
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
    Parameter(MODEL, 0, 2, "whole", "", "0 long sine (TR-808), 1 punchy (TR-909), 2 acoustic"),
    Parameter("pitch", 42.0, 160.0, "log", "Hz", "pitch on which the body settles"),
    Parameter("bend", 0.02, 6.0, "log", "", "how much higher the pitch starts, in its multiples"),
    Parameter("bend_time", 0.004, 0.05, "log", "s", "time constant of the pitch's fall"),
    Parameter("decay", 0.06, 2.6, "log", "s", "decay time of the body"),
    Parameter("thud", 0.1, 1.5, "log", "", "acoustic: level of head and pillow over the modes'"),
    Parameter("click", 0.0, 1.0, "linear", "", "level of trigger or beater"),
    Parameter("click_tone", 400.0, 5000.0, "log", "Hz", "brightness of trigger or beater"),
    Parameter("drive", 0.0, 2.5, "linear", "", "saturation"),
    contact(0.0006, 0.012),
    *ROOM,
)

# Modes of an air-loaded membrane between two heads: not the ideal one's, closer together.
_RATIOS = np.array([1.0, 1.62, 2.24, 2.91, 3.55, 4.3])


def sound(p: Values, rng: np.random.Generator) -> FloatArray:
    """Return the raw sound.

    TR-808 service notes: a bridged-T oscillator whose resistance drops for some milliseconds
    after the trigger. TR-909: a longer sweep with a pulse and filtered noise on top.
    """
    model = int(p[MODEL])
    bend = (p["bend"], p["bend_time"])
    if model == 2:
        ratios = 1.0 + (_RATIOS - 1.0) * rng.uniform(0.85, 1.15, len(_RATIOS))
        gains = [1.0, *(0.5 * rng.uniform(0.2, 1.0, 5) / np.arange(1, 6) ** 0.7)]
        t60s = p["decay"] * np.array([1.0, *(0.55 * rng.uniform(0.4, 1.0, 5))])
        body = modes(list(p["pitch"] * ratios), gains, list(t60s), *bend)
        # The front head and the pillow: a soft thud under the modes.
        thud = band(burst(rng, 0.2), 0.5 * p["pitch"], 2.5 * p["pitch"])
        beater = burst(rng, rng.uniform(0.02, 0.07))
        strike = band(beater, 0.4 * p["click_tone"], 1.8 * p["click_tone"])
        wash = band(burst(rng, 0.3), 100.0, 3000.0)
        x = mix(
            (1.0, level(body)),
            (p["thud"], level(thud)),
            (0.5 * p["click"], level(strike)),
            (0.05 * p["click"], level(wash)),
        )
        return place(x, rng, p)
    body = modes([p["pitch"]], [1.0], [p["decay"]], *bend)
    if model == 1:
        # A triangle shaped towards a sine keeps some third harmonic.
        third = modes([3 * p["pitch"]], [1.0], [0.5 * p["decay"]], *bend)
        body = mix((1.0, body), (-0.12, third))
        hiss = band(noise(rng, samples(0.033)), 0.0, p["click_tone"])
        click = level(hiss * decay(len(hiss), 0.03))
    else:
        click = level(band(decay(samples(0.01), 0.004), 0.0, p["click_tone"]))
    x = mix((1.0, level(body)), ((0.25 + 0.25 * model) * p["click"], click))
    return place(drive(x, p["drive"]), rng, p)


def couple(places: dict[str, float], model: int) -> None:
    """Deep kicks ring longer; an acoustic one bends little, the TR-909's bends most."""
    toward(places, "decay", 1.0 - places["pitch"], 0.25)
    places["click"] **= 2
    if model == 0:
        squeeze(places, "bend", 0.0, 0.7)
        squeeze(places, "pitch", 0.0, 0.5)
        squeeze(places, "decay", 0.3, 1.0)
        places["room"] *= 0.3
        places["wash"] *= 0.4
    elif model == 1:
        squeeze(places, "bend", 0.45, 1.0)
        squeeze(places, "pitch", 0.0, 0.6)
        squeeze(places, "decay", 0.1, 0.75)
    else:
        squeeze(places, "bend", 0.0, 0.6)
        squeeze(places, "decay", 0.0, 0.85)
        squeeze(places, "room", 0.15, 1.0)
        squeeze(places, "wash", 0.0, 0.8)


VOICE = Voice(PARAMETERS, sound, couple)
