"""The recordings of a dataset: read, named, without copies across the split."""

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from neural_drum_machine.dataset.index import REAL, Entry
from neural_drum_machine.dataset.split import split_by_kit, spread
from neural_drum_machine.prepare.recordings.decide import (
    Guess,
    copies_across,
    find_copies,
    join_kits,
    recorded_twice,
)
from neural_drum_machine.prepare.recordings.reading import Reading, read_all
from neural_drum_machine.prepare.recordings.rumble import without_rumble
from neural_drum_machine.prepare.recordings.scan import OTHER, Candidate, Rejection
from neural_drum_machine.prepare.work import WaveStore, Work
from neural_drum_machine.signal.spec import AudioSpec

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


@dataclass(frozen=True, slots=True)
class _Heard:
    """A file that was read: where its samples are, what they are, what it may be."""

    candidate: Candidate
    row: int
    digest: bytes
    spectral_print: npt.NDArray[np.float32]
    guess: Guess | None
    sure: bool

    @property
    def authority(self) -> int:
        """How much its category is worth: of equal samples the best named file stays."""
        return ("user", "manifest", "name", "", "unsure").index(
            "unsure" if not self.sure else self.candidate.label
        )


def read_recordings(
    candidates: Sequence[Candidate],
    work: Work,
    *,
    spec: AudioSpec,
    limit: int | None,
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
    limit : int or None
        Most recordings of a category.
    spec, min_confidence, seed, workers, dask
        As in :func:`~neural_drum_machine.prepare.pipeline.prepare`.
    tell : callable
        Called with (stage, done, in all).

    Returns
    -------
    Recordings
        What can be used, and why the rest can not.
    """
    rejected: list[Rejection] = []
    store = WaveStore(work.folder / "waves.i16")
    readings = read_all(
        candidates,
        spec,
        work,
        workers=workers,
        dask=dask,
        progress=lambda done, total: tell("reading", done, total),
    )
    with contextlib.closing(store):
        heard = _hear(candidates, readings, store, min_confidence, rejected)
    taken, exact, unsure = _best_named(heard, rejected)
    found = find_copies(
        [one.spectral_print for one in taken],
        lambda i: store[taken[i].row],
        spec.sr,
        lambda done, total: tell("comparing", done, total),
        workers=workers,
        dask=dask,
    )
    # Kits are joined by all that they share, also by what is then taken once.
    everyone = [*taken, *(copy for copy, _ in exact)]
    pairs = [(i, j) for i, j, _ in found]
    pairs += [(original, len(taken) + k) for k, (_, original) in enumerate(exact)]
    kits = join_kits([one.candidate.group for one in everyone], pairs)[: len(taken)]

    twice = recorded_twice([one.candidate.source for one in taken], found)
    rejected += [
        Rejection(taken[i].candidate.name, f"the same recording as {taken[other].candidate.name}")
        for i, other in twice.items()
    ]
    left = [i for i in range(len(taken)) if i not in twice]
    categories = [one.candidate.category or "" for one in taken]
    if limit is not None:
        within = spread([categories[i] for i in left], [kits[i] for i in left], limit, seed)
        rejected += [
            Rejection(taken[i].candidate.name, f"more than {limit} of its category were found")
            for k, i in enumerate(left)
            if k not in within
        ]
        left = [i for k, i in enumerate(left) if k in within]
    held = split_by_kit([categories[i] for i in left], [kits[i] for i in left], seed=seed)
    side = dict(zip(left, held, strict=True))
    copied = copies_across(side, [(i, j) for i, j in pairs if i in side and j in side])
    rejected += [
        Rejection(
            taken[i].candidate.name,
            f"nearly the same sound as {taken[other].candidate.name}, which is trained on",
        )
        for i, other in copied.items()
    ]
    kept = [i for i in left if i not in copied]
    # Only now: what is a copy of what was decided by the sounds as they came.
    cleaned = WaveStore(work.folder / "cleaned.i16")
    entries: list[Entry] = []
    with contextlib.closing(cleaned):
        for i in kept:
            pcm = without_rumble(store[taken[i].row], categories[i], spec.sr)
            cleaned.append(pcm)
            entries.append(_entry(taken[i], len(pcm), kits[i], side[i]))
    return Recordings(
        entries,
        cleaned.__getitem__,
        rejected,
        unsure,
        len(found),
    )


def _hear(
    candidates: Sequence[Candidate],
    readings: Iterable[Reading],
    store: WaveStore,
    min_confidence: float,
    rejected: list[Rejection],
) -> list[_Heard]:
    """Return the files that could be read, their samples in the store; `rejected` gets the rest."""
    heard: list[_Heard] = []
    paths: dict[Path, str] = {}
    for candidate, reading in zip(candidates, readings, strict=True):
        if reading.pcm is None:
            rejected.append(Rejection(candidate.name, reading.reason))
            continue
        resolved = candidate.path.resolve()
        if resolved in paths:
            rejected.append(Rejection(candidate.name, f"the same file as {paths[resolved]}"))
            continue
        paths[resolved] = candidate.name
        guess, sure = None, True
        if candidate.category is None:
            guess = Guess.of(reading.probabilities)
            sure = guess.category != OTHER and guess.confidence >= min_confidence
        digest = hashlib.sha256(reading.pcm.tobytes()).digest()
        one = _Heard(candidate, len(store), digest, reading.spectral_print, guess, sure)
        heard.append(one)
        store.append(reading.pcm)
    return heard


def _best_named(
    heard: list[_Heard], rejected: list[Rejection]
) -> tuple[list[_Heard], list[tuple[_Heard, int]], list[list[object]]]:
    """Return the sounds to take, their exact copies (with the number of the original), unsure ones.

    Of equal samples the best named file is taken; `rejected` gets the others.
    """
    best: dict[bytes, _Heard] = {}
    for one in heard:
        other = best.setdefault(one.digest, one)
        if one.authority < other.authority:
            best[one.digest] = one
    taken: list[_Heard] = []
    number: dict[bytes, int] = {}
    unsure: list[list[object]] = []
    for one in heard:
        if best[one.digest] is not one:
            continue
        guess = one.guess
        if one.sure:
            number[one.digest] = len(taken)
            if guess is not None:
                named = replace(one.candidate, category=guess.category, label="classifier")
                one = replace(one, candidate=named)
            taken.append(one)
            continue
        assert guess is not None
        confidence = round(guess.confidence, 2)
        unsure.append([one.candidate.name, "", guess.category, confidence, guess.second, guess.why])
        rejected.append(
            Rejection(
                one.candidate.name,
                f"category unknown: the name does not say, and by its sound it is "
                f"{guess.category} with probability {confidence:.2f}; say what it is in "
                "unsure.csv and give that to --labels",
            )
        )
    copies: list[tuple[_Heard, int]] = []
    for one in heard:
        original = best[one.digest]
        if original is not one:
            rejected.append(
                Rejection(one.candidate.name, f"the same sound as {original.candidate.name}")
            )
            if one.digest in number:
                copies.append((one, number[one.digest]))
    return taken, copies, unsure


def _entry(one: _Heard, length: int, kit: str, held_out: bool) -> Entry:
    candidate = one.candidate
    return Entry(
        category=candidate.category or "",
        split="validation" if held_out else "train",
        kit=kit,
        group=candidate.group,
        origin=REAL,
        length=length,
        name=candidate.name,
        label=candidate.label,
        confidence=round(one.guess.confidence, 2) if one.guess else 1.0,
        source=candidate.source,
        licence=candidate.licence,
        attribution=candidate.attribution,
        upstream=candidate.upstream,
    )
