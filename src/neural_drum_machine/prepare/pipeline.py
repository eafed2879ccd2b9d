"""The steps from folders of samples to a dataset, in their order."""

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path

from neural_drum_machine.dataset.index import write_table
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.files import name_beside
from neural_drum_machine.prepare import MIN_CONFIDENCE
from neural_drum_machine.prepare.finish import (
    check_per_category,
    check_target,
    finish_dataset,
)
from neural_drum_machine.prepare.labelling.labels_file import UNSURE_COLUMNS, read_labels
from neural_drum_machine.prepare.progress import StageProgress
from neural_drum_machine.prepare.recordings.candidate import Candidate, Rejection
from neural_drum_machine.prepare.recordings.collect import collect_recordings
from neural_drum_machine.prepare.recordings.scan import scan
from neural_drum_machine.prepare.recordings.table import Recordings
from neural_drum_machine.prepare.resumable import ResumableFolder
from neural_drum_machine.signal.formats import unread_files
from neural_drum_machine.signal.spec import DEFAULT_SPEC, AudioSpec


def prepare(
    sources: Sequence[Path],
    out: Path,
    *,
    spec: AudioSpec = DEFAULT_SPEC,
    limit: int | None = None,
    per_category: int | None = None,
    labels: Path | None = None,
    min_confidence: float = MIN_CONFIDENCE,
    seed: int = 0,
    workers: int | None = None,
    dask: str | None = None,
    force: bool = False,
    progress: StageProgress | None = None,
) -> Dataset:
    """Turn folders of samples into a dataset.

    Parameters
    ----------
    sources : sequence of Path
        Folders, with manifests or labelled by folder and file names.
    out : Path
        The dataset's folder. It gets this name only once it is complete. A killed run leaves
        ``.NAME.work`` beside it, where the next run continues.
    spec : AudioSpec
        The signal's numbers.
    limit : int, optional
        Most recordings of a category, spread over its kits.
    per_category : int, optional
        Number of sounds in every category. Recordings beyond it are left out; missing sounds are
        derived and added to the training side (see
        :mod:`~neural_drum_machine.prepare.derived.plan`).
    labels : Path, optional
        ``unsure.csv`` of an earlier run with its ``category`` column filled in.
    min_confidence : float
        Least probability, 0 to 1, with which the classifier labels a sound that has no telling
        name; less certain sounds go to ``unsure.csv``.
    seed : int
        Of everything random.
    workers : int, optional
        Processes; all cores if absent.
    dask : str, optional
        Address of a Dask scheduler whose workers do the work instead.
    force : bool
        Replace an existing dataset.
    progress : callable, optional
        Called with (stage, done, in all).

    Returns
    -------
    Dataset
        The dataset, open.

    Raises
    ------
    DatasetError
        If `out` exists (and is no dataset, or `force` is not given), a source cannot be read, an
        option is out of range, nothing usable is found, or a file cannot be written.
    """
    # Not resolve(): a link at this place has to be noticed and refused.
    out = Path(os.path.abspath(out))  # noqa: PTH100
    check_target(out, force)
    if limit is not None and limit < 1:
        raise DatasetError(f"--limit must be at least 1, got {limit}")
    check_per_category(per_category)
    if not 0 <= min_confidence <= 1:
        raise DatasetError(f"--min-confidence must lie between 0 and 1, got {min_confidence}")
    tell = progress or (lambda _stage, _done, _total: None)

    stated = read_labels(labels) if labels else {}
    found: list[Candidate] = []
    rejected: list[Rejection] = []
    for source, name in _names(sources).items():
        for item in scan(source, stated, name):
            if isinstance(item, Rejection):
                rejected.append(item)
            else:
                found.append(item)
        tell("searching", len(found) + len(rejected), len(found) + len(rejected))
    names = {c.name for c in found} | {r.name for r in rejected}
    rejected += [
        Rejection(name, "named in --labels, not found") for name in stated if name not in names
    ]
    if not found:
        why = f"; the first left out, {rejected[0].name}: {rejected[0].reason}" if rejected else ""
        if unread := unread_files(r.name for r in rejected):
            why = f"; not read are {unread}"
        raise DatasetError(f"no audio files to use in {', '.join(map(str, sources))}{why}")

    with ResumableFolder.beside(out) as work:
        recordings = collect_recordings(
            found,
            work,
            limit=min((n for n in (limit, per_category) if n is not None), default=None),
            min_confidence=min_confidence,
            seed=seed,
            workers=workers,
            dask=dask,
            progress=tell,
        )
        rejected += recordings.rejected
        if not recordings.entries:
            if work.fresh and not recordings.unsure:
                work.finish()
            raise _nothing(out, recordings, rejected, len(found))
        finish_dataset(
            dataclasses.replace(recordings, rejected=rejected),
            out,
            work,
            spec=spec,
            seed=seed,
            per_category=per_category,
            force=force,
            workers=workers,
            dask=dask,
            progress=tell,
        )
    return Dataset.open(out, verify=False)


def _names(sources: Sequence[Path]) -> dict[Path, str]:
    """Return the sources, each once, with a unique name that is put in front of their files."""
    out: dict[Path, str] = {}
    for source in sources:
        path = source.resolve()
        name, number = path.name, 1
        while name in out.values() and path not in out:
            number += 1
            name = f"{path.name}~{number}"
        out.setdefault(path, name)
    return out


def _nothing(
    out: Path, recordings: Recordings, rejected: Sequence[Rejection], files: int
) -> DatasetError:
    """Return the error for a library of which nothing can be used.

    If sounds only lack a label, ``NAME.unsure.csv`` is written for the user to fill in.
    """
    first = rejected[0]
    text = f"none of {files} files could be used; the first, {first.name}: {first.reason}"
    if recordings.unsure:
        path = name_beside(out, ".unsure.csv", hidden=False)
        write_table(path, UNSURE_COLUMNS, recordings.unsure)
        text += f"; {path} lists {len(recordings.unsure)} that only lack a category"
    return DatasetError(text)
