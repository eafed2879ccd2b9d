"""How near a model comes to real sounds that it has never heard."""

import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.dataset.index import Entry
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.judges.cdpam import Cdpam, available
from neural_drum_machine.evaluation.measures import metrics
from neural_drum_machine.evaluation.study import peers
from neural_drum_machine.evaluation.study.ways import (
    CWAE,
    CWAE_SEARCHED,
    DECODED,
    PERCEIVED,
    PLAYED,
    SAMPLER,
    SEARCHED,
    TRUE,
    WAYS,
    mels,
)
from neural_drum_machine.machine import DrumMachine, load
from neural_drum_machine.parallel import run
from neural_drum_machine.signal import distance
from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.spec import AudioSpec

Rows = npt.NDArray[np.int64]
Progress = Callable[[int, int], None]

Figures = dict[str, dict[str, float]]


def sound_measures(
    target: FloatArray, mel: FloatArray, made: FloatArray, spec: AudioSpec
) -> dict[str, float]:
    """Return every measure of a sound against its target, as they come, not normalised.

    Parameters
    ----------
    target, made : numpy.ndarray
        Shape ``(n_samples,)``.
    mel : numpy.ndarray
        The target's mel magnitudes.
    spec : AudioSpec
        The signal's numbers.
    """
    made_mel = mel_spectrogram(made, spec)
    return {
        "sc": distance.spectral_convergence(mel, made_mel),
        "best_gain_sc": distance.best_gain_spectral_convergence(mel, made_mel),
        "log_sc": distance.log_spectral_convergence(mel, made_mel, spec.log_eps),
        "lsd_db": distance.log_spectral_distance(mel, made_mel),
        "onset_error": metrics.onset_error(target, made, spec.sr),
        "decay_error_ms": metrics.decay_error_ms(target, made, spec.sr),
        "stripes_db": metrics.stripes_db(target, made, spec.sr, spec.hop_length),
    }


def reconstruct_one(machine: DrumMachine, samples: FloatArray, entry: Entry) -> Figures:
    """Return every reconstruction figure of one sound.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    samples : numpy.ndarray
        Shape ``(n_samples,)``.
    entry : Entry
        Its category and length.

    Returns
    -------
    dict
        For each of :data:`WAYS`, :data:`CWAE` and :data:`CWAE_SEARCHED` its measures.
    """
    spec = machine.spec
    mel = mel_spectrogram(samples, spec)
    x = machine.standardisation.forward(mel)
    decoded, sources = mels(machine, mel, entry.category)
    _, mask_logits = machine.networks.mcnn(mel[None])
    out: Figures = {
        name: {
            "mse": distance.standardised_mse(x, decoded[source]),
            "mel_error_db": distance.mel_error_db(mel, sources[source]),
            "sc": distance.spectral_convergence(mel, sources[source]),
            "best_gain_sc": distance.best_gain_spectral_convergence(mel, sources[source]),
            "lsd_db": distance.log_spectral_distance(mel, sources[source]),
        }
        for name, source in ((CWAE, DECODED), (CWAE_SEARCHED, SEARCHED))
    }
    for way in WAYS:
        made = way.invert(machine, sources[way.source])
        out[way.name] = sound_measures(samples, mel, made, spec)
    out["mcnn"]["mask_accuracy"] = metrics.mask_accuracy(mask_logits[0], entry.length)
    return out


Task = tuple[str, FloatArray, Entry]


@lru_cache(maxsize=1)
def _machine(path: str) -> DrumMachine:
    return load(path)


def _work(task: Task) -> Figures:
    path, samples, entry = task
    return reconstruct_one(_machine(path), samples, entry)


def spread(rows: Rows, most: int) -> Rows:
    """Return at most `most` of some rows, spread evenly over them."""
    if len(rows) <= most:
        return rows
    picked: Rows = rows[np.linspace(0, len(rows) - 1, most).round().astype(int)]
    return picked


