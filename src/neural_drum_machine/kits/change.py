"""Changing a kit: vary it, draw a voice again, put a sound into it, lock voices."""

import dataclasses
from typing import Final

import numpy as np

from neural_drum_machine.errors import KitError
from neural_drum_machine.kits.kit import Kit, KitVoice, check_seed
from neural_drum_machine.kits.levels import sound_loudness
from neural_drum_machine.latent.prior import DEFAULT_WILD, MAX_SEED
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.sound import Sound
from neural_drum_machine.values import check_number

DEFAULT_AMOUNT: Final = 0.35
"""How far a variation lies, in standard deviations of a category's codes."""
MOST: Final = 4.0


def vary_kit(machine: DrumMachine, kit: Kit, seed: int, amount: float = DEFAULT_AMOUNT) -> Kit:
    """Return a kit like another one.

    Parameters
    ----------
    machine : DrumMachine
        The kit's model.
    kit : Kit
        The kit. Voices that are locked stay.
    seed : int
        Another seed gives another variation.
    amount : float
        0 (the kit itself) to 4: how far codes move, in standard deviations of a category. A family
        moves as one. Own sounds are bent.

    Returns
    -------
    Kit
        Each voice is as loud as before.

    Raises
    ------
    KitError
        If the kit is of another model, or a value is out of range.
    """
    kit.check_model(machine)
    check_seed(seed)
    check_number(KitError, "a variation", "amount", amount, 0, MOST)
    random = np.random.RandomState(seed)
    for voice in _firsts(kit):
        step_seed = int(random.randint(0, MAX_SEED, dtype=np.int64))
        index = machine.index(voice.category)
        step = np.float32(amount) * machine.controls.prior.deviation(index, step_seed)
        for each in kit.family(voice):
            if not each.locked and amount:
                old = each.sound(machine)
                new = machine.rendered_again(old, code=old.code + step)
                kit = kit.replaced(_as_loud(each, old, new))
    return kit


def swap_voice(
    machine: DrumMachine, kit: Kit, name: str, seed: int, wild: float = DEFAULT_WILD
) -> Kit:
    """Return a kit in which a voice is drawn again, with the values that it was asked to have.

    Parameters
    ----------
    machine : DrumMachine
        The kit's model.
    kit : Kit
        The kit.
    name : str
        The voice. Its whole family is drawn again, such as the three hats; locked ones stay.
    seed : int
        Another seed gives another sound.
    wild : float
        As for :meth:`DrumMachine.render`.

    Raises
    ------
    KitError
        If there is no such voice, it is locked, or the kit is of another model.
    """
    kit.check_model(machine)
    check_seed(seed)
    voice = _unlocked(kit, name)
    family = kit.family(voice)
    first = family[0]
    code, exemplars = machine.draw(first.category, seed, wild, first.recipe.get("wish"))
    for each in family:
        if not each.locked:
            new = machine.render_code(
                each.category, code, seed=seed, exemplars=exemplars, wish=each.recipe.get("wish")
            )
            kit = kit.replaced(_as_loud(each, each.sound(machine), new))
    return kit


def put_sound(machine: DrumMachine, kit: Kit, name: str, sound: Sound) -> Kit:
    """Return a kit in which a voice has a given sound: a kept one, or an own sound.

    Parameters
    ----------
    machine : DrumMachine
        The kit's model.
    kit : Kit
        The kit.
    name : str
        The voice. It leaves its family. It is as loud as the sound that it had.
    sound : Sound
        A sound of the same model, such as of :meth:`DrumMachine.recall` or
        :meth:`DrumMachine.bend`.

    Raises
    ------
    KitError
        If there is no such voice, it is locked, or kit or sound are of another model.
    """
    kit.check_model(machine)
    voice = _unlocked(kit, name)
    if sound.model != kit.model:
        raise KitError(
            f"the sound was made with model {sound.model[:12]}, the kit with {kit.model[:12]}; "
            "render the sound with the kit's model"
        )
    return kit.replaced(_as_loud(voice, voice.sound(machine), sound, family=""))


def lock_voices(kit: Kit, names: list[str], *, locked: bool = True) -> Kit:
    """Return a kit in which voices are locked, or unlocked.

    Raises
    ------
    KitError
        If there is no such voice.
    """
    return kit.replaced(*(dataclasses.replace(kit[name], locked=locked) for name in names))


def _unlocked(kit: Kit, name: str) -> KitVoice:
    voice = kit[name]
    if voice.locked:
        raise KitError(f"the voice {voice.name!r} is locked; unlock it first")
    return voice


def _firsts(kit: Kit) -> list[KitVoice]:
    """Return a voice of each family, and the voices that have none."""
    seen: dict[str, KitVoice] = {}
    for each in kit:
        seen.setdefault(each.family or f"\0{each.note}", each)
    return list(seen.values())


def _as_loud(voice: KitVoice, old: Sound, new: Sound, **changes: str) -> KitVoice:
    """Return a voice with a new sound, at the level at which it is as loud as the old one."""
    change = sound_loudness(old) - sound_loudness(new)
    level = voice.level_db + (change if np.isfinite(change) else 0.0)
    highest = -float(20 * np.log10(max(float(np.abs(new.samples).max()), 1e-9)))
    bounded = float(np.clip(min(level, max(highest, voice.level_db)), -60.0, 24.0))
    return voice.holding(new, level_db=round(bounded, 2), **changes)
