"""From recordings and a plan to the dataset's folder: shape, make, measure, write.

Sounds are rendered in chunks by worker processes and written in place; a chunk counts as done once
its record is written, so a killed run goes on with the next one.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.dataset.index import AUGMENTED, SYNTHESISED, Entry, write_index
from neural_drum_machine.dataset.statistics import balanced_statistics
from neural_drum_machine.dataset.store import release, write_meta
from neural_drum_machine.errors import AudioError, DatasetError
from neural_drum_machine.extras import require
from neural_drum_machine.files import atomic_file
from neural_drum_machine.parallel import run
from neural_drum_machine.prepare.derived.plan import Made
from neural_drum_machine.prepare.work import Work, digest
from neural_drum_machine.signal.hit import Hit, make_hit
from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.pcm import PCM_SCALE, from_pcm
from neural_drum_machine.signal.spec import AudioSpec

CHUNK_SOUNDS: Final = 64
RECIPE_VERSION: Final = 2
"""Raised when the same seed makes other sounds than before."""
_ATTEMPTS: Final = 8

Pcm = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk of sounds: recordings as they are (``made`` is None), or sounds to be made."""

    sounds: tuple[tuple[Made | None, tuple[Pcm, ...]], ...]
    seed: int
    spec: AudioSpec


@dataclass(frozen=True, slots=True)
class Rendered:
    """A chunk of finished sounds: rows for the arrays, lengths and parameters for the index."""

    waves: Pcm
    mels: npt.NDArray[np.float16]
    lengths: list[int]
    parameters: list[str]


def render(task: Task) -> Rendered:
    """Return the sounds of a task with their mel spectrograms."""
    n, spec = len(task.sounds), task.spec
    waves = np.zeros((n, spec.n_samples), np.int16)
    mels = np.zeros((n, spec.n_mels, spec.n_frames), np.float16)
    lengths, parameters = [], []
    for i, (made, pcm) in enumerate(task.sounds):
        if made is None:
            waves[i, : len(pcm[0])] = pcm[0]
            lengths.append(len(pcm[0]))
            parameters.append("")
        else:
            hit, settings = make(made, [from_pcm(p) for p in pcm], task.seed, spec)
            waves[i] = np.round(hit.samples * PCM_SCALE).astype(np.int16)
            lengths.append(hit.length)
            parameters.append(json.dumps(settings))
        # Of the stored samples, so that waves and mels belong together exactly.
        mels[i] = mel_spectrogram(from_pcm(waves[i]), spec)
    return Rendered(waves, mels, lengths, parameters)


def make(
    made: Made, parents: Sequence[npt.NDArray[np.float32]], seed: int, spec: AudioSpec
) -> tuple[Hit, dict[str, float]]:
    """Make a sound.

    Parameters
    ----------
    made : Made
        What.
    parents : sequence of numpy.ndarray
        Samples ``(n,)`` of its parents.
    seed : int
        The dataset's.
    spec : AudioSpec
        The signal's numbers.

    Returns
    -------
    Hit
        The sound.
    dict
        The parameters that make it again.

    Raises
    ------
    DatasetError
        If every attempt gave something that is no hit.
    """
    # Imported here: they need SciPy, which the core does without.
    require("scipy", "data")
    require("audiomentations", "data")
    from neural_drum_machine.prepare.derived import augmentation, voices

    reason = ""
    for attempt in range(_ATTEMPTS):
        rng = np.random.default_rng([seed, *made.key, attempt])
        try:
            if made.origin == SYNTHESISED:
                settings = voices.draw(made.category, rng)
                noise = int(rng.integers(2**31))
                x = voices.render(made.category, settings, noise, spec.sr)
                return make_hit(x, spec.sr, spec, made.name), {**settings, "noise_seed": noise}
            settings = augmentation.draw(made.category, rng, partner=len(parents) > 1)
            return augmentation.augment(parents, settings, spec), settings
        except AudioError as error:
            reason = str(error)
    raise DatasetError(f"{made.name}: no hit after {_ATTEMPTS} attempts ({reason})")


