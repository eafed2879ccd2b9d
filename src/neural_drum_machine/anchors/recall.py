"""From the recipe in a sound file to the sound: with its exemplars, or with its own sounds."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from neural_drum_machine.anchors.anchor import Anchor
from neural_drum_machine.anchors.compact import unpacked
from neural_drum_machine.errors import AnchorError, AudioError, ControlError
from neural_drum_machine.signal.own_block import read_block
from neural_drum_machine.signal.sound_file import read_comment
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.sound import REFERENCE, forms_of
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
    return arguments_of(
        recipe, lambda: recalled_anchors(read_block(path), spec), model=model, name=str(path)
    )


def arguments_of(
    recipe: Mapping[str, Any],
    read_anchors: Callable[[], Sequence[Anchor]],
    *,
    model: str,
    name: str,
) -> dict[str, Any]:
    """Return a recipe as the arguments of ``render_code``.

    Parameters
    ----------
    recipe : mapping
        See :meth:`neural_drum_machine.sound.Sound.recipe`.
    read_anchors : callable
        Returns the own sounds that stand beside the recipe. It is called if the recipe has some.
    model : str
        The hash of the model that is to play it.
    name : str
        What errors call the recipe, such as the path of its file.

    Raises
    ------
    AnchorError
        If its own sounds are damaged, or others than it names.
    ControlError
        If the recipe is of another model, or damaged.
    """
    if recipe.get("model") != model:
        raise ControlError(
            f"{name}: was made by model {str(recipe.get('model'))[:12]}, this is {model[:12]}; "
            "name the model that made it"
        )
    told = recipe.get("anchors", [])
    try:
        shares = [float(each["share"]) for each in told]
        anchors = read_anchors() if told else ()
        if len(shares) != len(anchors):
            raise AnchorError(
                f"{name}: names {len(shares)} own sounds and holds {len(anchors)}; "
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
            "engine": recipe.get("engine", REFERENCE),
        }
    except (LookupError, TypeError, ValueError) as error:
        raise ControlError(f"{name}: its recipe is damaged ({error}); draw it again") from error


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
    return [anchor_of(form, spec) for form in forms_of(block)]


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
