"""The perceptual distance (CDPAM) of reconstructions."""

from collections.abc import Callable
from typing import Any

import numpy as np

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.judges import cdpam
from neural_drum_machine.evaluation.study.reconstruction import machine_of, path_of
from neural_drum_machine.evaluation.study.routes import PERCEPTUAL, SAMPLER, mels, routes_of
from neural_drum_machine.evaluation.study.sampler import nearest_training_sounds
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.parallel import run
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.mel import mel_spectrogram

_Task = tuple[str, FloatArray, Levels, FloatArray, str]


def perceptual_distances(
    machine: DrumMachine,
    data: Dataset,
    rows: IntArray,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Measure CDPAM between sounds and their reconstructions; a sound takes seconds.

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
        ``categories`` and ``figures``: route (:data:`PERCEPTUAL` and :data:`SAMPLER`) to a list
        with a value for each sound; or ``skipped``, the reason.
    """
    reason = cdpam.unavailable() if len(rows) else "0 sounds were requested"
    if reason:
        return {"skipped": reason}
    path = path_of(machine)
    spectrograms = np.stack([mel_spectrogram(data.wave(int(row)), data.spec) for row in rows])
    categories = [data.entries[row].category for row in rows]
    nearest = nearest_training_sounds(spectrograms, data)
    levels = data.levels(rows)
    tasks = [
        (path, data.wave(int(row)), levels.of(i), nearest[i], categories[i])
        for i, row in enumerate(rows)
    ]
    figures: dict[str, list[float]] = {}
    for done, of_sound in enumerate(run(_measure, tasks, workers=workers), 1):
        for route, value in of_sound.items():
            figures.setdefault(route, []).append(value)
        if progress:
            progress(done, len(tasks))
    return {"categories": categories, "figures": figures}


def _measure(task: _Task) -> dict[str, float]:
    path, samples, levels, sampled, category = task
    machine, measure = machine_of(path), cdpam.Cdpam()
    _, sources = mels(machine, levels, category)
    out = {
        route.name: measure.distance(
            samples, route.invert(machine, sources[route.source]), machine.spec.sr
        )
        for route in routes_of(machine)
        if route.name in PERCEPTUAL
    }
    return out | {SAMPLER: measure.distance(samples, sampled, machine.spec.sr)}
