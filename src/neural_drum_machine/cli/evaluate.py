"""``ndm evaluate``."""

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from neural_drum_machine.cli.common import (
    Inverter,
    Model,
    Without,
    make_folder,
)
from neural_drum_machine.cli.printing import console, stages_bar
from neural_drum_machine.errors import OutputError
from neural_drum_machine.extras import require
from neural_drum_machine.files import LONGEST_NAME, atomic_file
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.machine import load


def evaluate(
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            help="The report, such as report.md, with report.json and the folder report.",
        ),
    ],
    data: Annotated[Path, typer.Option(help="A folder made by ndm dataset prepare.")] = Path(
        "data/open"
    ),
    per_category: Annotated[
        int, typer.Option(min=1, help="Held-out sounds a category, at most.")
    ] = 24,
    generated: Annotated[
        int, typer.Option(min=4, help="Generated sounds a category, at most.")
    ] = 64,
    perceptual: Annotated[
        int, typer.Option(min=0, help="Held-out sounds of a category for CDPAM; 0 skips it.")
    ] = 3,
    renders: Annotated[int, typer.Option(min=1, help="Timed renders.")] = 100,
    judge_steps: Annotated[int, typer.Option(min=1, help="Training steps of the judge.")] = 900,
    axis_seeds: Annotated[
        int, typer.Option(min=1, help="Sounds of a category that are moved along each axis.")
    ] = 8,
    asked: Annotated[
        int, typer.Option(min=8, help="Sounds of a category that are asked for a value.")
    ] = 200,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; by default one for each core.")
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(help="Folder for measured parts; by default REPORT.cache."),
    ] = None,
    model: Model = None,
    inverter: Inverter = DEFAULT_INVERTER,
    without: Without = None,
) -> None:
    """Measure a model on held-out sounds and write a report with all results and pictures.

    You can interrupt it and run it again: measured parts are kept in --cache.
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
    from neural_drum_machine.dataset.store import Dataset
    from neural_drum_machine.evaluation.cache import Cache
    from neural_drum_machine.evaluation.study.evaluate import evaluate as measure
    from neural_drum_machine.evaluation.study.pictures.illustrate import illustrate
    from neural_drum_machine.evaluation.study.report import to_markdown

    if out.suffix != ".md" or out.is_dir():
        raise OutputError(f"{out}: is no report's name; use for example --out {out / 'report.md'}")
    if len(os.fsencode(out.with_suffix(".cache").name)) > LONGEST_NAME:
        # The names of its other results are longer. Said now, not after an hour.
        raise OutputError(f"{out}: this name is too long; choose a shorter one")
    machine = load(model, inverter=inverter, without=without or (), engine="reference")
    dataset = Dataset.open(data)
    pictures = make_folder(out.with_suffix(""))
    kept = Cache(cache or out.with_suffix(".cache"))
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
            asked=asked,
            workers=workers,
            progress=progress,
        )
        # The report uses the rounded values, so that the stored JSON gives the same report.
        result = _rounded(result)
        progress("pictures", 0, 1)
        illustrate(result, machine, dataset, kept, pictures)
        progress("pictures", 1, 1)
    figures = out.with_suffix(".json")
    for path, text in (
        (figures, json.dumps(result, allow_nan=False) + "\n"),
        (out, to_markdown(result, pictures.name)),
    ):
        with atomic_file(path) as file:
            file.write(text.encode())
    console.print(f"report: {out}\nall results: {figures}\npictures: {pictures}")


def _rounded(value: Any) -> Any:
    """Return JSON values rounded to five significant digits; more digits are noise."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value
