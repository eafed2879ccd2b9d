"""Distances between sets of sounds, and the diversity of each set, from their embeddings."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import pdist

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.measures.sets.diversity import diversity
from neural_drum_machine.evaluation.measures.sets.fad import fad
from neural_drum_machine.evaluation.measures.sets.half_sampling import subsampled
from neural_drum_machine.evaluation.measures.sets.kad import kad

LEAST = 8
"""Smallest number of sounds in a set for which a distance between sets is computed."""


def set_distances(
    embedded: dict[str, FloatArray], kits_apart: npt.NDArray[np.bool_]
) -> dict[str, Any]:
    """Compare sets of sounds by their embeddings.

    FAD falls with the number of sounds. Every comparison is therefore made between sets of half
    the size of the real set, which is the size of its two halves. All kernels of KAD have the
    bandwidth of the real sounds.

    Parameters
    ----------
    embedded : dict
        ``real``, ``generated`` and, if there are any, ``augmented``: each ``(n, dim)``.
    kits_apart : numpy.ndarray
        Shape ``(n,)`` of the real sounds: a division into halves that share no kit.

    Returns
    -------
    dict
        ``kad`` and ``fad``, each a dict from comparison to ``[low, value, high]``. Comparisons
        with too few sounds are absent.
    """
    real = embedded["real"]
    if len(real) < LEAST:
        return {"skipped": f"{len(real)} real sounds are too few to compare sets"}
    bandwidth = float(np.median(pdist(real.astype(np.float64))))
    out: dict[str, Any] = {}
    for name, plain, distance in (
        ("kad", kad, partial(kad, bandwidth=bandwidth)),
        ("fad", fad, fad),
    ):
        table: dict[str, list[float]] = {}
        for other in ("generated", "augmented"):
            if other in embedded and len(embedded[other]) >= LEAST:
                interval = subsampled(plain, real, embedded[other])
                table[other] = [interval.low, interval.value, interval.high]
        table["halves of the real ones"] = _between_halves(distance, real)
        size = min(int(kits_apart.sum()), int((~kits_apart).sum()), len(real) // 2)
        if size >= LEAST // 2:
            rng = np.random.default_rng(0)
            one, other_half = (
                rng.permutation(real[half])[:size] for half in (kits_apart, ~kits_apart)
            )
            table["halves without a kit in common"] = [distance(one, other_half)] * 3
        out[name] = table
    return out


def _between_halves(distance: Callable[..., float], real: FloatArray, n: int = 50) -> list[float]:
    """Return low, mean and high of the distance between random halves of one set."""
    rng = np.random.default_rng(0)
    values = []
    for _ in range(n):
        order = rng.permutation(len(real))
        half = len(real) // 2
        values.append(distance(real[order[:half]], real[order[half : 2 * half]]))
    low, high = np.quantile(values, [0.025, 0.975])
    return [float(low), float(np.mean(values)), float(high)]


def diversity_by_category(embedded: FloatArray, categories: IntArray) -> dict[str, float]:
    """Return the diversity of each category that has at least two sounds."""
    return {
        name: diversity(embedded[categories == i])
        for i, name in enumerate(CATEGORIES)
        if (categories == i).sum() > 1
    }
