"""``ndm sheet``."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from neural_drum_machine.cli.common import (
    Force,
    Inverter,
    Model,
    Out,
    check_targets,
    make_folder,
)
from neural_drum_machine.cli.printing import console
from neural_drum_machine.extras import require
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.machine import load
from neural_drum_machine.pictures import contact_sheet


def sheet(
    out: Out = Path("out"),
    seed: Annotated[int, typer.Option(help="Seed of every sound.")] = 1,
    model: Model = None,
    inverter: Inverter = DEFAULT_INVERTER,
    force: Force = False,
) -> None:
    """Make one sound of every category and a picture of all: waveforms and mel spectrograms."""
    require("matplotlib", "plot")
    machine = load(model, inverter=inverter)
    picture = out / "sheet.png"
    check_targets([*(out / f"{category}.wav" for category in machine.categories), picture], force)
    make_folder(out)
    sounds = [machine.render(category, seed=seed) for category in machine.categories]
    for sound in sounds:
        sound.write(out / f"{sound.category}.wav")
    spec = dataclasses.replace(machine.spec, sr=machine.sr)
    contact_sheet([(s.category, s.samples) for s in sounds], picture, spec)
    console.print(f"{len(sounds)} sounds: {out.resolve()}/*.wav\npicture: {picture.resolve()}")
