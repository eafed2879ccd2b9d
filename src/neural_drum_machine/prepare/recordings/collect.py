"""From files to recordings: decoded, labelled, each hit once, split by kit."""

import contextlib
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from neural_drum_machine.dataset.index import Entry
from neural_drum_machine.dataset.split import split_by_kit, spread
from neural_drum_machine.prepare.compact_audio import reduced
from neural_drum_machine.prepare.labelling.classifier import Guess
from neural_drum_machine.prepare.progress import StageProgress
from neural_drum_machine.prepare.recordings.candidate import Candidate, Rejection
from neural_drum_machine.prepare.recordings.copies import copies_across, join_kits, recorded_twice
from neural_drum_machine.prepare.recordings.duplicates import COMPARED_SR, compared, near_duplicates
from neural_drum_machine.prepare.recordings.reading import DecodedFile, decode_all
from neural_drum_machine.prepare.recordings.rumble import without_rumble
from neural_drum_machine.prepare.recordings.table import Recording, Recordings
from neural_drum_machine.prepare.resumable import ResumableFolder
from neural_drum_machine.prepare.wave_store import WaveStore
from neural_drum_machine.signal.full_hit import FULL_SR


def collect_recordings(
    candidates: Sequence[Candidate],
    folder: ResumableFolder,
    *,
    limit: int | None,
    min_confidence: float,
    seed: int,
    workers: int | None,
    dask: str | None,
    progress: StageProgress,
) -> Recordings:
    """Decode files, label those without a telling name, remove copies, split by kit.

    Parameters
    ----------
    candidates : sequence of Candidate
        The files.
    folder : ResumableFolder
        Keeps decoded files.
    limit : int or None
        Most recordings of a category.
    min_confidence, seed, workers, dask
        As in :func:`~neural_drum_machine.prepare.pipeline.prepare`.
    progress : callable
        Called with (stage, done, in all).

    Returns
    -------
    Recordings
        The recordings that can be used, and the reasons why the others cannot.
    """
    rejected: list[Rejection] = []
    store = WaveStore(folder.path / "waves.i16")
    decoded = decode_all(
        candidates,
        folder,
        workers=workers,
        dask=dask,
        progress=lambda done, total: progress("reading", done, total),
    )
    with contextlib.closing(store):
        decodable = _decodable(candidates, decoded, store, min_confidence, rejected)
    table, exact, unsure = _without_exact_copies(decodable, rejected)
    near = _near_duplicates(table, store, workers, dask, progress)

    # Exact copies count too when kits are joined, although only one of them is kept.
    groups = [row.candidate.group for row in (*table, *(copy for copy, _ in exact))]
    pairs = [(i, j) for i, j, _ in near]
    pairs += [(original, len(table) + k) for k, (_, original) in enumerate(exact)]
    kits = join_kits(groups, pairs)[: len(table)]

    # From here on, numbers of rows that are still in.
    twice = recorded_twice([row.candidate.source for row in table], near)
    for i, other in twice.items():
        reason = f"the same recording as {table[other].name}"
        rejected.append(Rejection(table[i].name, reason))
    left = [i for i in range(len(table)) if i not in twice]
    if limit is not None:
        chosen = spread([table[i].category for i in left], [kits[i] for i in left], limit, seed)
        reason = f"more than {limit} of its category were found"
        rejected += [
            Rejection(table[i].name, reason) for k, i in enumerate(left) if k not in chosen
        ]
        left = [i for k, i in enumerate(left) if k in chosen]
    sides = split_by_kit([table[i].category for i in left], [kits[i] for i in left], seed=seed)
    held_out = dict(zip(left, sides, strict=True))
    copied = copies_across(held_out, [(i, j) for i, j in pairs if i in held_out and j in held_out])
    for i, other in copied.items():
        reason = f"nearly the same sound as {table[other].name}, which is trained on"
        rejected.append(Rejection(table[i].name, reason))
    left = [i for i in left if i not in copied]

    # Rumble is removed last: copies and sides are decided on the sounds as they were recorded.
    cleaned = WaveStore(folder.path / "cleaned.i16")
    entries: list[Entry] = []
    with contextlib.closing(cleaned):
        for i in left:
            # Rounded as packs round, so that a pack gives the same dataset.
            cleaned.append(
                reduced(without_rumble(store[table[i].stored], table[i].category, FULL_SR))
            )
            entries.append(table[i].entry(kits[i], held_out[i]))
    return Recordings(entries, cleaned.__getitem__, rejected, unsure, len(near))


