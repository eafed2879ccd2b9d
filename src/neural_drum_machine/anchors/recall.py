"""From the recipe in a sound file to the sound: with its exemplars, or with its own sounds."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from neural_drum_machine.anchors.anchor import Anchor
from neural_drum_machine.anchors.compact import unpacked
from neural_drum_machine.errors import AnchorError, AudioError, ControlError
from neural_drum_machine.signal.own_block import read_block
from neural_drum_machine.signal.sound_file import read_comment
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.wishes.velocity import LOUDEST


def recipe_of(path: str | Path, model: str, spec: AudioSpec) -> dict[str, Any]:
    """Return the recipe in a sound file, as the arguments of ``render_code``.

    Parameters
    ----------
    path : str or Path
        A WAV or FLAC file that this program has written.
    model : str
        The hash of the model that is to play it.
    spec : AudioSpec
        The model's audio format.

    Raises
    ------
    AudioError
        If the file cannot be read or holds no recipe.
    AnchorError
        If its own sounds are damaged.
    ControlError
        If the recipe is of another model, or damaged.
    """
    recipe = _recipe(path)
    if recipe["model"] != model:
        raise ControlError(
            f"{path}: was made by model {str(recipe['model'])[:12]}, this is {model[:12]}; "
            "name the model that made it"
        )
    told = recipe.get("anchors", [])
    try:
        shares = [float(each["share"]) for each in told]
        anchors = recalled_anchors(read_block(path), spec) if told else []
        if len(shares) != len(anchors):
            raise AnchorError(
                f"{path}: names {len(shares)} own sounds and holds {len(anchors)}; "
                "take them from their files again"
            )
        return {
            "category": recipe["category"],
            "code": np.array(recipe["code"], np.float32),
            "seed": recipe["seed"],
            "take": recipe["take"],
            "to": recipe.get("to"),
            "t": recipe.get("t", 0.0),
            "exemplars": recipe.get("exemplars", ()),
            "anchors": tuple(zip(anchors, shares, strict=True)),
            "blend": recipe.get("blend", 0.0),
            "wish": recipe.get("wish"),
            "velocity": recipe.get("velocity", LOUDEST),
        }
    except (LookupError, TypeError, ValueError) as error:
        raise ControlError(f"{path}: its recipe is damaged ({error}); draw it again") from error


def _recipe(path: str | Path) -> dict[str, Any]:
    try:
        recipe = json.loads(read_comment(path))
    except (ValueError, RecursionError):
        recipe = None
    if not isinstance(recipe, dict) or "neural_drum_machine" not in recipe:
        raise AudioError(f"{path}: holds no recipe; only files that this program has written do")
    if recipe["neural_drum_machine"] != 1 or "model" not in recipe:
        raise AudioError(f"{path}: its recipe is of another version; update the program")
    return recipe


def recalled_anchors(block: bytes, spec: AudioSpec) -> list[Anchor]:
    """Return the anchors of a file's block; see :meth:`neural_drum_machine.sound.Sound.block`.

    Raises
    ------
    AnchorError
        If the block is truncated, or one of them is damaged.
    """
    anchors = []
    place = 0
    while place < len(block):
        size = int.from_bytes(block[place : place + 4], "little")
        form = block[place + 4 : place + 4 + size]
        if len(form) < size or not size:
            raise AnchorError("the own sounds of a file are truncated; copy the file again")
        anchors.append(anchor_of(form, spec))
        place += 4 + size
    return anchors


def anchor_of(form: bytes, spec: AudioSpec) -> Anchor:
    """Return the anchor of a compact form.

    Raises
    ------
    AnchorError
        If it is damaged.
    """
    own, category, code = unpacked(form)
    try:
        anchor = Anchor.of(own, category, spec, lambda _: np.asarray(code, np.float32))
    except AudioError as error:
        raise AnchorError(f"an anchor is damaged: {error}") from error
    anchor.form.append(form)
    return anchor
