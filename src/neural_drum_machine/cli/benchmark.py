"""``ndm benchmark``."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from neural_drum_machine.cli.benchmark_live import benchmark_live
from neural_drum_machine.cli.common import Model, make_folder
from neural_drum_machine.cli.printing import console, stages_bar
from neural_drum_machine.errors import MissingExtraError
from neural_drum_machine.files import atomic_file
from neural_drum_machine.machine import default_model_path
from neural_drum_machine.model_file.bundle import Bundle


def benchmark(
    renders: Annotated[int, typer.Option(min=1, help="Timed renders of each contender.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the results and a picture; made if absent.")
    ] = None,
    model: Model = None,
    live: Annotated[
        bool, typer.Option("--live", help="Measure a live server as its clients do.")
    ] = False,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="With --live: length of the drag in seconds.")
    ] = 20.0,
) -> None:
    """Measure this computer: cold start, memory and time of a sound, beside other programs."""
    from neural_drum_machine.benchmark import latency

    bundle = Bundle.open(model or default_model_path())
    if out is not None:
        make_folder(out)  # an unusable folder must be reported before the work
    if live:
        benchmark_live(bundle, renders, seconds, as_json, out)
        return
    if as_json:
        result = latency.benchmark(bundle, renders)
    else:
        with stages_bar() as progress:
            result = latency.benchmark(bundle, renders, progress)
    text = json.dumps(result, indent=1, allow_nan=False)
    written = _write(result, text, out) if out is not None else []
    if as_json:
        typer.echo(text)
    else:
        _show(result)
    for line in written:
        if as_json:
            typer.echo(line, err=True)
        else:
            console.print(line)


def _write(result: dict[str, Any], text: str, out: Path) -> list[str]:
    from neural_drum_machine.benchmark.latency_figure import latency_histogram

    figures, picture = out / "benchmark.json", out / "latency.png"
    with atomic_file(figures) as file:
        file.write(f"{text}\n".encode())
    try:
        latency_histogram(result, picture)
    except MissingExtraError as error:
        return [f"results: {figures}", f"no picture: {error}"]
    return [f"results: {figures}", f"picture: {picture}"]


def _table(*headings: str) -> Table:
    # Narrow enough for a terminal of 80 columns.
    table = Table(box=SIMPLE_HEAD, padding=0, pad_edge=False)
    for i, heading in enumerate(headings):
        table.add_column(heading, justify="right" if i else "left", no_wrap=True)
    return table


def _show(result: dict[str, Any]) -> None:
    from neural_drum_machine.benchmark.computer import computer_line
    from neural_drum_machine.benchmark.latency_figure import FLOOR, LABELS

    computer, arithmetic = result["machine"], result["arithmetic"]
    load, cores = computer["load_average_1min"], computer["cores"]
    console.print(
        f"model {result['model']['name']} ({result['model']['hash'][:12]}) on "
        f"{computer_line(computer)}"
    )
    if load is not None and load > 0.5 * cores:
        console.print(f"The computer is busy (load {load:g}). An idle one is faster.")

    ours = result["contenders"]["ndm"]
    times = _table("one sound, ms", "runs", "p50", "p95", "p99", "decode", "invert", "to ours")
    for name, label in LABELS.items():
        figures = result["contenders"][name]
        if "skipped" in figures:
            continue
        phase = "render" if "render_ms" in figures else "invert"
        cells = [figures.get(f"{phase}_ms_p{p}") for p in (50, 95, 99)]
        cells += [figures.get("decode_ms_p50"), figures["invert_ms_p50"]]
        times.add_row(
            label,
            str(figures["runs"]),
            *("" if cell is None else f"{cell:.1f}" for cell in cells),
            f"× {figures[f'{phase}_ms_p50'] / ours[f'{phase}_ms_p50']:.2f}",
        )
    floor = [arithmetic[f"floor_ms_p{p}"] for p in (50, 95, 99)]
    ratio = f"× {floor[0] / ours['render_ms_p50']:.2f}"
    runs = str(len(arithmetic["floor_ms"]))
    times.add_row(FLOOR, runs, *(f"{cell:.1f}" for cell in floor), "", "", ratio)
    console.print(times)
    work = arithmetic["decoder_multiply_adds"] + arithmetic["mcnn_multiply_adds"]
    rate = arithmetic["rate_per_s_p50"]
    console.print(
        "One thread unless stated otherwise. decode and invert are medians. librosa only "
        f"inverts.\nFloor: {work / 1e9:.2f} G multiply-adds; matrix products reach "
        f"{rate / 1e9:.1f} G per second here.\n"
    )

    starts = _table("a fresh process", "first sound, s", "peak memory, MiB")
    for name, figures in result["cold_start"].items():
        if "skipped" not in figures:
            memory = figures["peak_memory_mib_p50"]
            shown = "not measured" if memory is None else f"{memory:.0f}"
            starts.add_row(LABELS[name], f"{figures['first_sound_s_p50']:.2f}", shown)
    console.print(starts)
    skipped = [
        f"skipped: {LABELS[name]}: {figures['skipped']}"
        for part in (result["contenders"], result["cold_start"])
        for name, figures in part.items()
        if "skipped" in figures
    ]
    for line in dict.fromkeys(skipped):  # a missing package is in both parts
        console.print(line)
