"""What the commands share: options, progress, the model, extras."""

import contextlib
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from neural_drum_machine.errors import AudioError, MissingExtraError
from neural_drum_machine.machine import DrumMachine, load

console = Console(soft_wrap=True, highlight=False)

Model = Annotated[
    Path | None,
    typer.Option("--model", help="A model file (.ndm); the one in the package if absent."),
]
Out = Annotated[Path, typer.Option("--out", help="Folder for the results; made if absent.")]


def require(module: str, extra: str) -> None:
    """Raise :class:`MissingExtraError`, with the command that helps, unless a module is there."""
    if importlib.util.find_spec(module) is None:
        raise MissingExtraError(
            f"this command needs {module}: pip install 'neural-drum-machine[{extra}]'"
        )


def open_machine(model: Path | None) -> DrumMachine:
    """Load the model that the option names."""
    return load(model)


def make_folder(path: Path) -> Path:
    """Make a folder for results.

    Raises
    ------
    AudioError
        If that is impossible.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AudioError(
            f"{path}: cannot be made a folder ({error.strerror}); choose another"
        ) from error
    return path


@contextlib.contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar; yields a function to call with (done, in all)."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
