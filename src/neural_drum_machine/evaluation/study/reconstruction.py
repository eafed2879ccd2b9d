"""How near a model's reconstructions come to real sounds that it was not trained on."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.dataset.index import Entry
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.measures.decay import decay_error_ms
from neural_drum_machine.evaluation.measures.mask import mask_accuracy
from neural_drum_machine.evaluation.measures.onset import onset_error
from neural_drum_machine.evaluation.measures.stripes import stripes_db
from neural_drum_machine.evaluation.study.routes import (
    CWAE,
    CWAE_SEARCHED,
    DECODED,
    SAMPLER,
    SEARCHED,
    mels,
    routes_of,
)
from neural_drum_machine.evaluation.study.sampler import nearest_training_sounds
from neural_drum_machine.machine import DrumMachine, load
from neural_drum_machine.parallel import run
from neural_drum_machine.signal import distance
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.spec import AudioSpec

Figures = dict[str, dict[str, float]]
"""Values of one sound: route to measure to value."""


def sound_measures(
    target: FloatArray, mel: FloatArray, made: FloatArray, spec: AudioSpec
) -> dict[str, float]:
    """Return every measure of a sound against its target; neither is normalised.

    Parameters
    ----------
    target, made : numpy.ndarray
        Shape ``(n_samples,)``.
    mel : numpy.ndarray
        The target's mel magnitudes.
    spec : AudioSpec
        Sample rate and transform sizes.
    """
    made_mel = mel_spectrogram(made, spec)
    return {
        "sc": distance.spectral_convergence(mel, made_mel),
        "best_gain_sc": distance.best_gain_spectral_convergence(mel, made_mel),
        "log_sc": distance.log_spectral_convergence(mel, made_mel, spec.log_eps),
        "lsd_db": distance.log_spectral_distance(mel, made_mel),
        "onset_error": onset_error(target, made, spec.sr),
        "decay_error_ms": decay_error_ms(target, made, spec.sr),
        "stripes_db": stripes_db(target, made, spec.sr, spec.hop_length),
    }


def reconstruct_one(
    machine: DrumMachine, samples: FloatArray, levels: Levels, entry: Entry
) -> Figures:
    """Return every measure of one sound's reconstructions.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    samples : numpy.ndarray
        Shape ``(n_samples,)``.
    levels : Levels
        Of the sound.
    entry : Entry
        Its category and length.

    Returns
    -------
    dict
        Measures by route, for :data:`ROUTES`, :data:`CWAE` and :data:`CWAE_SEARCHED`.
    """
    spec = machine.spec
    mel = mel_spectrogram(samples, spec)
    x = machine.scale.mel.forward(mel)
    decoded, sources = mels(machine, levels, entry.category)
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
    for route in routes_of(machine):
        made = route.invert(machine, sources[route.source])
        out[route.name] = sound_measures(samples, mel, made, spec)
    if machine.bundle.mcnn:
        out["mcnn"]["mask_accuracy"] = mask_accuracy(machine.networks.mcnn(mel)[1], entry.length)
    return out


def path_of(machine: DrumMachine) -> str:
    """Return the path of a machine's model file, from which other processes load it."""
    return str(Path(machine.bundle.path).resolve())


@lru_cache(maxsize=1)
def machine_of(path: str) -> DrumMachine:
    """Return the machine of a model file, loaded once in this process."""
    return load(path, engine="reference")


def _measure(task: tuple[str, FloatArray, Levels, Entry]) -> Figures:
    path, samples, levels, entry = task
    return reconstruct_one(machine_of(path), samples, levels, entry)


def reconstruct(
    machine: DrumMachine,
    data: Dataset,
    rows: IntArray,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Measure the reconstructions of sounds.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    data : Dataset
        The sounds.
    rows : numpy.ndarray
        Their rows.
    workers : int, optional
        Number of processes; by default one for each core.
    progress : callable, optional
        Called with (sounds done, total).

    Returns
    -------
    dict
        ``rows``, ``categories``, ``kits`` and ``figures``: route to measure to a list with a
        value for each sound. The routes are :data:`ROUTES`, :data:`CWAE`, :data:`CWAE_SEARCHED`
        and :data:`SAMPLER`. ``constant_mask_accuracy`` is the accuracy of a mask that ends every
        sound at the same sample.
    """
    path = path_of(machine)
    levels = data.levels(rows)
    tasks = [
        (path, data.wave(int(row)), levels.of(i), data.entries[row]) for i, row in enumerate(rows)
    ]
    figures: dict[str, dict[str, list[float]]] = {}

    def collect(of_sound: Figures) -> None:
        for route, values in of_sound.items():
            for measure, value in values.items():
                figures.setdefault(route, {}).setdefault(measure, []).append(value)

    for done, of_sound in enumerate(run(_measure, tasks, workers=workers), 1):
        collect(of_sound)
        if progress:
            progress(done, len(tasks))
    spectrograms = np.stack([mel_spectrogram(samples, data.spec) for _, samples, _, _ in tasks])
    nearest = nearest_training_sounds(spectrograms, data)
    for (_, samples, _, _), mel, near in zip(tasks, spectrograms, nearest, strict=True):
        collect({SAMPLER: sound_measures(samples, mel, near, data.spec)})
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
