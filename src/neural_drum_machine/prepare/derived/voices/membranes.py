"""Conga, bongo and tom: membranes struck by hand or stick."""

from collections.abc import Sequence

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.prepare.derived.voices.blocks import (
    burst,
    level,
    mix,
    modes,
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


def _parameters(
    models: str,
    n_models: int,
    pitch: tuple[float, float],
    t60: tuple[float, float],
    bend: tuple[float, float],
    softest: float,
) -> tuple[Parameter, ...]:
    return (
        Parameter(MODEL, 0, n_models - 1, "whole", "", models),
        Parameter("pitch", *pitch, "log", "Hz", "lowest mode, when it has settled"),
        Parameter("bend", *bend, "log", "", "how much higher the pitch starts, in its multiples"),
        Parameter("bend_time", 0.006, 0.09, "log", "s", "time constant of the pitch's fall"),
        Parameter("decay", *t60, "log", "s", "decay time of the lowest mode"),
        Parameter("overtones", 0.02, 1.3, "log", "", "level of the other modes"),
        Parameter("strike", 0.01, 0.8, "log", "", "level of the hand's or stick's noise"),
        Parameter("strike_tone", 500.0, 5000.0, "log", "Hz", "brightness of that noise"),
        contact(0.0003, softest),
        *ROOM,
    )


def _membrane(
    p: Values,
    rng: np.random.Generator,
    ratios: Sequence[float],
    damping: float,
    strike_time: float,
    deep: float = 1.0,
) -> FloatArray:
    """Return a membrane's decaying modes with the noise that starts them.

    `ratios` are the overtones' frequencies over the lowest one's, `damping` their decay times
    over its own, `strike_time` the noise's decay time, `deep` the lowest one's level.
    """
    n = len(ratios)
    # An uneven head splits its modes in pairs that beat: the lowest one's twin comes late.
    twin, loud = 1.0 + rng.uniform(0.02, 0.1), rng.uniform(0.0, 0.6) * (n > 2)
    ratios = [1.0, twin, *(np.array(ratios) * rng.uniform(0.95, 1.05, n))]
    gains = [deep, -deep * loud, *(p["overtones"] * rng.uniform(0.2, 1.0, n))]
    t60s = p["decay"] * np.array([1.0, 0.9, *(damping * rng.uniform(0.5, 1.0, n))])
    if n > 2:
        # Above the modes that are heard as pitch, many more make the strike's colour.
        extra = np.sort(rng.uniform(1.8, 11.0, 10))
        ratios += list(extra)
        gains += list(0.8 * p["overtones"] * rng.uniform(0.1, 1.0, 10) / extra)
        # The higher a mode, the sooner it has radiated its energy.
        t60s = np.append(t60s, p["decay"] * damping * rng.uniform(0.5, 1.5, 10) / np.sqrt(extra))
    frequencies = [p["pitch"] * r for r in ratios]
    x = level(modes(frequencies, gains, list(t60s), p["bend"], p["bend_time"]))
    hand = burst(rng, strike_time)
    strike = band(hand, 0.5 * p["strike_tone"], 1.6 * p["strike_tone"])
    return mix((1.0, x), (p["strike"], level(strike)))


def conga(p: Values, rng: np.random.Generator) -> FloatArray:
    """Return the raw sound.

    A long barrel with a thick head: nearly one mode when open (the TR-808 makes it with one
    bridged-T oscillator), short when muted, noisy and rich when slapped.
    """
    ratios, damping, strike_time = (
        ([], 0.5, 0.01),
        ([1.50, 2.05, 2.9], 0.5, 0.03),
        ([1.55, 2.10, 3.1, 4.2], 0.6, 0.06),
        ([1.7, 2.3, 3.7, 4.6, 5.3], 0.8, 0.04),
    )[int(p[MODEL])]
    deep = _struck_at_the_rim(rng) if p[MODEL] == 3 else 1.0
    return place(_membrane(p, rng, ratios, damping, strike_time, deep), rng, p)


def _struck_at_the_rim(rng: np.random.Generator) -> float:
    """Return the lowest mode's level in a stroke at the rim, which hardly moves the head's middle.

    Recorded slaps and rims are loudest between 500 and 1,700 Hz, open strokes at their pitch.
    """
    return float(0.05 * 20.0 ** rng.random())


def bongo(p: Values, rng: np.random.Generator) -> FloatArray:
    """Return the raw sound: a small shallow drum whose second mode is about as loud.

    Drum machines make it like a conga, but with a shorter sound. At the rim the upper modes remain.
    """
    ratios, strike_time = (
        ([2.0], 0.006),
        ([2.3, 3.1, 2.5, 4.2], 0.03),
        ([2.2, 3.1, 3.9, 5.0, 6.1], 0.05),
        ([2.2, 3.1, 3.9, 5.0, 6.1], 0.04),
    )[int(p[MODEL])]
    deep = _struck_at_the_rim(rng) if p[MODEL] == 3 else 1.0
    return place(_membrane(p, rng, ratios, 1.0, strike_time, deep), rng, p)


def tom(p: Values, rng: np.random.Generator) -> FloatArray:
    """Return the raw sound.

    TR-808 service notes: one bridged-T oscillator with a little low-passed noise for the
    room. Acoustic: modes of a two-headed drum and the stick's click.
    """
    model = int(p[MODEL])
    ratios = ([], [1.5, 2.0], [1.59, 2.14, 2.65, 2.92, 3.6, 4.4])[model]
    x = _membrane(p, rng, ratios, 0.45, (0.02, 0.015, 0.12)[model])
    if model == 0:
        hiss = band(burst(rng, 0.8 * p["decay"]), 0.0, 4 * p["pitch"])
        x = mix((1.0, x), (0.1 * p["overtones"], level(hiss)))
    return place(x, rng, p)


def couple_conga(places: dict[str, float], model: int) -> None:
    """Muted and slapped strokes are short; slaps are loud at first, open ones clean."""
    toward(places, "decay", 1.0 - places["pitch"], 0.3)
    squeeze(places, "strike_tone", 0.0, 0.8)
    squeeze(places, "room", 0.0, 0.85)
    squeeze(places, "wash", 0.0, 0.85)
    if model == 0:
        # TR-808 service notes: from 165 Hz (low) to 455 Hz (high).
        squeeze(places, "pitch", 0.44, 1.0)
        squeeze(places, "decay", 0.0, 0.77)
        squeeze(places, "strike", 0.05, 0.4)
        places["room"] *= 0.2
        places["wash"] *= 0.4
    elif model == 1:
        squeeze(places, "pitch", 0.49, 0.89)
        squeeze(places, "decay", 0.45, 0.97)
        # Recorded hands have at least a four-hundredth of the energy above 1.2 kHz.
        squeeze(places, "strike", 0.6, 1.0)
        squeeze(places, "strike_tone", 0.3, 1.0)
        squeeze(places, "overtones", 0.0, 0.7)
    elif model == 2:
        # The palm rests on the head: the barrel's low resonance is what remains.
        squeeze(places, "pitch", 0.0, 0.27)
        squeeze(places, "decay", 0.26, 0.84)
        squeeze(places, "strike", 0.5, 1.0)
        squeeze(places, "strike_tone", 0.3, 1.0)
        squeeze(places, "overtones", 0.2, 0.75)
        places["wash"] *= 0.5
    else:
        squeeze(places, "pitch", 0.49, 0.89)
        squeeze(places, "decay", 0.0, 0.65)
        squeeze(places, "strike", 0.35, 0.85)
        squeeze(places, "overtones", 0.4, 0.85)


def couple_bongo(places: dict[str, float], model: int) -> None:
    """Real bongos have loud overtones, machines' do not, and end sooner than machines' congas."""
    toward(places, "decay", 1.0 - places["pitch"], 0.3)
    if model == 0:
        squeeze(places, "strike", 0.0, 0.4)
        squeeze(places, "pitch", 0.35, 1.0)
        squeeze(places, "decay", 0.0, 0.3)
        places["room"] *= 0.3
        places["wash"] *= 0.4
    else:
        squeeze(places, "overtones", 0.7, 1.0)
        squeeze(places, "pitch", 0.0, 0.7)
        squeeze(places, "strike", 0.0, 0.8)
        squeeze(places, "room", 0.0, 0.85)
        if model == 3:
            squeeze(places, "pitch", 0.35, 1.0)
            squeeze(places, "decay", 0.0, 0.7)
        else:
            squeeze(places, "decay", 0.25, 0.8)


def couple_tom(places: dict[str, float], model: int) -> None:
    """Deep toms ring longer; a machine's bends more and has hardly a stick."""
    toward(places, "decay", 1.0 - places["pitch"], 0.35)
    if model < 2:
        squeeze(places, "strike", 0.0, 0.5)
        if model == 1:
            squeeze(places, "bend", 0.4, 1.0)
        squeeze(places, "pitch", 0.0, 0.8)
        places["room"] *= 0.4
        places["wash"] *= 0.4
    else:
        squeeze(places, "bend", 0.0, 0.6)
        squeeze(places, "strike", 0.45, 1.0)
        squeeze(places, "overtones", 0.4, 1.0)
        squeeze(places, "pitch", 0.25, 1.0)
        squeeze(places, "strike_tone", 0.3, 1.0)
        squeeze(places, "wash", 0.4, 1.0)
        squeeze(places, "room", 0.25, 1.0)


VOICES = {
    "conga": Voice(
        _parameters(
            "0 machine, 1 open, 2 muted, 3 slap", 4, (70.0, 470.0), (0.1, 1.4), (0.005, 0.15), 0.012
        ),
        conga,
        couple_conga,
    ),
    "bongo": Voice(
        _parameters(
            "0 machine, 1 open, 2 edge, 3 rim", 4, (115.0, 620.0), (0.06, 2.8), (0.005, 0.12), 0.012
        ),
        bongo,
        couple_bongo,
    ),
    "tom": Voice(
        _parameters(
            "0 TR-808, 1 swept, 2 acoustic", 3, (80.0, 330.0), (0.18, 6.0), (0.01, 0.9), 0.004
        ),
        tom,
        couple_tom,
    ),
}
