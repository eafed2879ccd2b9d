"""``ndm bend``."""

from pathlib import Path
from typing import Annotated

import typer

from neural_drum_machine.cli.axis import Axes, moved, read_axes
from neural_drum_machine.cli.common import (
    ComputedBy,
    Force,
    Inverter,
    Model,
    Rate,
    Velocity,
    check_targets,
    make_folder,
)
from neural_drum_machine.cli.printing import console
from neural_drum_machine.cli.wishes import (
    Air,
    Attack,
    Body,
    Brightness,
    Decay,
    Loudness,
    Noisiness,
    Pitch,
    Sweep,
    given_wish,
    told_misses,
)
from neural_drum_machine.errors import OutputError
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.machine import load
from neural_drum_machine.prepare.labelling.path_names import label_from_text
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.sound_file import FORMATS
from neural_drum_machine.wishes.velocity import LOUDEST

_Move = Annotated[float, typer.Option(help="How far to move along this axis from where it is.")]


def bend(
    file: Annotated[
        Path, typer.Argument(help="Your sound: WAV, FLAC, OGG, MP3, AIFF and more; any rate.")
    ],
    out: Annotated[Path, typer.Option("--out", help="File for the result: .wav or .flac.")],
    p1: _Move = 0.0,
    p2: _Move = 0.0,
    p3: _Move = 0.0,
    toward: Annotated[
        str | None, typer.Option(help="A category to turn the sound into: kick, snare, …")
    ] = None,
    amount: Annotated[
        float, typer.Option(min=0, max=1, help="How far it is turned into it, 0 to 1.")
    ] = 1.0,
    blend: Annotated[
        float,
        typer.Option(min=0, max=1, help="0: your sound with the change. 1: the generator alone."),
    ] = 0.0,
    category: Annotated[
        str | None,
        typer.Option(help="What the sound is. Default: from its name, or else the closest one."),
    ] = None,
    pitch: Pitch = None,
    sweep: Sweep = None,
    decay: Decay = None,
    attack: Attack = None,
    brightness: Brightness = None,
    noisiness: Noisiness = None,
    body: Body = None,
    air: Air = None,
    loudness: Loudness = None,
    axis: Axes = None,
    velocity: Velocity = LOUDEST,
    model: Model = None,
    inverter: Inverter = DEFAULT_INVERTER,
    rate: Rate = FULL_SR,
    computed_by: ComputedBy = "auto",
    force: Force = False,
) -> None:
    """Bend a sound of your own as the pad bends a drawn one.

    Without a move it stays as it is, sample for sample. The result holds what recalls it, so that
    it can be bent further without the original file.

    Example: ndm bend my-snare.wav --p1 0.8 --out brighter.wav
    Example: ndm bend my-kick.wav --pitch G1 --decay 0.6 --out tuned.wav
    """
    wish = given_wish(pitch, sweep, decay, attack, brightness, noisiness, body, air, loudness)
    if out.suffix.lower() not in FORMATS:
        raise OutputError(f"{out}: choose a name that ends in .wav or .flac")
    if out.exists() and out.resolve() == file.resolve():
        raise OutputError(f"{out}: is the file to read; choose another --out")
    check_targets([out], force)
    machine = load(model, inverter=inverter, sr=rate, engine=computed_by)
    for name in (category, toward):
        if name:
            machine.index(name)
    axes = read_axes(machine, axis)
    known = category or label_from_text(file.stem).category
    anchor = machine.anchor(file, known)
    sound = machine.bend(
        anchor, (p1, p2, p3), to=toward, t=amount, blend=blend, wish=wish, velocity=velocity
    )
    sound = moved(machine, sound, axes)
    make_folder(out.parent)
    sound.write(out)
    seconds = sound.samples.shape[-1] / sound.sr
    for miss in told_misses(machine, sound, out.name):
        console.print(miss)
    turned = f", {amount:.0%} {toward}" if toward and toward != anchor.category else ""
    console.print(f"{file} -> {out}: {anchor.category}{turned}, {seconds:.2f} s")
