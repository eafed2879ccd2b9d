"""Axes that a user teaches by examples, and sounds that are moved along them."""

from collections.abc import Container, Mapping, Sequence
from pathlib import Path

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AxisError, ControlError
from neural_drum_machine.files import sha256_of
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.sound import Sound
from neural_drum_machine.wishes.taught_axis import MAX_AMOUNT, AxisStep, Example, TaughtAxis, learn


def example(
    machine: DrumMachine, source: str | Path | Sound, category: str | None = None
) -> Example:
    """Take a sound as an example for an axis that is to be taught.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    source : str, Path or Sound
        A sound file, or a sound of this model.
    category : str, optional
        One of the model's categories. Without it, the category of a file is guessed.

    Returns
    -------
    Example
        For :func:`learn_axis`.

    Raises
    ------
    AudioError
        If the file cannot be read, or is no hit.
    ControlError
        If there is no such category.
    """
    if isinstance(source, Sound):
        name, digest, category = repr(source), "", source.category
        code, values = source.code, machine.describe(source)
    else:
        anchor = machine.anchor(source, category)
        name, digest, category = Path(source).name, sha256_of(Path(source)), anchor.category
        code, values = anchor.code, machine.describe(machine.bend(anchor))
    index = machine.index(category)
    away = (code - machine.controls.means[index]) / machine.controls.deviations(index)
    return Example(name, digest, category, away.astype(np.float32), values)


def learn_axis(
    machine: DrumMachine, name: str, more: Sequence[Example], less: Sequence[Example]
) -> TaughtAxis:
    """Learn an axis from examples: sounds with more of something, and sounds with less.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    name : str
        What the axis is called, such as "room".
    more, less : sequence of Example
        From :func:`example`; at least two of each, better three, of one category or several.

    Returns
    -------
    TaughtAxis
        For :func:`along`; :func:`neural_drum_machine.wishes.axis_file.write_axis` keeps it. Its
        `order` tells how sure it is.

    Raises
    ------
    AxisError
        If there are too few examples, or one is on both sides.
    """
    known = {category: machine.ranges(category) for category in machine.categories}
    return learn(name, machine.hash, more, less, known)


def along(machine: DrumMachine, sound: Sound, axis: TaughtAxis, amount: float) -> Sound:
    """Move a sound along an axis that was taught.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    sound : Sound
        A sound of this model, drawn or anchored.
    axis : TaughtAxis
        The axis.
    amount : float
        −4 to 4. From the middle of its examples, 1 goes to those with more, −1 to those with
        less.

    Returns
    -------
    Sound
        Its code is moved, and its wish has the values that the axis changes.

    Raises
    ------
    AxisError
        If the axis is of another model.
    ControlError
        If the amount is out of range, or the sound is of another model.
    """
    check_steps(machine, [(axis, amount)])
    if amount == 0:
        return sound
    values = machine.values_at_full_velocity(sound)
    code, asked = offset(machine, sound.category, values, [(axis, amount)])
    return machine.rendered_again(sound, code=sound.code + code, wish={**sound.wish, **asked})


def check_steps(machine: DrumMachine, steps: Sequence[AxisStep]) -> None:
    """Check that axes are of a model, and their amounts in range.

    Raises
    ------
    AxisError
        If an axis is of another model.
    ControlError
        If an amount is none, or out of range.
    """
    for axis, amount in steps:
        if axis.model != machine.hash or len(axis.code) != machine.bundle.latent_dim:
            raise AxisError(
                f"the axis {axis.name!r} was learned with model {axis.model[:12]}, this is "
                f"{machine.hash[:12]}; learn it again from its examples"
            )
        if isinstance(amount, bool) or not isinstance(amount, int | float | np.floating):
            raise ControlError(f"the amount of an axis must be a number, got {amount!r:.60}")
        if not -MAX_AMOUNT <= amount <= MAX_AMOUNT:
            raise ControlError(
                f"the amount of an axis must lie within ±{MAX_AMOUNT:g}, got {amount!r}"
            )


def offset(
    machine: DrumMachine,
    category: str,
    values: Mapping[str, float],
    steps: Sequence[AxisStep],
    kept: Container[str] = (),
) -> tuple[FloatArray, dict[str, float]]:
    """Return how far steps along axes move a code, and the values that they ask for.

    Parameters
    ----------
    machine : DrumMachine
        The model, which the axes are of.
    category : str
        The category of the sound.
    values : mapping
        What the sound has at velocity 127, by the names of qualities.
    steps : sequence of (TaughtAxis, float)
        The axes with their amounts; the steps add up.
    kept : container of str
        Qualities that stay as they are.

    Returns
    -------
    code : numpy.ndarray
        Shape ``(latent_dim,)``, float32, to be added.
    wish : dict
        Values of qualities.
    """
    deviations = machine.controls.deviations(machine.index(category))
    code, asked = np.zeros(machine.bundle.latent_dim, np.float32), dict[str, float]()
    for axis, amount in steps:
        if amount == 0:
            continue  # a wish for what a sound has would change it a little
        code += (np.float32(amount) * axis.code * deviations).astype(np.float32)
        moved = axis.asked({**values, **asked}, float(amount), machine.ranges(category))
        asked |= {name: value for name, value in moved.items() if name not in kept}
    return code, asked
