"""Drum synthesisers, one for each category, for sounds that need no recording.

They follow the analogue drum machines (oscillators, noise and envelopes as in their service notes)
and extend them towards acoustic drums (damped modes, collisions, rooms). Every voice has named
parameters with ranges. Category, parameters and seed define a sound.
"""

import math

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import category_index
from neural_drum_machine.errors import ControlError
from neural_drum_machine.prepare.derived.voices import (
    clap_snap,
    hats,
    kick,
    membranes,
    rattles,
    snare,
)
from neural_drum_machine.prepare.derived.voices.blocks import RATE
from neural_drum_machine.prepare.derived.voices.parameter import MODEL, Parameter, Voice
from neural_drum_machine.prepare.derived.voices.room import finish

__all__ = ["MAX_SR", "MIN_SR", "Parameter", "draw", "ranges", "render"]

MIN_SR, MAX_SR = 22050, 96000
"""Sample rates in Hz that can be rendered; hi-hats need the treble."""

_VOICES: dict[str, Voice] = {
    "kick": kick.VOICE,
    "snare": snare.VOICE,
    **clap_snap.VOICES,
    **hats.VOICES,
    **rattles.VOICES,
    **membranes.VOICES,
}


def _voice(category: str) -> Voice:
    category_index(category)  # raises an error that names the value
    return _VOICES[category]


def ranges(category: str) -> tuple[Parameter, ...]:
    """Return a voice's parameters.

    Parameters
    ----------
    category : str
        One of :data:`~neural_drum_machine.categories.CATEGORIES`.

    Returns
    -------
    tuple of Parameter
        With names, ranges, units and descriptions.

    Raises
    ------
    ControlError
        If there is no such category.
    """
    return _voice(category).parameters


def draw(category: str, rng: np.random.Generator) -> dict[str, float]:
    """Draw parameters that vary, and depend on each other, as those of real drums do.

    Parameters
    ----------
    category : str
        One of :data:`~neural_drum_machine.categories.CATEGORIES`.
    rng : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    dict of str to float
        A value for each of the category's parameters, within its range.

    Raises
    ------
    ControlError
        If there is no such category.
    """
    voice = _voice(category)
    places = {parameter.name: float(rng.random()) for parameter in voice.parameters}
    # Most samples that producers share have little room.
    places["room"] **= 2
    # Few recordings end below 16 kHz.
    places["top"] **= 0.4
    values = {p.name: p.at(places[p.name]) for p in voice.parameters if p.name == MODEL}
    if voice.couple:
        voice.couple(places, int(values[MODEL]))
    return {p.name: values.get(p.name, p.at(places[p.name])) for p in voice.parameters}


def render(
    category: str, parameters: dict[str, float], rng_seed: int, sr: int = RATE
) -> FloatArray:
    """Render a sound.

    Parameters
    ----------
    category : str
        One of :data:`~neural_drum_machine.categories.CATEGORIES`.
    parameters : dict of str to float
        A value for each of the category's parameters; see :func:`ranges`.
    rng_seed : int
        Not negative. Seed of the noise, of small deviations between modes, and of the room. The
        same parameters, seed and rate give the same bytes.
    sr : int
        Sample rate in Hz, 22,050 to 96,000. Every voice is rendered at 44.1 kHz, then resampled,
        so that another rate gives the same sound.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``, float32, mono, peak 1, 0.07 to 2 s. The first sample is 0 and the attack
        follows at once.

    Raises
    ------
    ControlError
        If the category is unknown, a parameter is unknown, missing or out of range, or the
        seed or the sample rate is out of range. The message names the value.
    """
    voice = _voice(category)
    known = {parameter.name: parameter for parameter in voice.parameters}
    for name in parameters:
        if name not in known:
            raise ControlError(f"{category} has no parameter {name!r}; it has: {', '.join(known)}")
    for name, parameter in known.items():
        if name not in parameters:
            raise ControlError(f"{category}: parameter {name!r} is missing; draw() gives them all")
        parameter.check(parameters[name], category)
    if rng_seed < 0:
        raise ControlError(f"a seed must not be negative, got {rng_seed}")
    if not MIN_SR <= sr <= MAX_SR or not math.isfinite(sr):
        raise ControlError(f"sample rate must lie between {MIN_SR} and {MAX_SR} Hz, got {sr}")
    return finish(voice.sound(parameters, np.random.default_rng(rng_seed)), sr)