def build(
    real: Sequence[Entry],
    wave: Callable[[int], Pcm],
    plan: Sequence[Made],
    work: Work,
    *,
    spec: AudioSpec,
    seed: int,
    write_reports: Callable[[Path, Sequence[Entry]], dict[str, Any]],
    workers: int | None = None,
    dask: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write a dataset's folder, or go on with it.

    Parameters
    ----------
    real : sequence of Entry
        The recordings.
    wave : callable
        Gives a recording's samples by its number.
    plan : sequence of Made
        What is made of them; the rows after theirs.
    work : Work
        Where the folder grows.
    spec : AudioSpec
        The signal's numbers.
    seed : int
        Of everything random.
    write_reports : callable
        Writes the remaining files of the dataset into the folder, given all entries;
        returns what is added to ``dataset.json``.
    workers, dask
        As in :func:`~neural_drum_machine.parallel.run`.
    progress : callable, optional
        Called with (sounds done, sounds in all).

    Returns
    -------
    Path
        The finished folder, inside `work`.

    Raises
    ------
    OSError
        If the disk is full.
    """
    n = len(real) + len(plan)
    key = digest(
        [
            RECIPE_VERSION,
            spec.to_dict(),
            seed,
            [asdict(entry) for entry in real],
            # The samples, too: a file may have changed and kept its name and length.
            [hashlib.sha256(wave(i).tobytes()).hexdigest() for i in range(len(real))],
            [asdict(made) for made in plan],
        ]
    )
    folder = work.build_folder(key)
    # The records lie beside it: this is to hold nothing but the dataset.
    data = folder / "data"
    data.mkdir(exist_ok=True)
    waves, old_waves = _array(data / "waves.npy", np.int16, (n, spec.n_samples))
    mels, old_mels = _array(data / "mels.npy", np.float16, (n, spec.n_mels, spec.n_frames))
    firsts = range(0, n, CHUNK_SOUNDS)
    done = {first for first in firsts if (folder / f"{first}.json").is_file()}
    if not (old_waves and old_mels):
        done.clear()

    def tasks() -> Iterator[Task]:
        for first in firsts:
            if first not in done:
                yield Task(
                    tuple(
                        (None, (wave(i),))
                        if i < len(real)
                        else (plan[i - len(real)], tuple(map(wave, plan[i - len(real)].parents)))
                        for i in range(first, min(first + CHUNK_SOUNDS, n))
                    ),
                    seed,
                    spec,
                )

    results = run(render, tasks(), workers=workers, dask=dask)
    lengths: list[int] = []
    parameters: list[str] = []
    for first in firsts:
        path = folder / f"{first}.json"
        if first not in done:
            chunk = next(results)
            waves[first : first + len(chunk.waves)] = chunk.waves
            mels[first : first + len(chunk.mels)] = chunk.mels
            waves.flush()
            mels.flush()
            release(waves, mels)
            with atomic_file(path) as file:
                file.write(json.dumps([chunk.lengths, chunk.parameters]).encode())
        some_lengths, some_parameters = json.loads(path.read_bytes())
        lengths += some_lengths
        parameters += some_parameters
        if progress:
            progress(len(lengths), n)
    entries = [
        *real,
        *(
            _entry(made, real, length, text)
            for made, length, text in zip(
                plan, lengths[len(real) :], parameters[len(real) :], strict=True
            )
        ),
    ]
    mean, std = balanced_statistics(mels, entries, spec)
    np.save(data / "log_mel_mean.npy", mean)
    np.save(data / "log_mel_std.npy", std)
    write_index(data / "index.csv", entries)
    extra = write_reports(data, entries)
    write_meta(data, spec, n, {"seed": seed, "recipe_version": RECIPE_VERSION, **extra})
    return data


def _array(path: Path, dtype: Any, shape: tuple[int, ...]) -> tuple[Any, bool]:
    """Map an array that is there (and return True), or make one with its space on disk taken."""
    if path.exists():
        try:
            array = np.lib.format.open_memmap(path, "r+")
            if array.shape == shape and array.dtype == dtype:
                _reserve(path)
                return array, True
        except ValueError:
            pass
        path.unlink()
    array = np.lib.format.open_memmap(path, "w+", dtype, shape)
    _reserve(path)
    return array, False


def _reserve(path: Path) -> None:
    """Take a file's space on the disk.

    A full disk is an error here and now; in the holes of a sparse file it would be a crash later.
    """
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def _entry(made: Made, real: Sequence[Entry], length: int, parameters: str) -> Entry:
    """Return a made sound's line in the index, with its parents' provenance."""
    # The second parent only where it was layered.
    used = made.parents if "layer_db" in json.loads(parameters) else made.parents[:1]
    parents = [real[i] for i in used]

    def joined(name: str, between: str) -> str:
        return between.join(dict.fromkeys(getattr(entry, name) for entry in parents))

    return Entry(
        category=made.category,
        split="train",
        kit=parents[0].kit if parents else SYNTHESISED,
        group=parents[0].group if parents else SYNTHESISED,
        origin=made.origin,
        length=length,
        name=made.name,
        source=joined("source", " + ") if parents else SYNTHESISED,
        licence=joined("licence", " AND ") if parents else "CC0-1.0",
        attribution=joined("attribution", " + ") if parents else "Neural Drum Machine",
        parents=json.dumps([entry.name for entry in parents]) if made.origin == AUGMENTED else "",
        parameters=parameters,
    )
