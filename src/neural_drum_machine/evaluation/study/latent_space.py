"""The latent space of a model: its codes, its axes, and their effects."""

from collections.abc import Callable
from typing import Any

import numpy as np

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.cache import Cache
from neural_drum_machine.evaluation.code_digest import code_digest
from neural_drum_machine.evaluation.measures.axes.effects import axis_effects
from neural_drum_machine.evaluation.measures.axes.movement import axis_movement
from neural_drum_machine.evaluation.measures.axes.names import AxisName, axis_names
from neural_drum_machine.evaluation.measures.latent.encoding import encode_rows
from neural_drum_machine.evaluation.measures.latent.explained_variance import explained_variance
from neural_drum_machine.evaluation.measures.latent.statistics import code_statistics
from neural_drum_machine.evaluation.study.sound_sets import spread
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.descriptors import DESCRIPTORS

CODES_PER_CATEGORY = 1000


def training_codes(
    machine: DrumMachine,
    data: Dataset,
    cache: Cache,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[FloatArray, IntArray]:
    """Return the codes of training sounds, at most 1,000 of a category, spread over the index.

    Returns
    -------
    codes : numpy.ndarray
        Shape ``(n, latent_dim)``.
    categories : numpy.ndarray
        Shape ``(n,)``, category numbers.
    """
    rows = np.concatenate(
        [spread(data.rows("train", c), CODES_PER_CATEGORY) for c in machine.categories]
    )
    saved = cache.arrays(
        "codes",
        [code_digest(__name__), machine.hash, data.fingerprint, data.meta["files"]],
        lambda: {"codes": encode_rows(machine, data, rows, progress)},
    )
    return saved["codes"], np.array([CATEGORIES.index(data.entries[row].category) for row in rows])


def latent_space(
    machine: DrumMachine,
    data: Dataset,
    cache: Cache,
    seeds: int,
    progress: Callable[[str, int, int], None],
) -> dict[str, Any]:
    """Measure the codes of training sounds and the effects of the axes.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    data : Dataset
        Its training sounds are encoded.
    cache : Cache
        Keeps the codes.
    seeds : int
        Number of sounds of each category that are moved along each axis.
    progress : callable
        Called with (stage, done, total).

    Returns
    -------
    dict
        JSON values: ``statistics`` by category, ``explained`` variance, ``movement_db`` and
        ``names`` by axis, ``axes`` (the effects), ``names_by_category``.
    """
    codes, categories = training_codes(machine, data, cache, lambda d, n: progress("codes", d, n))
    effects = axis_effects(
        machine, DESCRIPTORS, seeds=seeds, progress=lambda d, n: progress("axes", d, n)
    )
    return {
        "statistics": {
            CATEGORIES[i]: statistics.to_dict()
            for i, statistics in code_statistics(codes, categories).items()
        },
        "explained": explained_variance(machine.controls, codes, categories).to_dict(),
        "movement_db": list(axis_movement(machine, seeds=seeds)),
        "axes": [effect.to_dict() for effect in effects],
        "names": _words(axis_names(effects)),
        "names_by_category": {c: _words(axis_names(effects, c)) for c in machine.categories},
    }


def _words(names: tuple[AxisName | None, ...]) -> list[str | None]:
    return [str(name) if name else None for name in names]
