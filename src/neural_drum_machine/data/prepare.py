"""Building a dataset: find, read, label, split, fill up, store, report."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from neural_drum_machine.data.assemble import assemble, assembling, check_target
from neural_drum_machine.data.decide import read_labels
from neural_drum_machine.data.recordings import Progress, read_recordings
from neural_drum_machine.data.scan import Candidate, Rejection, scan
from neural_drum_machine.data.split import kit_of
from neural_drum_machine.data.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.spec import DEFAULT_SPEC, AudioSpec

MIN_CONFIDENCE = 0.8
"""What the labeller must be sure of before its word is taken."""


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
    for source in sources:
        for item in scan(source, users):
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
    most = min(x for x in (limit, per_category, len(found)) if x is not None)
    candidates = _spread(found, most, seed) if most < len(found) else found

    with assembling(out) as work:
        found_out = read_recordings(
            candidates,
            work,
            spec=spec,
            min_confidence=min_confidence,
            seed=seed,
            workers=workers,
            dask=dask,
            tell=tell,
        )
        rejected += found_out.rejected
        if not found_out.entries:
            work.remove()
            first = rejected[0]
            raise DatasetError(
                f"none of {len(found)} files could be used; the first, {first.name}: {first.reason}"
            )
        assemble(
            dataclasses.replace(found_out, rejected=rejected),
            out,
            work,
            spec=spec,
            seed=seed,
            per_category=per_category,
            workers=workers,
            dask=dask,
            tell=tell,
        )
    return Dataset.open(out, verify=False)


def _spread(candidates: list[Candidate], limit: int, seed: int) -> list[Candidate]:
    """Keep at most `limit` a category, in rounds over its kits, so that the split still works.

    Those whose category is not known yet stay: the labeller has to hear them first.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(candidates))
    seen: Counter[tuple[str | None, str]] = Counter()
    keyed: list[tuple[int, int, int]] = []
    for i in order:
        candidate = candidates[i]
        kit = (candidate.category, kit_of(candidate.group))
        keyed.append((seen[kit], len(keyed), int(i)))
        seen[kit] += 1
    kept: list[int] = []
    taken: Counter[str | None] = Counter()
    for _, _, i in sorted(keyed):
        category = candidates[i].category
        if category is None or taken[category] < limit:
            taken[category] += 1
            kept.append(i)
    return [candidates[i] for i in sorted(kept)]
