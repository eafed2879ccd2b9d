"""The command ``ndm``: one thin file a command."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from neural_drum_machine import __version__
from neural_drum_machine.cli import (
    benchmark,
    dataset,
    doctor,
    evaluate,
    export,
    play,
    reconstruct,
    render,
    sheet,
    train,
)
from neural_drum_machine.errors import NdmError
from neural_drum_machine.text import printable

app = typer.Typer(
    name="ndm",
    help="Neural Drum Machine: move a pad, hear a new drum.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(dataset.app, name="dataset")
app.command("train")(train.train)
app.command("play")(play.play)
app.command("doctor")(doctor.doctor)
app.command("render")(render.render)
app.command("reconstruct")(reconstruct.reconstruct)
app.command("sheet")(sheet.sheet)
app.command("export")(export.export)
app.command("evaluate")(evaluate.evaluate)
app.command("benchmark")(benchmark.benchmark)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ndm {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run ``ndm``: our errors and the system's are one sentence and exit code 1."""
    # A render has one matrix product that OpenBLAS would share out. While another program has the
    # other core, waiting for that share makes 70 ms of 20.
    threadpool_limits(1, user_api="blas")
    try:
        app()
    except (NdmError, OSError) as error:
        message = f"[bold red]ndm:[/] {escape(printable(str(error)))}"
        Console(stderr=True, soft_wrap=True, emoji=False, highlight=False).print(message)
        sys.exit(1)
