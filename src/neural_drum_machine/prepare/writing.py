"""Writing the dataset's folder: arrays, index, statistics, reports.

Worker processes render sounds in chunks, which are written into the arrays at their place. A chunk
counts as done once its record is written, so that a killed run continues with the next one.

This file is longer than 250 lines because writing and the proof of completeness are one idea.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, astuple, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from neural_drum_machine.dataset.index import AUGMENTED, SYNTHESISED, Entry, write_index
from neural_drum_machine.dataset.layout import write_meta
from neural_drum_machine.dataset.statistics import balanced_statistics
from neural_drum_machine.dataset.store import release
from neural_drum_machine.files import atomic_file
from neural_drum_machine.parallel import run
from neural_drum_machine.prepare.derived.plan import DerivedSound
from neural_drum_machine.prepare.progress import Progress
from neural_drum_machine.prepare.rendering import (
    RECIPE_VERSION,
    Facts,
    Pcm,
    RenderTask,
    render_chunk,
)
from neural_drum_machine.prepare.resumable import ResumableFolder, digest
from neural_drum_machine.signal.air import AIR_BANDS
from neural_drum_machine.signal.fine_attack import ATTACK_BANDS, ATTACK_STEPS
from neural_drum_machine.signal.mel import log_mel
from neural_drum_machine.signal.spec import AudioSpec

CHUNK_SOUNDS: Final = 64


def write_dataset(
    real: Sequence[Entry],
    wave: Callable[[int], Pcm],
    plan: Sequence[DerivedSound],
    work: ResumableFolder,
    *,
    spec: AudioSpec,
    seed: int,
    write_reports: Callable[[Path, Sequence[Entry]], dict[str, Any]],
    workers: int | None = None,
    dask: str | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write a dataset's folder, or continue with it.

    Parameters
    ----------
    real : sequence of Entry
        The recordings; the facts about their samples are added here.
    wave : callable
        Takes a recording's number, returns its samples at 44.1 kHz.
    plan : sequence of DerivedSound
        The derived sounds; their rows follow those of the recordings.
    work : ResumableFolder
        Where the dataset grows.
    spec : AudioSpec
        The signal's numbers.
    seed : int
        Of everything random.
    write_reports : callable
        Writes the remaining files into the dataset's folder, given all entries; returns what is
        added to ``dataset.json``.
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
        If a file cannot be written.
    """
    n = len(real) + len(plan)
    folder = work.build_folder(_key(real, wave, plan, spec, seed))
    # The records are beside it: a dataset contains nothing else.
    data = folder / "data"
    data.mkdir(exist_ok=True)
    shapes: dict[str, tuple[Any, tuple[int, ...]]] = {
        "waves": (np.int16, (n, spec.n_samples)),
        "mels": (np.float16, (n, spec.n_mels, spec.n_frames)),
        "attack": (np.float16, (n, ATTACK_BANDS, ATTACK_STEPS)),
        "air": (np.float16, (n, AIR_BANDS, spec.n_frames)),
    }
    mapped = {name: _array(data / f"{name}.npy", *kind) for name, kind in shapes.items()}
    arrays = {name: array for name, (array, _old) in mapped.items()}
    firsts = range(0, n, CHUNK_SOUNDS)
    done = {
        first
        for first in firsts
        if (folder / f"{first}.json").is_file() and (folder / f"{first}.i16").is_file()
    }
    if not all(old for _array, old in mapped.values()):
        done.clear()

    def sound(i: int) -> tuple[DerivedSound | None, tuple[Pcm, ...]]:
        if i < len(real):
            return None, (wave(i),)
        derived = plan[i - len(real)]
        return derived, tuple(map(wave, derived.parents))

    def tasks() -> Iterator[RenderTask]:
        for first in firsts:
            if first not in done:
                sounds = map(sound, range(first, min(first + CHUNK_SOUNDS, n)))
                yield RenderTask(tuple(sounds), seed, spec)

    results = run(render_chunk, tasks(), workers=workers, dask=dask)
    facts: list[Facts] = []
    parameters: list[str] = []
    for first in firsts:
        record = folder / f"{first}.json"
        if first not in done:
            chunk = next(results)
            for name, array in arrays.items():
                rows = getattr(chunk, name)
                array[first : first + len(rows)] = rows
                array.flush()
            release(*arrays.values())
            with atomic_file(folder / f"{first}.i16") as file:
                for sound_at_full_rate in chunk.full:
                    file.write(sound_at_full_rate.tobytes())
            with atomic_file(record) as file:
                table = [[astuple(fact) for fact in chunk.facts], chunk.parameters]
                file.write(json.dumps(table).encode())
        some_facts, some_parameters = json.loads(record.read_bytes())
        facts += [Facts(*fact) for fact in some_facts]
        parameters += some_parameters
        if progress:
            progress(len(facts), n)
    starts = _join([folder / f"{first}.i16" for first in firsts], facts, data / "full.npy")
    rendered = zip(plan, parameters[len(real) :], strict=True)
    entries = [
        replace(entry, full_start=start, **asdict(fact))
        for entry, start, fact in zip(
            [*real, *(_entry(derived, real, text) for derived, text in rendered)],
            starts,
            facts,
            strict=True,
        )
    ]
    moments = {
        "log_mel": balanced_statistics(arrays["mels"], entries, lambda mel: log_mel(mel, spec)),
        "attack": balanced_statistics(arrays["attack"], entries),
        "air": balanced_statistics(arrays["air"], entries),
    }
    for name, (mean, std) in moments.items():
        np.save(data / f"{name}_mean.npy", mean)
        np.save(data / f"{name}_std.npy", std)
    write_index(data / "index.csv", entries)
    extra = write_reports(data, entries)
    write_meta(data, spec, n, {"seed": seed, "recipe_version": RECIPE_VERSION, **extra})
    return data


