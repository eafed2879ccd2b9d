"""``ndm export-kit``."""

from pathlib import Path
from typing import Annotated, cast

import typer

from neural_drum_machine.cli.common import ComputedBy, Force, Model
from neural_drum_machine.cli.printing import console, progress_bar
from neural_drum_machine.kits.bounds import MOST_LAYERS, MOST_ROUND_ROBINS
from neural_drum_machine.kits.export import ExportOptions, FormatName, check_export_target
from neural_drum_machine.kits.export import export_kit as write_export
from neural_drum_machine.kits.export.options import Normalise, Rate
from neural_drum_machine.kits.kit_file import read_kit
from neural_drum_machine.kits.rendering import rendered_kit
from neural_drum_machine.machine import load
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.sound_file import Bits

_HIGHEST_MADE = 48_000
"""Hz; the machine makes no sound at a higher rate, which is then reached by resampling."""


def export_kit(
    kit: Annotated[Path, typer.Argument(help="A kit: .ndkit.")],
    to: Annotated[FormatName, typer.Option("--to", help="The program or the form.")],
    out: Annotated[
        Path, typer.Option("--out", help="Folder of the export. It is made; it must be new.")
    ],
    layers: Annotated[
        int, typer.Option(min=1, max=MOST_LAYERS, help="Velocity layers of each drum.")
    ] = 4,
    round_robins: Annotated[
        int,
        typer.Option(
            "--round-robins",
            min=1,
            max=MOST_ROUND_ROBINS,
            help="Hits of each layer that take turns.",
        ),
    ] = 3,
    rate: Annotated[
        int, typer.Option("--rate", help="Sample rate in Hz: 44100, 48000 or 96000.")
    ] = FULL_SR,
    bits: Annotated[Bits, typer.Option("--bits", help="Bits of a sample.")] = "24",
    trim: Annotated[
        bool, typer.Option("--trim/--no-trim", help="Cut off silence before and after.")
    ] = True,
    normalise: Annotated[
        Normalise,
        typer.Option("--normalise", help="Bring the drums to full scale, or to one loudness."),
    ] = "none",
    bake_mix: Annotated[
        bool,
        typer.Option("--bake-mix", help="Put level, pan and pitch into the samples."),
    ] = False,
    model: Model = None,
    computed_by: ComputedBy = "auto",
    force: Force = False,
) -> None:
    """Write a kit for another program: samples, velocity layers, round robins, choke groups.

    The text file in the folder says how to open it. Each WAV file holds the recipe of its drum.

    Example: ndm export-kit dark.ndkit --to sfz --out dark-sfz
    Example: ndm export-kit dark.ndkit --to wav --layers 1 --round-robins 1 --out dark-wav
    """
    options = ExportOptions(cast(Rate, rate), bits, trim, normalise, bake_mix)
    check_export_target(out, force=force)
    drums = read_kit(kit)
    machine = load(model, sr=min(rate, _HIGHEST_MADE), engine=computed_by)
    with progress_bar("making") as progress:
        made = rendered_kit(machine, drums, layers, round_robins, progress=progress)
    with progress_bar("writing") as progress:
        exported = write_export(made, to, out, options, force=force, progress=progress)
    for note in exported.notes:
        console.print(note)
    console.print(f"{len(exported.files)} files in {out}/")
