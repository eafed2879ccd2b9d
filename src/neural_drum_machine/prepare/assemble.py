"""From recordings to the dataset at its final place."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from neural_drum_machine.dataset.index import Entry, write_table
from neural_drum_machine.dataset.store import is_dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.files import replace_folder
from neural_drum_machine.prepare.build import build
from neural_drum_machine.prepare.derived.plan import plan_fill
from neural_drum_machine.prepare.recordings.decide import UNSURE_COLUMNS
from neural_drum_machine.prepare.recordings.table import Progress, Recordings
from neural_drum_machine.prepare.report import report
from neural_drum_machine.prepare.sources.catalogue import is_restricted
from neural_drum_machine.prepare.work import Work
from neural_drum_machine.signal.spec import AudioSpec


def check_target(out: Path, force: bool) -> None:
    """Raise :class:`DatasetError` if a dataset cannot, or must not, take this place."""
    if out.exists() or out.is_symlink():
        if not is_dataset(out):
            raise DatasetError(f"{out}: exists and is no dataset; choose another --out")
        if not force:
            raise DatasetError(f"{out}: exists; use --force to replace it")


@contextlib.contextmanager
def assembling(out: Path) -> Iterator[Work]:
    """Open the folder for a dataset's unfinished work; see :class:`.Work`.

    Raises
    ------
    DatasetError
        If another run has it, or the disk is full: what is finished stays for the next run.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with Work.beside(out) as work:
            yield work
    except OSError as error:
        raise DatasetError(
            f"{out}: cannot be written ({error}); free some space and run the same command again "
            "(it goes on where it was), or choose another folder"
        ) from error


def assemble(
    recordings: Recordings,
    out: Path,
    work: Work,
    *,
    spec: AudioSpec,
    seed: int,
    per_category: int | None,
    force: bool,
    workers: int | None,
    dask: str | None,
    tell: Progress,
) -> None:
    """Fill up, build, report, and put the dataset at its place; the work folder goes.

    Parameters
    ----------
    recordings : Recordings
        Labelled and split.
    out : Path
        The dataset's folder.
    work : Work
        Where it grows.
    spec, seed, per_category, force, workers, dask
        As in :func:`~neural_drum_machine.prepare.pipeline.prepare`.
    tell : callable
        Called with (stage, done, in all).
    """
    plan = plan_fill(recordings.entries, per_category, seed) if per_category else []

    def write_reports(folder: Path, entries: Sequence[Entry]) -> dict[str, Any]:
        rejected, limits = recordings.rejected, _restricted(entries)
        rows = ((rejection.name, rejection.reason) for rejection in rejected)
        write_table(folder / "rejected.csv", ("name", "reason"), rows)
        write_table(folder / "unsure.csv", UNSURE_COLUMNS, recordings.unsure)
        text = report(entries, rejected, spec, limits)
        (folder / "REPORT.md").write_text(text, encoding="utf-8")
        return {
            "rejected": len(rejected),
            "unsure": len(recordings.unsure),
            "copies": recordings.copies,
            "per_category": per_category,
            "restricted": limits,
        }

    folder = build(
        recordings.entries,
        recordings.wave,
        plan,
        work,
        spec=spec,
        seed=seed,
        write_reports=write_reports,
        workers=workers,
        dask=dask,
        progress=lambda done, total: tell("making spectrograms", done, total),
    )
    # Again: hours may have passed, and somebody may have put something there.
    check_target(out, force)
    replace_folder(folder, out)
    work.remove()


def _restricted(entries: Sequence[Entry]) -> list[str]:
    """Return the licences in a dataset that ask more than naming the author; unknown ones not."""
    licences = {part for entry in entries for part in entry.licence.split(" AND ") if part}
    return sorted(licence for licence in licences if is_restricted(licence))
