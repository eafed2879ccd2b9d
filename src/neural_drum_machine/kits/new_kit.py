"""Making a kit whose voices go together.

The voices share a style. The hats are one code: the open hat is drawn, the closed ones are the same
code decoded as a closed hat, and shorter. So are the toms, at three pitches. Of several draws the
one is taken that is heard as its category most surely; of snares, the one that leaves the kick its
octaves.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from neural_drum_machine.arrays import DoubleArray
from neural_drum_machine.errors import KitError
from neural_drum_machine.kits.heard import heard_as_asked
from neural_drum_machine.kits.kit import Kit, KitVoice, check_name, check_seed
from neural_drum_machine.kits.levels import levelled
from neural_drum_machine.kits.rendering import in_threads
from neural_drum_machine.kits.style import style_of, value_at, wish_of
from neural_drum_machine.kits.voices import VOICES, VoicePlan
from neural_drum_machine.latent.prior import DEFAULT_WILD, MAX_SEED
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.descriptors import power_spectrum
from neural_drum_machine.sound import Sound
from neural_drum_machine.wishes.ranges import Range

DEVIATION: Final = 0.06
"""How far a voice differs from the kit: the standard deviation, as a share of a range."""
CANDIDATES: Final = 4
"""Draws of which the best is taken."""
HEARD: Final = 0.5
"""A snare that is heard as one with this probability is good enough to be chosen for the kick."""
SOFTEST_ATTACK: Final = 0.6
"""The share of the range of attacks beyond which a drum is made crisper: a kit is to groove."""
_LOW_HZ: Final = (30.0, 400.0)
"""Where kick and snare may be in each other's way."""