def reconstruct(
    machine: DrumMachine,
    data: Dataset,
    rows: Rows,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Measure the reconstruction of sounds.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    data : Dataset
        The sounds.
    rows : numpy.ndarray
        Which of them.
    workers : int, optional
        Processes; one a core if absent.
    progress : callable, optional
        Called with (sounds done, in all).

    Returns
    -------
    dict
        ``rows``, ``categories``, ``kits`` and ``figures``: way to measure to a list, a value a
        sound. The ways are those of :data:`WAYS`, :data:`CWAE`, :data:`CWAE_SEARCHED` and
        :data:`SAMPLER`. And
        ``constant_mask_accuracy``, what a mask reaches that knows nothing of the sound.
    """
    path = str(Path(machine.bundle.path).resolve())
    tasks: list[Task] = [(path, data.wave(int(row)), data.entries[row]) for row in rows]
    figures: dict[str, dict[str, list[float]]] = {}

    def note(of_sound: Figures) -> None:
        for way, values in of_sound.items():
            for measure, value in values.items():
                figures.setdefault(way, {}).setdefault(measure, []).append(value)

    for done, of_sound in enumerate(run(_work, tasks, workers=workers), 1):
        note(of_sound)
        if progress:
            progress(done, len(tasks))
    nearest = _sampled(data, rows)
    for (_, samples, _), near in zip(tasks, nearest, strict=True):
        mel = mel_spectrogram(samples, data.spec)
        note({SAMPLER: sound_measures(samples, mel, near, data.spec)})
    # What a mask that ends every sound at the same sample would reach.
    usual = np.median([data.entries[row].length for row in data.rows("train")])
    lengths = np.array([data.entries[row].length for row in rows])
    constant = 1 - np.abs(lengths - usual) / data.spec.n_network_samples
    return {
        "rows": [int(row) for row in rows],
        "categories": [data.entries[row].category for row in rows],
        "kits": [data.entries[row].kit for row in rows],
        "constant_mask_accuracy": float(constant.mean()),
        "figures": figures,
    }


def time_ways(
    machine: DrumMachine, data: Dataset, rows: Rows, progress: Progress | None = None
) -> dict[str, list[float]]:
    """Time the inverters on the generator's mels, which is what plays: one thread, by turns.

    Parameters
    ----------
    machine, data, rows, progress
        As for :func:`reconstruct`; a few sounds are enough.

    Returns
    -------
    dict
        Ways from true mels (a way's inverter is the same whatever its source) to milliseconds,
        a value a sound. The first run of each, which loads and plans, is not counted.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    ways = [way for way in WAYS if way.source == TRUE]
    played = []
    for row in rows:
        mel = mel_spectrogram(data.wave(int(row)), data.spec)
        played.append(mels(machine, mel, data.entries[row].category)[1][PLAYED])
    out: dict[str, list[float]] = {way.name: [] for way in ways}
    with threadpool_limits(1):
        for way in ways:
            way.invert(machine, played[0])
        for done, mel in enumerate(played, 1):
            for way in ways:
                start = time.perf_counter()
                way.invert(machine, mel)
                out[way.name].append(1000 * (time.perf_counter() - start))
            if progress:
                progress(done, len(played))
    return out


def _sampled(data: Dataset, rows: Rows) -> list[FloatArray]:
    """Return the nearest training sound of each row."""
    mels = np.stack([mel_spectrogram(data.wave(int(row)), data.spec) for row in rows])
    nearest, _ = peers.nearest_sounds(mels, data, data.rows("train"))
    return [data.wave(int(row)) for row in nearest]


def _hear(task: tuple[str, FloatArray, FloatArray, str]) -> dict[str, float]:
    path, samples, sampled, category = task
    machine, measure = _machine(path), Cdpam()
    mel = mel_spectrogram(samples, machine.spec)
    _, sources = mels(machine, mel, category)
    out = {
        way.name: measure.distance(
            samples, way.invert(machine, sources[way.source]), machine.spec.sr
        )
        for way in WAYS
        if way.name in PERCEIVED
    }
    return out | {SAMPLER: measure.distance(samples, sampled, machine.spec.sr)}


def perceive(
    machine: DrumMachine,
    data: Dataset,
    rows: Rows,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Measure the perceptual distance (CDPAM) of reconstructions: seconds a sound.

    Parameters
    ----------
    machine, data, rows, workers, progress
        As for :func:`reconstruct`.

    Returns
    -------
    dict
        ``categories`` and ``figures``: way (:data:`PERCEIVED` and :data:`SAMPLER`) to a list, a
        value a sound; or ``skipped``, the reason.
    """
    reason = available() if len(rows) else "asked to leave it out"
    if reason:
        return {"skipped": reason}
    path = str(Path(machine.bundle.path).resolve())
    categories = [data.entries[row].category for row in rows]
    tasks = [
        (path, data.wave(int(row)), near, category)
        for row, near, category in zip(rows, _sampled(data, rows), categories, strict=True)
    ]
    figures: dict[str, list[float]] = {}
    for done, heard in enumerate(run(_hear, tasks, workers=workers), 1):
        for way, value in heard.items():
            figures.setdefault(way, []).append(value)
        if progress:
            progress(done, len(tasks))
    return {"categories": categories, "figures": figures}
