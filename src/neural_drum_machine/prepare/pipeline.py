"""Building a dataset: find, read, label, split, fill up, store, report."""

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path

from neural_drum_machine.dataset.index import write_table
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare import MIN_CONFIDENCE
from neural_drum_machine.prepare.assemble import assemble, assembling, check_target
from neural_drum_machine.prepare.recordings.decide import UNSURE_COLUMNS, read_labels
from neural_drum_machine.prepare.recordings.scan import Candidate, Rejection, scan
from neural_drum_machine.prepare.recordings.table import Progress, Recordings, read_recordings
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
    progress: Progress | None = None,
) -> Dataset:
    """Turn folders of samples into a dataset.

    Parameters
    ----------
    sources : sequence of Path
        Folders, with manifests or labelled by folder and file names.
    out : Path
        The dataset's folder; takes its name only once it is complete. A run that is
        killed leaves ``.NAME.work`` beside it, and the next one goes on from there.
    spec : AudioSpec
        The signal's numbers.
    limit : int, optional
        Take at most so many sounds of each category, spread over its kits.
    per_category : int, optional
        Bring every category to so many sounds: more are left out, missing ones are made on
        the training side (see :mod:`.fill`).
    labels : Path, optional
        ``unsure.csv`` of an earlier run with its ``category`` column filled in.
    min_confidence : float
        Least probability, 0 to 1, with which the labeller's word is taken for a sound that
        has no telling name; the others go to ``unsure.csv``.
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
        If `out` exists (and holds anything but a dataset, or `force` is not given), a source is
        not readable, an option is out of range, nothing usable is found, or the disk is full.
    """
    # Not resolve(): a link that stands there must be seen, and refused.
    out = Path(os.path.abspath(out))  # noqa: PTH100
    check_target(out, force)
    for name, value in (("--limit", limit), ("--per-category", per_category)):
        if value is not None and value < 1:
            raise DatasetError(f"{name} must be at least 1, got {value}")
    if not 0 <= min_confidence <= 1:
        raise DatasetError(f"--min-confidence must lie between 0 and 1, got {min_confidence}")
    tell = progress or (lambda _stage, _done, _total: None)

    users = read_labels(labels) if labels else {}
    found: list[Candidate] = []
    rejected: list[Rejection] = []
    for source, name in _names(sources).items():
        for item in scan(source, users, name):
            if isinstance(item, Rejection):
                rejected.append(item)
            else:
                found.append(item)
        tell("searching", len(found) + len(rejected), len(found) + len(rejected))
    names = {c.name for c in found} | {r.name for r in rejected}
    rejected += [
        Rejection(name, "named in --labels, not found") for name in users if name not in names
    ]
    if not found:
        why = f"; the first left out, {rejected[0].name}: {rejected[0].reason}" if rejected else ""
        raise DatasetError(f"no audio files to use in {', '.join(map(str, sources))}{why}")

    with assembling(out) as work:
        recordings = read_recordings(
            found,
            work,
            spec=spec,
            limit=min((n for n in (limit, per_category) if n is not None), default=None),
            min_confidence=min_confidence,
            seed=seed,
            workers=workers,
            dask=dask,
            tell=tell,
        )
        rejected += recordings.rejected
        if not recordings.entries:
            if work.fresh and not recordings.unsure:
                work.remove()
            raise _nothing(out, recordings, rejected, len(found))
        assemble(
            dataclasses.replace(recordings, rejected=rejected),
            out,
            work,
            spec=spec,
            seed=seed,
            per_category=per_category,
            force=force,
            workers=workers,
            dask=dask,
            tell=tell,
        )
    return Dataset.open(out, verify=False)


def _names(sources: Sequence[Path]) -> dict[Path, str]:
    """Return the sources, each once, with the names their files are known by: no two the same."""
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
    """Return the error that says that nothing could be used, and how to go on.

    Where sounds only lack a name, the list to fill in is written beside the dataset's place.
    """
    first = rejected[0]
    text = f"none of {files} files could be used; the first, {first.name}: {first.reason}"
    if recordings.unsure:
        path = out.with_name(f"{out.name}.unsure.csv")
        write_table(path, UNSURE_COLUMNS, recordings.unsure)
        text += f"; {path} lists {len(recordings.unsure)} that only lack a category"
    return DatasetError(text)
