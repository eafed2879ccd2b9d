"""``ndm dataset …``."""

from pathlib import Path
from typing import Annotated

import typer

from neural_drum_machine.cli.common import console, progress_bar

app = typer.Typer(help="Turn folders of samples into a dataset.", no_args_is_help=True)


@app.callback()
def _root() -> None:
    """Turn folders of samples into a dataset."""


@app.command()
def prepare(
    sources: Annotated[
        list[Path],
        typer.Argument(help="Folders, with a manifest.csv or labelled by folder and file names."),
    ],
    out: Annotated[Path, typer.Option("--out", help="The dataset's folder.")],
    limit: Annotated[int | None, typer.Option(help="Most sounds of a category.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the split.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing dataset.")] = False,
) -> None:
    """Read, shape, label and split sounds; write a dataset and a report."""
    from neural_drum_machine.data import prepare as preparation

    with progress_bar("reading") as progress:
        data = preparation.prepare(
            sources, out, limit=limit, seed=seed, force=force, progress=progress
        )
    rejected = data.meta["rejected"]
    console.print(
        f"{len(data)} sounds ({len(data.rows('train'))} to train, "
        f"{len(data.rows('validation'))} to validate), {rejected} files left out"
        + (f" (why: {out / 'rejected.csv'})" if rejected else "")
        + f"\nreport: {out / 'REPORT.md'}"
    )
