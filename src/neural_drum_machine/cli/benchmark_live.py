"""``ndm benchmark --live``."""

import json
from pathlib import Path
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from neural_drum_machine.cli.common import make_folder
from neural_drum_machine.cli.printing import console, stages_bar
from neural_drum_machine.errors import MissingExtraError
from neural_drum_machine.files import atomic_file
from neural_drum_machine.machine import default_model_path
from neural_drum_machine.model_file.bundle import Bundle


def benchmark_live(
    bundle: Bundle, sounds: int, seconds: float, as_json: bool, out: Path | None
) -> None:
    """Measure, print, and write ``live.json``, ``latency.md`` and ``img/live.png`` into `out`."""
    from neural_drum_machine.benchmark.computer import computer_line
    from neural_drum_machine.benchmark.live import measure_live
    from neural_drum_machine.benchmark.live_report import rows

    if as_json:
        result = measure_live(bundle, seconds, sounds)
    else:
        with stages_bar() as progress:
            result = measure_live(bundle, seconds, sounds, progress)
    written = _write(result, out) if out is not None else []
    if as_json:
        typer.echo(json.dumps(result, indent=1, allow_nan=False))
    else:
        computer = result["machine"]
        console.print(f"{computer_line(computer)}, load {computer['load_average_1min']}")
        table = Table(box=SIMPLE_HEAD, padding=0, pad_edge=False)
        for heading in ("live", "measured", "target"):
            table.add_column(heading, justify="left" if heading == "live" else "right")
        for row in rows(result):
            table.add_row(*row)
        console.print(table)
        if "skipped" in result["pytorch"]:
            console.print(f"skipped: PyTorch: {result['pytorch']['skipped']}")
    for line in written:
        typer.echo(line, err=as_json)


def _write(result: dict[str, Any], out: Path) -> list[str]:
    from neural_drum_machine.benchmark.live_report import live_histogram, markdown

    picture = make_folder(out / "img") / "live.png"
    lines = [f"picture: {picture}"]
    try:
        live_histogram(result, picture)
    except MissingExtraError as error:
        lines = [f"no picture: {error}"]
    shown = "img/live.png" if picture.exists() else None
    packaged = Bundle.open(default_model_path()).hash
    for name, text in (
        ("live.json", json.dumps(result, indent=1, allow_nan=False) + "\n"),
        ("latency.md", markdown(result, shown, packaged)),
    ):
        with atomic_file(out / name) as file:
            file.write(text.encode())
        lines.append(f"written: {out / name}")
    return lines
