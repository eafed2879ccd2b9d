"""``ndm dataset``: fetch, prepare, describe, check, pack and unpack."""

import csv
from pathlib import Path
from typing import Annotated

import typer

from neural_drum_machine.cli.common import check_targets
from neural_drum_machine.cli.fetch import fetch
from neural_drum_machine.cli.printing import console, progress_bar, stages_bar
from neural_drum_machine.extras import require
from neural_drum_machine.prepare import MIN_CONFIDENCE
from neural_drum_machine.regular_files import open_text
from neural_drum_machine.signal.spec import DEFAULT_SPEC, spec_of

app = typer.Typer(help="Turn folders of samples into a dataset.", no_args_is_help=True)

MOST_FRAMES = 172
"""2 s: datasets hold no more of a sound."""

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A prepared dataset.")]
OutFolder = Annotated[Path, typer.Option("--out", help="The dataset's folder.")]
Workers = Annotated[int | None, typer.Option(help="Number of processes; default: all cores.")]
Dask = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Use a Dask cluster: tcp://host:8786.")
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
        typer.Argument(help="Folders of samples, labelled by a manifest.csv or by their names."),
    ],
    out: OutFolder,
    per_category: Annotated[
        int | None,
        typer.Option(help="Sounds in each category; missing ones are derived from the recordings."),
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Most recordings of each category.")] = None,
    frames: Annotated[
        int,
        typer.Option(
            min=1,
            max=MOST_FRAMES,
            help="Length of the sounds that the networks see, in frames of 11.6 ms: "
            "86 for the model that ships, 128 for the network hits.",
        ),
    ] = DEFAULT_SPEC.n_frames,
    labels: Annotated[
        Path | None,
        typer.Option(help="unsure.csv of an earlier run, with its categories filled in."),
    ] = None,
    min_confidence: Annotated[
        float,
        typer.Option(help="Least probability (0 to 1) with which a sound is labelled by ear."),
    ] = MIN_CONFIDENCE,
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything random.")] = 0,
    workers: Workers = None,
    dask: Dask = None,
    force: Force = False,
) -> None:
    """Decode, label and split sounds, derive more of them, write a dataset and a report.

    If a run was stopped, the same command continues it.
    """
    from neural_drum_machine.prepare import pipeline as preparation

    if per_category is not None:
        # Checked now, not after an hour of decoding.
        require("scipy", "data")
        require("audiomentations", "data")
    with stages_bar() as progress:
        data = preparation.prepare(
            sources,
            out,
            spec=spec_of(frames),
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
        + (f"\nof these, not read: {unread}" if (unread := _unread(out)) else "")
        + (
            f"\n{unsure} of them have no telling name: copy {out / 'unsure.csv'}, fill in the "
            "categories, and give the copy to --labels"
            if unsure
            else ""
        )
        + f"\nreport: {out / 'REPORT.md'}"
    )


def _unread(folder: Path) -> str:
    """Return which formats among a dataset's rejected files cannot be read here, and a way out."""
    from neural_drum_machine.dataset.index import MAX_TABLE_BYTES
    from neural_drum_machine.signal.formats import unread_files

    with open_text(folder / "rejected.csv", most=MAX_TABLE_BYTES) as file:
        return unread_files(row["name"] for row in csv.DictReader(file))


@app.command()
def describe(
    folder: Folder,
    picture: Annotated[
        Path | None, typer.Option(help="Also draw some of its sounds into this .png file.")
    ] = None,
    force: ForceFile = False,
) -> None:
    """Print the contents of a dataset: sources, licences, counts, lengths, origins."""
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
    steps: Annotated[int, typer.Option(min=1, help="Training steps of each classifier.")] = 1500,
    full_band: Annotated[
        bool, typer.Option("--full-band", help="Let the classifiers hear above 11 kHz, too.")
    ] = False,
    folds: Annotated[
        int, typer.Option(help="Number of parts into which the kits are divided.")
    ] = 4,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the classifiers.")] = 0,
) -> None:
    """Measure how well derived sounds stand for recordings.

    Classifiers are trained on derived sounds and then label recordings of other kits.
    """
    require("lightning", "train")
    from neural_drum_machine.dataset.store import Dataset
    from neural_drum_machine.evaluation.derived_check import check_derived, to_markdown

    with progress_bar("folds") as progress:
        result = check_derived(
            Dataset.open(folder),
            steps=steps,
            folds=folds,
            seed=seed,
            full_band=full_band,
            progress=progress,
        )
    console.print(to_markdown(result))


@app.command()
def pack(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", help="The archive, .tar.")],
    force: ForceFile = False,
) -> None:
    """Pack a dataset's recordings into one file, to build the dataset on another machine."""
    from neural_drum_machine.dataset.store import Dataset
    from neural_drum_machine.prepare.pack import pack as write

    check_targets([out], force)
    with progress_bar("packing") as progress:
        size = write(Dataset.open(folder), out, progress)
    console.print(
        f"{out}: {size / 2**20:.1f} MiB; build the dataset elsewhere with: ndm dataset unpack"
    )


@app.command()
def unpack(
    archive: Annotated[Path, typer.Argument(help="Written by ndm dataset pack.")],
    out: OutFolder,
    per_category: Annotated[
        int | None,
        typer.Option(min=1, help="Sounds in every category; default: as in the packed dataset."),
    ] = None,
    workers: Workers = None,
    dask: Dask = None,
    force: Force = False,
) -> None:
    """Build the dataset of a pack: the same recordings, split and derived sounds."""
    from neural_drum_machine.prepare.pack import unpack as read

    with stages_bar() as progress:
        data = read(
            archive,
            out,
            per_category=per_category,
            workers=workers,
            dask=dask,
            force=force,
            progress=progress,
        )
    console.print(f"{len(data)} sounds\nreport: {out / 'REPORT.md'}")
