"""``ndm dataset …``."""

from pathlib import Path
from typing import Annotated

import typer

from neural_drum_machine.cli.common import check_targets, console, progress_bar, stages_bar
from neural_drum_machine.cli.fetch import fetch
from neural_drum_machine.extras import require
from neural_drum_machine.prepare import MIN_CONFIDENCE

app = typer.Typer(help="Turn folders of samples into a dataset.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A prepared dataset.")]
OutFolder = Annotated[Path, typer.Option("--out", help="The dataset's folder.")]
Workers = Annotated[int | None, typer.Option(help="Processes; all cores if absent.")]
Dask = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Work on a Dask cluster: tcp://host:8786.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace an existing dataset.")]
ForceFile = Annotated[bool, typer.Option("--force", help="Replace a file that exists.")]


@app.callback()
def _root() -> None:
    """Turn folders of samples into a dataset."""


app.command()(fetch)


@app.command()
def prepare(
    sources: Annotated[
        list[Path],
        typer.Argument(help="Folders, with a manifest.csv or labelled by folder and file names."),
    ],
    out: OutFolder,
    per_category: Annotated[
        int | None,
        typer.Option(help="Make new sounds from the recordings until each category has so many."),
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Most recordings of a category.")] = None,
    labels: Annotated[
        Path | None, typer.Option(help="unsure.csv of an earlier run, with categories filled in.")
    ] = None,
    min_confidence: Annotated[
        float, typer.Option(help="How sure (0 to 1) the labeller must be of an unnamed sound.")
    ] = MIN_CONFIDENCE,
    seed: Annotated[int, typer.Option(min=0, help="Of everything random.")] = 0,
    workers: Workers = None,
    dask: Dask = None,
    force: Force = False,
) -> None:
    """Read, label and split sounds, make more of them, write a dataset and a report.

    A run that was stopped goes on where it was when it is started again.
    """
    from neural_drum_machine.prepare import pipeline as preparation

    if per_category is not None:
        # Now, not after an hour of reading.
        require("scipy", "data")
        require("audiomentations", "data")
    with stages_bar() as progress:
        data = preparation.prepare(
            sources,
            out,
            limit=limit,
            per_category=per_category,
            labels=labels,
            min_confidence=min_confidence,
            seed=seed,
            workers=workers,
            dask=dask,
            force=force,
            progress=progress,
        )
    rejected, unsure = data.meta["rejected"], data.meta["unsure"]
    console.print(
        f"{len(data)} sounds ({len(data.rows('train'))} to train, "
        f"{len(data.rows('validation'))} to validate), {rejected} files left out"
        + (f" (why: {out / 'rejected.csv'})" if rejected else "")
        + (
            f"\n{unsure} of them have no telling name: fill in {out / 'unsure.csv'}, copy it, "
            "and give the copy to --labels"
            if unsure
            else ""
        )
        + f"\nreport: {out / 'REPORT.md'}"
    )


@app.command()
def describe(
    folder: Folder,
    picture: Annotated[
        Path | None, typer.Option(help="Also draw a contact sheet of its sounds: a .png file.")
    ] = None,
    force: ForceFile = False,
) -> None:
    """Print what is in a dataset: sources, licences, counts, seconds, where sounds come from."""
    from neural_drum_machine.dataset.store import Dataset
    from neural_drum_machine.prepare.report import describe as text

    data = Dataset.open(folder)
    if picture is not None:
        require("matplotlib", "plot")
        check_targets([picture], force)
    console.print(text(data))
    if picture is not None:
        from neural_drum_machine.dataset.sheet import dataset_sheet

        dataset_sheet(data, picture)
        console.print(f"\npicture: {picture}")


@app.command()
def check(
    folder: Folder,
    steps: Annotated[int, typer.Option(min=1, help="Of each classifier's training.")] = 1500,
    folds: Annotated[int, typer.Option(help="Parts the kits are dealt into.")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="Of the classifiers.")] = 0,
) -> None:
    """Do made sounds stand for real ones? Trains classifiers on them, asks them for real ones."""
    require("lightning", "train")
    from neural_drum_machine.dataset.store import Dataset
    from neural_drum_machine.evaluation.study.derived_check import check_derived, to_markdown

    with progress_bar("folds") as progress:
        result = check_derived(
            Dataset.open(folder), steps=steps, folds=folds, seed=seed, progress=progress
        )
    console.print(to_markdown(result))


@app.command()
def pack(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", help="The archive, .tar.")],
    force: ForceFile = False,
) -> None:
    """Pack a dataset's recordings, to build the same dataset on another machine."""
    from neural_drum_machine.dataset.store import Dataset
    from neural_drum_machine.prepare.pack import pack as write

    check_targets([out], force)
    with progress_bar("packing") as progress:
        size = write(Dataset.open(folder), out, progress)
    console.print(f"{out}: {size / 2**20:.1f} MiB; build it elsewhere with: ndm dataset unpack")


@app.command()
def unpack(
    archive: Annotated[Path, typer.Argument(help="From ndm dataset pack.")],
    out: OutFolder,
    workers: Workers = None,
    dask: Dask = None,
    force: Force = False,
) -> None:
    """Build the dataset of a pack: the same recordings and split, the same sounds made of them."""
    from neural_drum_machine.prepare.pack import unpack as read

    with stages_bar() as progress:
        data = read(archive, out, workers=workers, dask=dask, force=force, progress=progress)
    console.print(f"{len(data)} sounds\nreport: {out / 'REPORT.md'}")
