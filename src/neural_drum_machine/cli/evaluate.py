"""``ndm evaluate``."""

import json
from pathlib import Path
from typing import Annotated

import typer

from neural_drum_machine.audio import atomic_file
from neural_drum_machine.cli.common import Model, Out, console, make_folder, stages_bar
from neural_drum_machine.extras import require
from neural_drum_machine.machine import load


def evaluate(
    out: Out,
    data: Annotated[Path, typer.Option(help="A folder made by ndm dataset prepare.")] = Path(
        "data/open"
    ),
    per_category: Annotated[int, typer.Option(min=1, help="Most held-out sounds of each.")] = 24,
    generated: Annotated[int, typer.Option(min=4, help="Most generated sounds of each.")] = 64,
    perceptual: Annotated[
        int, typer.Option(min=0, help="Held-out sounds of each for CDPAM; 0 leaves it out.")
    ] = 3,
    renders: Annotated[int, typer.Option(min=1, help="Timed renders.")] = 100,
    judge_steps: Annotated[int, typer.Option(min=1, help="Training steps of the judge.")] = 600,
    axis_seeds: Annotated[
        int, typer.Option(min=1, help="Sounds of each moved along each axis.")
    ] = 8,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; one a core if absent.")
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(help="Where measured parts are kept; the folder cache in --out if absent."),
    ] = None,
    model: Model = None,
) -> None:
    """Measure a model on held-out sounds, beside its peers: report.md, report.json, pictures.

    It can be interrupted and run again: parts that are measured already are taken from --cache.
    """
    for module, extra in (
        ("torch", "train"),
        ("lightning", "train"),
        ("sklearn", "train"),
        ("joblib", "data"),
        ("librosa", "dev"),
        ("matplotlib", "plot"),
    ):
        require(module, extra)
    from neural_drum_machine.data.store import Dataset
    from neural_drum_machine.evaluation.cache import Cache
    from neural_drum_machine.evaluation.evaluate import evaluate as measure
    from neural_drum_machine.evaluation.illustrate import illustrate
    from neural_drum_machine.evaluation.report import to_markdown

    machine = load(model)
    dataset = Dataset.open(data)
    make_folder(out)
    kept = Cache(cache or out / "cache")
    with stages_bar() as progress:
        result = measure(
            machine,
            dataset,
            kept,
            per_category=per_category,
            generated=generated,
            perceptual_per_category=perceptual,
            renders=renders,
            judge_steps=judge_steps,
            axis_seeds=axis_seeds,
            workers=workers,
            progress=progress,
        )
        progress("pictures", 0, 1)
        illustrate(result, machine, dataset, kept, out)
        progress("pictures", 1, 1)
    for name, text in (
        ("report.json", json.dumps(result, indent=1) + "\n"),
        ("report.md", to_markdown(result)),
    ):
        with atomic_file(out / name) as file:
            file.write(text.encode())
    console.print(f"report: {out / 'report.md'}\nall figures: {out / 'report.json'}")
