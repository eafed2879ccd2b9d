"""The command ``ndm``: each command has a file of its own in this package."""

import errno
import os
import sys
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from neural_drum_machine import __version__
from neural_drum_machine.cli import (
    axis,
    benchmark,
    bend,
    dataset,
    doctor,
    evaluate,
    export,
    library,
    play,
    reconstruct,
    render,
    sheet,
    train,
)
from neural_drum_machine.cli.terminal import accept_any_character, warnings_as_sentences
from neural_drum_machine.cores import cores
from neural_drum_machine.errors import NdmError
from neural_drum_machine.files import advice
from neural_drum_machine.quiet_libraries import keep_python_output
from neural_drum_machine.text import for_terminal

_SOUNDS = "Sounds"
_SAMPLES = "Your samples"
_COMPUTER = "This computer"
_MODELS = "Datasets and models"

app = typer.Typer(
    name="ndm",
    help="Neural Drum Machine: move the XY pad, hear a new drum.\n\nStart with: ndm play",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("play", rich_help_panel=_SOUNDS)(play.play)
app.command("render", rich_help_panel=_SOUNDS)(render.render)
app.command("reconstruct", rich_help_panel=_SOUNDS)(reconstruct.reconstruct)
app.command("bend", rich_help_panel=_SOUNDS)(bend.bend)
app.command("sheet", rich_help_panel=_SOUNDS)(sheet.sheet)
app.add_typer(axis.app, name="axis", rich_help_panel=_SOUNDS)
app.add_typer(library.app, name="library", rich_help_panel=_SAMPLES)
app.command("doctor", rich_help_panel=_COMPUTER)(doctor.doctor)
app.command("benchmark", rich_help_panel=_COMPUTER)(benchmark.benchmark)
app.add_typer(dataset.app, name="dataset", rich_help_panel=_MODELS)
app.command("train", rich_help_panel=_MODELS)(train.train)
app.command("export", rich_help_panel=_MODELS)(export.export)
app.command("evaluate", rich_help_panel=_MODELS)(evaluate.evaluate)


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


_ALWAYS_TRUE: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EMFILE, errno.ENFILE}
    | {errno.ENAMETOOLONG}
)
"""Errors whose advice is right whether a file was read or written."""


def _sentence(error: NdmError | OSError) -> str:
    if isinstance(error, NdmError) or not error.strerror:
        return str(error)
    text = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"{text}; {advice(error)}" if error.errno in _ALWAYS_TRUE else text


def _one_thread_a_core() -> None:
    """Let PyTorch and others start no more threads than this process has cores, in containers."""
    if cores() < (os.cpu_count() or 1):
        # They read it when they are imported, and they are imported later.
        os.environ.setdefault("OMP_NUM_THREADS", str(cores()))


def main() -> None:
    """Run ``ndm``.

    A deliberate error (:class:`~neural_drum_machine.errors.NdmError`) or an error of the operating
    system is printed as one sentence; the exit code is then 1.
    """
    accept_any_character()
    keep_python_output()
    _one_thread_a_core()
    # OpenBLAS would split one matrix product of a render over the cores. If another program uses a
    # core, waiting for its part makes 70 ms of 20.
    threadpool_limits(1, user_api="blas")
    try:
        with warnings_as_sentences():
            app()
    except (NdmError, OSError) as error:
        message = f"[bold red]ndm:[/] {escape(for_terminal(_sentence(error)))}"
        Console(stderr=True, soft_wrap=True, emoji=False, highlight=False).print(message)
        sys.exit(1)
