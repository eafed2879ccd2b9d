"""The command ``ndm``: each command has a file of its own in this package."""

import errno
import os
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from neural_drum_machine import __version__
from neural_drum_machine.cli.starting import without_collections
from neural_drum_machine.cli.terminal import accept_any_character, warnings_as_sentences
from neural_drum_machine.cores import cores
from neural_drum_machine.errors import NdmError
from neural_drum_machine.files import advice
from neural_drum_machine.quiet_libraries import keep_python_output
from neural_drum_machine.text import for_terminal

_SOUNDS: Final = "Sounds"
_BEATS: Final = "Kits and beats"
_SAMPLES: Final = "Your samples"
_COMPUTER: Final = "This computer"
_MODELS: Final = "Datasets and models"
COMMANDS: Final = {
    "play": _SOUNDS,
    "render": _SOUNDS,
    "reconstruct": _SOUNDS,
    "bend": _SOUNDS,
    "recall": _SOUNDS,
    "sheet": _SOUNDS,
    "axis": _SOUNDS,
    "site": _SOUNDS,
    "kit": _BEATS,
    "export-kit": _BEATS,
    "groove": _BEATS,
    "humanize": _BEATS,
    "library": _SAMPLES,
    "doctor": _COMPUTER,
    "benchmark": _COMPUTER,
    "dataset": _MODELS,
    "train": _MODELS,
    "export": _MODELS,
    "evaluate": _MODELS,
}
"""All commands, and where ``ndm --help`` lists them. Each has a module of its name."""


def app_of(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Return the program with some of its commands; no other one is imported."""
    app = typer.Typer(
        name="ndm",
        help="Neural Drum Machine: move the XY pad, hear a new drum.\n\nStart with: ndm play",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(_root)
    for name in names:
        word = name.replace("-", "_")
        module = import_module(f"{__name__}.{word}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name, rich_help_panel=COMMANDS[name])
        else:
            app.command(name, rich_help_panel=COMMANDS[name])(getattr(module, word))
    return app


def __getattr__(name: str) -> Any:
    """Return ``app``, the program with all of its commands."""
    if name == "app":
        return app_of()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ndm {__version__}")
        raise typer.Exit


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
            # A command that is named needs no other one; help and mistakes need all.
            named = [word for word in sys.argv[1:2] if word in COMMANDS]
            with without_collections():
                app = app_of(named or COMMANDS)
            app()
    except (NdmError, OSError) as error:
        from rich.console import Console
        from rich.markup import escape

        message = f"[bold red]ndm:[/] {escape(for_terminal(_sentence(error)))}"
        Console(stderr=True, soft_wrap=True, emoji=False, highlight=False).print(message)
        sys.exit(1)
