"""Building a dataset: read, shape, label, split, store, report."""

import csv
import hashlib
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from neural_drum_machine.audio import Hit, read_hit
from neural_drum_machine.data.report import Rejection, report
from neural_drum_machine.data.scan import Candidate, scan
from neural_drum_machine.data.split import kit_of, split_by_kit
from neural_drum_machine.data.store import (
    PCM_SCALE,
    STD_FLOOR,
    Dataset,
    Entry,
    from_pcm,
    is_dataset,
    write_index,
    write_meta,
)
from neural_drum_machine.errors import AudioError, DatasetError
from neural_drum_machine.mel import log_mel, mel_spectrogram
from neural_drum_machine.spec import CATEGORIES, DEFAULT_SPEC, AudioSpec

Progress = Callable[[int, int], None]


def prepare(
    sources: Sequence[Path],
    out: Path,
    *,
    spec: AudioSpec = DEFAULT_SPEC,
    limit: int | None = None,
    seed: int = 0,
    force: bool = False,
    progress: Progress | None = None,
) -> Dataset:
    """Turn folders of samples into a dataset.

    Parameters
    ----------
    sources : sequence of Path
        Folders, each with a ``manifest.csv`` or labelled by folder and file names.
    out : Path
        The dataset's folder; takes its name only once it is complete.
    spec : AudioSpec
        The signal's numbers.
    limit : int, optional
        Take at most so many sounds of each category, spread over its kits.
    seed : int
        Of the split and of `limit`'s choice.
    force : bool
        Replace an existing dataset.
    progress : callable, optional
        Called with (files done, files in all).

    Returns
    -------
    Dataset
        The dataset, open.

    Raises
    ------
    DatasetError
        If `out` exists (and holds anything but a dataset, or `force` is not given), a source is not
        readable, nothing usable is found, or the disk is full.
    """
    if out.exists() or out.is_symlink():
        if not is_dataset(out):
            raise DatasetError(f"{out}: exists and is no dataset; choose another --out")
        if not force:
            raise DatasetError(f"{out}: exists; use --force to replace it")
    candidates = [candidate for source in sources for candidate in scan(source)]
    if not candidates:
        raise DatasetError(
            f"no audio files (WAV, FLAC, OGG, AIFF) in {', '.join(map(str, sources))}"
        )
    if limit is not None:
        if limit < 1:
            raise DatasetError(f"--limit must be at least 1, got {limit}")
        candidates = _spread(candidates, limit, seed)

    taken: list[tuple[Candidate, Hit]] = []
    rejected: list[Rejection] = []
    seen: dict[bytes, str] = {}
    paths: set[Path] = set()
    for i, candidate in enumerate(candidates):
        try:
            if candidate.category is None:
                raise AudioError(
                    "category unknown: neither folder nor file name states exactly one of "
                    f"{', '.join(CATEGORIES)}"
                )
            hit = read_hit(candidate.path, spec)
            twin = seen.setdefault(hashlib.sha256(hit.samples.tobytes()).digest(), candidate.name)
            if twin != candidate.name or candidate.path.resolve() in paths:
                raise AudioError(f"the same sound as {twin}")
            paths.add(candidate.path.resolve())
            taken.append((candidate, hit))
        except AudioError as error:
            reason = str(error).removeprefix(f"{candidate.path}: ")
            rejected.append(Rejection(candidate.name, reason))
        if progress:
            progress(i + 1, len(candidates))
    if not taken:
        first = rejected[0]
        raise DatasetError(
            f"none of {len(candidates)} files could be used; the first, {first.name}: "
            f"{first.reason}"
        )

    validation = split_by_kit(
        [c.category or "" for c, _ in taken], [c.group for c, _ in taken], seed=seed
    )
    entries = [
        Entry(
            category=candidate.category or "",
            split="validation" if kept else "train",
            kit=kit_of(candidate.group),
            group=candidate.group,
            length=hit.length,
            name=candidate.name,
            source=candidate.source,
            licence=candidate.licence,
            attribution=candidate.attribution,
            upstream=candidate.upstream,
        )
        for (candidate, hit), kept in zip(taken, validation, strict=True)
    ]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as temporary:
            folder = Path(temporary, "dataset")
            folder.mkdir()
            _write(folder, entries, [hit for _, hit in taken], rejected, spec, seed)
            _take_place(folder, out)
    except OSError as error:
        raise DatasetError(
            f"{out}: cannot be written ({error}); free some space or choose another folder"
        ) from error
    return Dataset.open(out, verify=False)


