"""The recordings of a dataset: read, named, without copies across the split."""

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from neural_drum_machine.data.decide import (
    Guess,
    copies_across,
    find_copies,
    join_kits,
    recorded_twice,
)
from neural_drum_machine.data.entries import REAL, Entry
from neural_drum_machine.data.reading import read_all
from neural_drum_machine.data.scan import OTHER, Candidate, Rejection
from neural_drum_machine.data.split import split_by_kit
from neural_drum_machine.data.work import WaveStore, Work
from neural_drum_machine.spec import AudioSpec

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Recordings:
    """The recordings of a dataset, labelled and split.

    Attributes
    ----------
    entries : list of Entry
        One a recording.
    wave : callable
        Gives its samples by its number, int16 ``(length,)``.
    rejected : list of Rejection
        What was left out.
    unsure : list of list
        Lines of ``unsure.csv``.
    copies : int
        Pairs of near-duplicates that were found.
    """

    entries: list[Entry]
    wave: Callable[[int], npt.NDArray[np.int16]]
    rejected: list[Rejection]
    unsure: list[list[object]]
    copies: int


def read_recordings(
    candidates: Sequence[Candidate],
    work: Work,
    *,
    spec: AudioSpec,
    min_confidence: float,
    seed: int,
    workers: int | None,
    dask: str | None,
    tell: Progress,
) -> Recordings:
    """Read files, name those without a telling name, find copies, choose what is held out.

    Parameters
    ----------
    candidates : sequence of Candidate
        The files.
    work : Work
        Keeps what is read.
    spec, min_confidence, seed, workers, dask
        As in :func:`~neural_drum_machine.data.prepare.prepare`.
    tell : callable
        Called with (stage, done, in all).

    Returns
    -------
    Recordings
        What can be used, and why the rest can not.
    """
    rejected: list[Rejection] = []
    taken: list[tuple[Candidate, int, float]] = []
    unsure: list[list[object]] = []
    prints: list[npt.NDArray[np.float32]] = []
    seen: dict[bytes, str] = {}
    paths: set[Path] = set()
    store = WaveStore(work.folder / "waves.i16")
    readings = read_all(
        candidates,
        spec,
        work,
        workers=workers,
        dask=dask,
        progress=lambda done, total: tell("reading", done, total),
    )
    unnamed: list[tuple[bytes, Candidate, Guess]] = []
    with contextlib.closing(store):
        for candidate, reading in zip(candidates, readings, strict=True):
            if reading.pcm is None:
                rejected.append(Rejection(candidate.name, reading.reason))
                continue
            digest = hashlib.sha256(reading.pcm.tobytes()).digest()
            resolved = candidate.path.resolve()
            if digest in seen or resolved in paths:
                twin = seen.get(digest, "another name of it")
                rejected.append(Rejection(candidate.name, f"the same sound as {twin}"))
                continue
            confidence = 1.0
            if candidate.category is None:
                guess = Guess.of(reading.probabilities)
                confidence = guess.confidence
                if guess.category == OTHER or confidence < min_confidence:
                    unnamed.append((digest, candidate, guess))
                    continue
                candidate = replace(candidate, category=guess.category, label="classifier")
            seen[digest] = candidate.name
            paths.add(resolved)
            store.append(reading.pcm)
            prints.append(reading.spectral_print)
            taken.append((candidate, len(reading.pcm), confidence))
    for digest, candidate, guess in unnamed:
        # Only now: a copy of it may have had a telling name, further on.
        twin = seen.setdefault(digest, candidate.name)
        if twin != candidate.name:
            rejected.append(Rejection(candidate.name, f"the same sound as {twin}"))
            continue
        unsure.append(
            [candidate.name, "", guess.category, guess.confidence, guess.second, guess.why]
        )
        rejected.append(
            Rejection(
                candidate.name,
                f"category unknown: the name does not say, and by its sound it is "
                f"{guess.category} with probability {guess.confidence:.2f}; say what it is in "
                "unsure.csv and give that to --labels",
            )
        )
    found = find_copies(
        prints, store.__getitem__, spec.sr, lambda done, total: tell("comparing", done, total)
    )
    twice = recorded_twice([candidate.source for candidate, _, _ in taken], found)
    # What goes must not hold kits together, nor stand in for them.
    left = [i for i in range(len(taken)) if i not in twice]
    place = {i: k for k, i in enumerate(left)}
    pairs = [(place[i], place[j]) for i, j, _ in found if i in place and j in place]
    kits = join_kits([taken[i][0].group for i in left], pairs)
    validation = split_by_kit([taken[i][0].category or "" for i in left], kits, seed=seed)
    copied = copies_across(kits, validation, pairs)
    rejected += [
        Rejection(taken[i][0].name, f"the same recording as {taken[other][0].name}")
        for i, other in twice.items()
    ]
    rejected += [
        Rejection(
            taken[left[k]][0].name,
            f"nearly the same sound as {taken[left[other]][0].name}, which is trained on",
        )
        for k, other in copied.items()
    ]
    kept = [(k, i) for k, i in enumerate(left) if k not in copied]
    entries = [
        Entry(
            category=taken[i][0].category or "",
            split="validation" if validation[k] else "train",
            kit=kits[k],
            group=taken[i][0].group,
            origin=REAL,
            length=taken[i][1],
            name=taken[i][0].name,
            label=taken[i][0].label,
            confidence=taken[i][2],
            source=taken[i][0].source,
            licence=taken[i][0].licence,
            attribution=taken[i][0].attribution,
            upstream=taken[i][0].upstream,
        )
        for k, i in kept
    ]
    return Recordings(entries, lambda row: store[kept[row][1]], rejected, unsure, len(found))