def _decodable(
    candidates: Sequence[Candidate],
    decoded: Iterable[DecodedFile],
    store: WaveStore,
    min_confidence: float,
    rejected: list[Rejection],
) -> list[Recording]:
    """Return the files that could be decoded, their samples stored; others go to `rejected`."""
    table: list[Recording] = []
    paths: dict[Path, str] = {}
    for candidate, file in zip(candidates, decoded, strict=True):
        if file.pcm is None:
            rejected.append(Rejection(candidate.name, file.reason))
            continue
        resolved = candidate.path.resolve()
        if resolved in paths:
            rejected.append(Rejection(candidate.name, f"the same file as {paths[resolved]}"))
            continue
        paths[resolved] = candidate.name
        guess = Guess.of(file.probabilities) if candidate.category is None else None
        table.append(
            Recording(
                candidate,
                stored=len(store),
                digest=hashlib.sha256(file.pcm.tobytes()).digest(),
                spectral_print=file.spectral_print,
                guess=guess,
                sure=_is_sure(candidate, guess, min_confidence),
            )
        )
        store.append(file.pcm)
    return table


def _is_sure(candidate: Candidate, guess: Guess | None, min_confidence: float) -> bool:
    """Return whether a category is known: stated, or predicted as one that the names allow."""
    if candidate.doubt:
        return False
    if guess is None:
        return True
    allowed = not candidate.choices or guess.category in candidate.choices
    return allowed and guess.is_sure(min_confidence)


def _without_exact_copies(
    decodable: list[Recording], rejected: list[Rejection]
) -> tuple[list[Recording], list[tuple[Recording, int]], list[list[object]]]:
    """Return one recording of each sound, the exact copies, and the lines of ``unsure.csv``.

    Of equal samples the one whose label has most authority is kept. A copy comes with the number
    of the one that was kept. `rejected` gets the copies and the unsure ones.
    """
    best: dict[bytes, Recording] = {}
    for row in decodable:
        other = best.setdefault(row.digest, row)
        if row.authority < other.authority:
            best[row.digest] = row
    table: list[Recording] = []
    number: dict[bytes, int] = {}
    unsure: list[list[object]] = []
    for row in decodable:
        if best[row.digest] is not row:
            continue
        if row.sure:
            number[row.digest] = len(table)
            table.append(row.with_guess())
            continue
        guess = row.guess
        assert guess is not None
        confidence = round(guess.confidence, 2)
        doubt = row.doubt
        unsure.append([row.name, "", guess.category, confidence, guess.second, doubt])
        rejected.append(
            Rejection(
                row.name,
                f"category unknown: {doubt}, and by its sound it is {guess.category} with "
                f"probability {confidence:.2f}; say what it is in unsure.csv and give that to "
                "--labels",
            )
        )
    copies: list[tuple[Recording, int]] = []
    for row in decodable:
        original = best[row.digest]
        if original is not row:
            rejected.append(Rejection(row.name, f"the same sound as {original.name}"))
            if row.digest in number:
                copies.append((row, number[row.digest]))
    return table, copies, unsure


def _near_duplicates(
    table: Sequence[Recording],
    store: WaveStore,
    workers: int | None,
    dask: str | None,
    progress: StageProgress,
) -> list[tuple[int, int, float]]:
    if len(table) < 2:
        return []
    return near_duplicates(
        np.stack([row.spectral_print for row in table]),
        lambda i: compared(store[table[i].stored], FULL_SR),
        COMPARED_SR,
        lambda done, total: progress("comparing", done, total),
        workers=workers,
        dask=dask,
    )
