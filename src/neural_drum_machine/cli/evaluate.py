"""``ndm evaluate``."""

from pathlib import Path
from typing import Annotated

import typer

from neural_drum_machine.cli.common import Model, Out, console, make_folder, progress_bar
from neural_drum_machine.extras import require
from neural_drum_machine.machine import load
from neural_drum_machine.pictures import contact_sheet


def evaluate(
    data: Annotated[Path, typer.Option(help="A folder made by ndm dataset prepare.")],
    out: Out,
    per_category: Annotated[int, typer.Option(min=1, help="Most held-out sounds of each.")] = 24,
    generated: Annotated[int, typer.Option(min=2, help="Generated sounds of each.")] = 64,
    model: Model = None,
) -> None:
    """Measure a model on held-out sounds, beside Griffin-Lim; write report.md, report.json."""
    require("librosa", "dev")
    require("matplotlib", "plot")
    from neural_drum_machine.data.store import Dataset
    from neural_drum_machine.evaluation import report

    machine = load(model)
    dataset = Dataset.open(data)
    make_folder(out)
    with progress_bar("measuring") as progress:
        result = report.evaluate(
            machine, dataset, per_category=per_category, generated=generated, progress=progress
        )
    report.write_report(result, out)
    picture = out / "pairs.png"
    contact_sheet(report.pairs(machine, dataset), picture, machine.spec, columns=4)
    console.print(f"report: {out / 'report.md'}\noriginals and the model's versions: {picture}")
