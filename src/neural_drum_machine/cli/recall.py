"""``ndm recall``."""

from pathlib import Path
from typing import Annotated

import typer

from neural_drum_machine.cli.common import (
    ComputedBy,
    Force,
    Inverter,
    Model,
    Rate,
    check_targets,
    make_folder,
)
from neural_drum_machine.cli.printing import console
from neural_drum_machine.errors import OutputError
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.machine import load
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.sound_file import FORMATS


def recall(
    file: Annotated[Path, typer.Argument(help="A WAV or FLAC file that this program has written.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="File for the sound: .wav or .flac.")
    ] = None,
    model: Model = None,
    inverter: Inverter = DEFAULT_INVERTER,
    rate: Rate = FULL_SR,
    computed_by: ComputedBy = "auto",
    force: Force = False,
) -> None:
    """Make the drum of a file again, from the recipe in it; also of a file in an exported kit.

    Without --out it only says which drum it is.

    Example: ndm recall "kit/Snare v4 rr1.wav" --out snare.wav
    """
    if out is not None:
        if out.suffix.lower() not in FORMATS:
            raise OutputError(f"{out}: choose a name that ends in .wav or .flac")
        if out.exists() and out.resolve() == file.resolve():
            raise OutputError(f"{out}: is the file to read; choose another --out")
        check_targets([out], force)
    sound = load(model, inverter=inverter, sr=rate, engine=computed_by).recall(file)
    console.print(f"{file}: {sound!r}")
    for credit in sound.recordings:
        console.print(f"begins at {credit['name']} ({credit['source']}, {credit['licence']})")
    if out is not None:
        make_folder(out.parent)
        sound.write(out)
        console.print(f"{out}: written")