def new_kit(
    machine: DrumMachine,
    seed: int,
    *,
    style: str | Path | Mapping[str, float] | None = None,
    voices: int = 16,
    wild: float = DEFAULT_WILD,
    name: str | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Kit:
    """Make a kit.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    seed : int
        The same seed gives the same kit.
    style : str, Path or mapping, optional
        See :func:`.style.style_of`.
    voices : int
        8 or 16.
    wild : float
        As for :meth:`DrumMachine.render`.
    name : str, optional
        The kit's name; by default its style and seed.
    threads : int, optional
        How many threads draw; one a core, if absent.
    progress : callable
        Called with the number of voices that are done, and of all.

    Returns
    -------
    Kit
        Voices of categories that the model lacks are left out.

    Raises
    ------
    KitError
        If another number of voices is asked for, or there is no such style.
    ControlError
        If seed or `wild` is out of range.
    """
    if voices not in VOICES:
        raise KitError(f"a kit has {' or '.join(map(str, VOICES))} voices, got {voices!r:.40}")
    check_seed(seed)
    name = f"{_named(style)} {seed}" if name is None else name
    check_name("a kit", name)
    shared = style_of(machine, style, int(seed))
    random = np.random.RandomState(int(seed))
    plans = [each for each in VOICES[voices] if each.category in machine.categories]
    firsts: dict[str, Sound] = {}
    made: dict[str, KitVoice] = {}
    sounds: dict[str, Sound] = {}
    for done, plan in enumerate(plans):
        deviation = float(np.clip(random.standard_normal(), -2, 2) * DEVIATION)
        seeds = [int(each) for each in random.randint(0, MAX_SEED, CANDIDATES, dtype=np.int64)]
        known = machine.ranges(plan.category)
        first = firsts.get(plan.family) if plan.family else None
        if first is None:
            wish = wish_of(shared, plan.category, known, deviation)
            if plan.family == "toms" and "pitch" in known:
                # Three pitches need one to begin with.
                wish.setdefault("pitch", known["pitch"].low * 2 ** (3 / 12))
            sound = _drawn(machine, plan, seeds, wish, wild, sounds.get("Kick"), threads)
            firsts[plan.family] = sound
        else:
            sound = _follower(machine, plan, first, known)
        sounds[plan.name] = sound
        made[plan.name] = KitVoice(
            plan.name,
            plan.note,
            sound.recipe(),
            sound.block(),
            family=plan.family,
            choke=plan.choke,
            choke_ms=plan.choke_ms,
            pan=plan.pan,
        )
        progress(done + 1, len(plans))
    if not made:
        raise KitError("this model has none of a kit's categories; kits need kick, snare, …")
    wanted = {each.name: each.loudness for each in plans}
    levels = levelled({each: (sounds[each], wanted[each]) for each in made})
    return Kit(
        name,
        machine.hash,
        tuple(dataclasses.replace(each, level_db=levels[each.name]) for each in made.values()),
        shared,
    )


def _named(style: str | Path | Mapping[str, float] | None) -> str:
    return Path(style).stem if isinstance(style, str | Path) else "kit"


def _drawn(
    machine: DrumMachine,
    plan: VoicePlan,
    seeds: list[int],
    wish: Mapping[str, float],
    wild: float,
    kick: Sound | None,
    threads: int | None,
) -> Sound:
    """Return the best of several draws, with a crisp attack."""

    def draw(seed: int) -> Sound:
        return _crisp(machine, machine.render(plan.category, seed=seed, wild=wild, wish=wish))

    sounds = list(in_threads(draw, tuple(seeds), threads))
    sure = heard_as_asked(sounds)
    if plan.category != "snare" or kick is None:
        return sounds[int(np.argmax(sure))]
    enough = min(HEARD, max(sure))
    return least_in_the_way(
        kick, [each for each, share in zip(sounds, sure, strict=True) if share >= enough]
    )


def _crisp(machine: DrumMachine, sound: Sound) -> Sound:
    """Return a sound whose attack is not among the softest of its category, unless it was asked."""
    known = machine.ranges(sound.category)
    if "attack" in sound.wish or "attack" not in known:
        return sound
    softest = value_at("attack", SOFTEST_ATTACK, known["attack"])
    if machine.describe(sound)["attack"] <= softest:
        return sound
    return machine.rendered_again(sound, wish={**sound.wish, "attack": softest})


def _follower(
    machine: DrumMachine, plan: VoicePlan, first: Sound, known: Mapping[str, Range]
) -> Sound:
    """Return a voice that has the code of its family's first."""
    wish = {name: value for name, value in first.wish.items() if name in known and name != "attack"}
    if plan.length != 1:
        decay = machine.describe(first)["decay"] * plan.length
        wish["decay"] = float(np.clip(decay, known["decay"].low, known["decay"].high))
    if plan.semitones:
        wish["pitch"] = first.wish["pitch"] * 2 ** (plan.semitones / 12)
    sound = machine.render_code(
        plan.category, first.code, seed=first.seed, exemplars=first.exemplars, wish=wish
    )
    return _crisp(machine, sound)


def least_in_the_way(kick: Sound, others: Sequence[Sound]) -> Sound:
    """Return the sound that has the least low energy in the places where a kick has its own."""
    return min(others, key=lambda each: overlap(kick, each))


def overlap(kick: Sound, other: Sound) -> float:
    """Return how much of the low energy two sounds have in the same places, 0 to 1.

    It is the cosine of their power spectra from 30 to 400 Hz in steps of a sixth of an octave,
    times the share of the other sound's energy that lies there.
    """
    (ours, _), (theirs, share) = (_low_bands(each) for each in (kick, other))
    norm = float(np.linalg.norm(ours) * np.linalg.norm(theirs))
    return float(ours @ theirs) / norm * share if norm > 0 else 0.0


def _low_bands(sound: Sound) -> tuple[DoubleArray, float]:
    power, hz = power_spectrum(sound.mono, sound.sr)
    low, high = _LOW_HZ
    edges = low * 2 ** (np.arange(np.ceil(np.log2(high / low) * 6) + 1) / 6)
    places = np.searchsorted(hz, edges)
    bands = np.add.reduceat(power, places)[:-1]
    total = float(power.sum())
    return bands, float(bands.sum()) / total if total > 0 else 0.0