def _take_place(folder: Path, out: Path) -> None:
    """Put a finished folder at its final name; the one that was there goes only after that."""
    old = out.with_name(f".{out.name}.{secrets.token_hex(4)}.old")
    replaced = out.exists()
    if replaced:
        out.rename(old)
    try:
        folder.rename(out)
    except OSError:
        if replaced:
            old.rename(out)
        raise
    if replaced:
        shutil.rmtree(old)


def _spread(candidates: list[Candidate], limit: int, seed: int) -> list[Candidate]:
    """Keep at most `limit` a category, in rounds over its kits, so that the split still works."""
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
        if taken[candidates[i].category] < limit:
            taken[candidates[i].category] += 1
            kept.append(i)
    return [candidates[i] for i in sorted(kept)]


def _write(
    folder: Path,
    entries: list[Entry],
    hits: list[Hit],
    rejected: list[Rejection],
    spec: AudioSpec,
    seed: int,
) -> None:
    n = len(entries)
    waves = np.lib.format.open_memmap(folder / "waves.npy", "w+", np.int16, (n, spec.n_samples))
    mels = np.lib.format.open_memmap(
        folder / "mels.npy", "w+", np.float16, (n, spec.n_mels, spec.n_frames)
    )
    for i, hit in enumerate(hits):
        waves[i] = np.round(hit.samples * PCM_SCALE).astype(np.int16)
        # Of the stored samples, so that waves and mels belong together exactly.
        mels[i] = mel_spectrogram(from_pcm(waves[i]), spec)
    waves.flush()
    mels.flush()
    mean, std = balanced_statistics(mels, entries, spec)
    np.save(folder / "log_mel_mean.npy", mean)
    np.save(folder / "log_mel_std.npy", std)
    write_index(folder / "index.csv", entries)
    with (folder / "rejected.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "reason"])
        writer.writerows((r.name, r.reason) for r in rejected)
    (folder / "REPORT.md").write_text(report(entries, rejected, spec), encoding="utf-8")
    write_meta(folder, spec, n, {"seed": seed, "rejected": len(rejected)})


def balanced_statistics(
    mels: npt.NDArray[np.float16], entries: Sequence[Entry], spec: AudioSpec
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return mean and deviation of each log-mel position over the training sounds.

    Every category weighs the same, as in the class-balanced batches.

    Parameters
    ----------
    mels : numpy.ndarray
        Shape ``(n, n_mels, n_frames)``, magnitudes.
    entries : sequence of Entry
        Of each sound.
    spec : AudioSpec
        The signal's numbers.

    Returns
    -------
    tuple of numpy.ndarray
        Mean and deviation, float32 ``(n_mels, n_frames)``; no deviation under 0.1.
    """
    first = np.zeros((spec.n_mels, spec.n_frames))
    second = np.zeros_like(first)
    counts = Counter(entry.category for entry in entries if entry.split == "train")
    for mel, entry in zip(mels, entries, strict=True):
        if entry.split == "train":
            weight = 1.0 / (counts[entry.category] * len(counts))
            logs = log_mel(mel, spec).astype(np.float64)
            first += weight * logs
            second += weight * logs**2
    std = np.sqrt(np.maximum(second - first**2, 0.0))
    return first.astype(np.float32), np.maximum(std, STD_FLOOR).astype(np.float32)
