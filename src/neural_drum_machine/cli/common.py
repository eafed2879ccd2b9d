"""What the commands share: options, progress, the model, extras."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from neural_drum_machine.errors import OutputError
from neural_drum_machine.inverters import InverterName

# File names are shown as they are: no markup, no emoji codes.
console = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)

Model = Annotated[
    Path | None,
    typer.Option("--model", help="A model file (.ndm); the one in the package if absent."),
]
Inverter = Annotated[
    InverterName,
    typer.Option("--inverter", help="What turns spectrograms into sound."),
]
Force = Annotated[bool, typer.Option("--force", help="Replace files that exist.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the results; made if absent.")]


def make_folder(path: Path) -> Path:
    """Make a folder for results.

    Raises
    ------
    OutputError
        If that is impossible.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be made a folder ({error.strerror}); choose another"
        ) from error
    return path


def check_targets(targets: Iterable[Path], force: bool) -> None:
    """Raise :class:`OutputError` for the first file that would be replaced without ``--force``."""
    for path in targets:
        if path.is_dir() or (path.exists() and not force):
            way = "choose another --out" if path.is_dir() else "use --force, or another --out"
            raise OutputError(f"{path}: exists; {way}")


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


@contextlib.contextmanager
def stages_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar for each stage of a long work; yields a function of (stage, done, in all)."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total)
            progress.update(tasks[stage], completed=done, total=total)

        yield show