def _key(
    real: Sequence[Entry],
    wave: Callable[[int], Pcm],
    plan: Sequence[DerivedSound],
    spec: AudioSpec,
    seed: int,
) -> str:
    """Return what names this dataset, so that only its own unfinished work is continued."""
    return digest(
        [
            RECIPE_VERSION,
            spec.to_dict(),
            seed,
            [asdict(entry) for entry in real],
            # The samples, too: a file may have changed but kept its name and length.
            [hashlib.sha256(wave(i).tobytes()).hexdigest() for i in range(len(real))],
            [asdict(derived) for derived in plan],
        ]
    )


def _array(path: Path, dtype: Any, shape: tuple[int, ...]) -> tuple[Any, bool]:
    """Map an existing array (and return True), or create one with its space on disk reserved."""
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


def _join(parts: Sequence[Path], facts: Sequence[Facts], path: Path) -> list[int]:
    """Write the sounds at 44.1 kHz into one array; return where each begins."""
    ends = np.cumsum([0, *(fact.full_length for fact in facts)])
    array = np.lib.format.open_memmap(path, "w+", np.int16, (int(ends[-1]),))
    _reserve(path)
    position = 0
    for part in parts:
        samples = np.fromfile(part, np.int16)
        array[position : position + len(samples)] = samples
        position += len(samples)
        release(array)
    array.flush()
    return [int(end) for end in ends[:-1]]


def _reserve(path: Path) -> None:
    """Reserve a file's space on the disk.

    A full disk is an error here and now. Later, in the holes of a sparse file, it would be a
    crash.
    """
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def _entry(derived: DerivedSound, real: Sequence[Entry], parameters: str) -> Entry:
    """Return a derived sound's line in the index, with its parents' provenance."""
    # The second parent only where it was layered.
    used = derived.parents if "layer_db" in json.loads(parameters) else derived.parents[:1]
    parents = [real[i] for i in used]

    def joined(name: str, between: str) -> str:
        return between.join(dict.fromkeys(getattr(entry, name) for entry in parents))

    return Entry(
        category=derived.category,
        split="train",
        kit=parents[0].kit if parents else SYNTHESISED,
        group=parents[0].group if parents else SYNTHESISED,
        origin=derived.origin,
        name=derived.name,
        source=joined("source", " + ") if parents else SYNTHESISED,
        licence=joined("licence", " AND ") if parents else "CC0-1.0",
        attribution=joined("attribution", " + ") if parents else "Neural Drum Machine",
        parents=json.dumps([entry.name for entry in parents])
        if derived.origin == AUGMENTED
        else "",
        parameters=parameters,
    )
