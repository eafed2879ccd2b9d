"""From recordings to the finished dataset at its final place."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from neural_drum_machine.dataset.index import Entry, write_table
from neural_drum_machine.dataset.layout import is_dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.files import replace_folder
from neural_drum_machine.prepare import MAX_PER_CATEGORY
from neural_drum_machine.prepare.derived.plan import plan_derived
from neural_drum_machine.prepare.labelling.labels_file import UNSURE_COLUMNS
from neural_drum_machine.prepare.notice import NOTICE, notice
from neural_drum_machine.prepare.progress import StageProgress
from neural_drum_machine.prepare.recordings.table import Recordings
from neural_drum_machine.prepare.report import report
from neural_drum_machine.prepare.resumable import ResumableFolder
from neural_drum_machine.prepare.sources.licences import is_restricted
from neural_drum_machine.prepare.writing import write_dataset
from neural_drum_machine.signal.spec import AudioSpec


def check_target(out: Path, force: bool) -> None:
    """Raise :class:`DatasetError` if `out` exists, unless it is a dataset and `force` is given."""
    if out.exists() or out.is_symlink():
        if not is_dataset(out):
            raise DatasetError(f"{out}: exists and is no dataset; choose another --out")
        if not force:
            raise DatasetError(f"{out}: exists; use --force to replace it")


def check_per_category(per_category: int | None) -> None:
    """Raise :class:`DatasetError` if a number of sounds in every category is out of range."""
    if per_category is not None and not 1 <= per_category <= MAX_PER_CATEGORY:
        bound = f"least 1, got {per_category}"
        if per_category > 0:
            bound = f"most {MAX_PER_CATEGORY}, got {per_category}"
        raise DatasetError(f"--per-category must be at {bound}")


def finish_dataset(
    recordings: Recordings,
    out: Path,
    work: ResumableFolder,
    *,
    spec: AudioSpec,
    seed: int,
    per_category: int | None,
    force: bool,
    workers: int | None,
    dask: str | None,
    progress: StageProgress,
) -> None:
    """Plan derived sounds, write the dataset and its reports, and move it to its place.

    Parameters
    ----------
    recordings : Recordings
        Labelled and split.
    out : Path
        The dataset's folder.
    work : ResumableFolder
        Where the dataset grows.
    spec, seed, per_category, force, workers, dask
        As in :func:`~neural_drum_machine.prepare.pipeline.prepare`.
    progress : callable
        Called with (stage, done, in all).
    """
    plan = plan_derived(recordings.entries, per_category, seed) if per_category else []

    def write_reports(folder: Path, entries: Sequence[Entry]) -> dict[str, Any]:
        rejected, limits = recordings.rejected, _restricted(entries)
        rows = ((rejection.name, rejection.reason) for rejection in rejected)
        write_table(folder / "rejected.csv", ("name", "reason"), rows)
        write_table(folder / "unsure.csv", UNSURE_COLUMNS, recordings.unsure)
        text = report(entries, rejected, spec, limits)
        (folder / "REPORT.md").write_text(text, encoding="utf-8")
        (folder / NOTICE).write_text(notice(entries), encoding="utf-8")
        return {
            "rejected": len(rejected),
            "unsure": len(recordings.unsure),
            "copies": recordings.copies,
            "per_category": per_category,
            "restricted": limits,
        }

    folder = write_dataset(
        recordings.entries,
        recordings.wave,
        plan,
        work,
        spec=spec,
        seed=seed,
        write_reports=write_reports,
        workers=workers,
        dask=dask,
        progress=lambda done, total: progress("making spectrograms", done, total),
    )
    # Again: hours may have passed, and somebody may have put something there.
    check_target(out, force)
    replace_folder(folder, out)
    work.finish()


def _restricted(entries: Sequence[Entry]) -> list[str]:
    """Return the licences that ask for more than naming the author, as far as they are known."""
    licences = {part for entry in entries for part in entry.licence.split(" AND ") if part}
    return sorted(licence for licence in licences if is_restricted(licence))
