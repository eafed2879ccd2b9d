"""How new sounds stand beside real ones: as a set, one by one, and by category."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from neural_drum_machine.data.entries import AUGMENTED, REAL
from neural_drum_machine.data.store import Dataset
from neural_drum_machine.evaluation.descriptors import DESCRIPTORS, describe
from neural_drum_machine.evaluation.distances import diversity, fad, kad, subsampled
from neural_drum_machine.evaluation.folds import confusion, deal_kits
from neural_drum_machine.evaluation.intervals import Interval
from neural_drum_machine.evaluation.judge import Judge
from neural_drum_machine.evaluation.peers import nearest_sounds
from neural_drum_machine.evaluation.reconstruction import spread
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.mel import mel_spectrogram
from neural_drum_machine.spec import CATEGORIES

FloatArray = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Progress = Callable[[int, int], None]
Embed = Callable[[list[FloatArray], int], FloatArray]


@dataclass(frozen=True, slots=True)
class Sample:
    """Sounds of all categories.

    Attributes
    ----------
    sounds : list of numpy.ndarray
        Samples, each ``(n_samples,)``.
    categories : numpy.ndarray
        Shape ``(n,)``, their numbers.
    """

    sounds: list[FloatArray]
    categories: npt.NDArray[np.int64]


def real_rows(data: Dataset, most: int) -> Rows:
    """Return at most `most` recordings of each category, of both splits, spread over the index."""
    both = [
        np.concatenate([data.rows(split, category, REAL) for split in ("train", "validation")])
        for category in CATEGORIES
    ]
    return np.concatenate([spread(rows, most) for rows in both])


def augmented_rows(data: Dataset, counts: Rows, seed: int = 0) -> Rows:
    """Return variations of training recordings, as many of each category as asked, if there are."""
    rng = np.random.default_rng(seed)
    return np.concatenate(
        [
            rng.permutation(data.rows("train", category, AUGMENTED))[:count]
            for category, count in zip(CATEGORIES, counts, strict=True)
        ]
    )


def of_dataset(data: Dataset, rows: Rows) -> Sample:
    """Return sounds of a dataset."""
    categories = [CATEGORIES.index(data.entries[row].category) for row in rows]
    return Sample([data.wave(int(row)) for row in rows], np.array(categories, np.int64))


def generate(
    machine: DrumMachine, counts: npt.ArrayLike, progress: Progress | None = None
) -> Sample:
    """Make sounds, each of a code drawn from its category, with the seeds 0, 1, ….

    Parameters
    ----------
    machine : DrumMachine
        The model.
    counts : array_like
        Shape ``(11,)``: how many of each category.
    progress : callable, optional
        Called with (sounds done, in all).
    """
    wanted = [
        (category, seed)
        for category, count in zip(CATEGORIES, np.asarray(counts).tolist(), strict=True)
        if category in machine.categories
        for seed in range(count)
    ]
    sounds = []
    for done, (category, seed) in enumerate(wanted, 1):
        sounds.append(machine.render(category, seed=seed).samples)
        if progress:
            progress(done, len(wanted))
    return Sample(sounds, np.array([CATEGORIES.index(category) for category, _ in wanted]))


def set_distances(
    embedded: dict[str, FloatArray], kits_apart: npt.NDArray[np.bool_]
) -> dict[str, Any]:
    """Compare sets of sounds by their embeddings.

    FAD falls with the number of sounds, so that every comparison is made between sets of the same
    size, halves of the real ones: what the floor allows.

    Parameters
    ----------
    embedded : dict
        ``real``, ``generated`` and, where there are some, ``augmented``: each ``(n, dim)``.
    kits_apart : numpy.ndarray
        Shape ``(n,)`` of the real ones: a division into halves that share no kit.

    Returns
    -------
    dict
        ``kad`` and ``fad``, each a dict from comparison to ``[low, value, high]``.
    """
    real = embedded["real"]
    out: dict[str, Any] = {}
    for name, distance in (("kad", kad), ("fad", fad)):
        table: dict[str, list[float]] = {
            other: _bounds(subsampled(distance, real, embedded[other]))
            for other in ("generated", "augmented")
            if other in embedded
        }
        table["halves of the real ones"] = _floor(distance, real)
        apart = distance(real[kits_apart], real[~kits_apart])
        table["halves without a kit in common"] = [apart, apart, apart]
        out[name] = table
    return out


def _bounds(interval: Interval) -> list[float]:
    return [interval.low, interval.value, interval.high]


def _floor(
    distance: Callable[[FloatArray, FloatArray], float], real: FloatArray, n: int = 20
) -> list[float]:
    rng = np.random.default_rng(0)
    values = []
    for _ in range(n):
        order = rng.permutation(len(real))
        half = len(real) // 2
        values.append(distance(real[order[:half]], real[order[half:]]))
    low, high = np.quantile(values, [0.025, 0.975])
    return [float(low), float(np.mean(values)), float(high)]


def by_category(embedded: FloatArray, categories: Rows) -> dict[str, float]:
    """Return the diversity of each category's sounds that has at least two."""
    return {
        name: diversity(embedded[categories == i])
        for i, name in enumerate(CATEGORIES)
        if (categories == i).sum() > 1
    }


def copying(
    data: Dataset, generated: Sample, held_out: Rows, progress: Progress | None = None
) -> dict[str, Any]:
    """Return how near generated sounds lie to the training sounds, and held-out ones beside them.

    Values are SC with the best gain, from the nearest training sound: 0 is a copy. A model that
    copies has distances well under those of the held-out recordings.
    """
    train = data.rows("train")
    sounds = generated.sounds + [data.wave(int(row)) for row in held_out]
    mels = np.stack([mel_spectrogram(x, data.spec) for x in sounds])
    _, distance = nearest_sounds(mels, data, train, progress)
    made, real = distance[: len(generated.sounds)], distance[len(generated.sounds) :]
    return {
        name: {f"p{q}": float(np.quantile(values, q / 100)) for q in (1, 5, 50, 95)}
        for name, values in (("generated", made), ("held_out", real))
        if len(values)
    }


def describe_all(sample: Sample, sr: int) -> dict[str, dict[str, list[float | None]]]:
    """Return median and quartiles of each descriptor by category; None where there is no value."""
    values = [describe(x, sr) for x in sample.sounds]
    out: dict[str, dict[str, list[float | None]]] = {}
    for i, category in enumerate(CATEGORIES):
        mine = [v for v, c in zip(values, sample.categories, strict=True) if c == i]
        if not mine:
            continue
        out[category] = {}
        for descriptor in DESCRIPTORS:
            known = [v[descriptor.name] for v in mine if np.isfinite(v[descriptor.name])]
            quartiles = np.quantile(known, [0.25, 0.5, 0.75]).tolist() if known else [None] * 3
            out[category][descriptor.name] = quartiles
    return out


def halves_by_kit(data: Dataset, rows: Rows) -> npt.NDArray[np.bool_]:
    """Divide recordings into two halves that share no kit, each category about evenly."""
    entries = [data.entries[row] for row in rows]
    dealt = deal_kits(entries, 2)
    return np.array([dealt[entry.kit] == 0 for entry in entries])


def fidelity(judge: Judge, generated: Sample, sr: int) -> list[list[int]]:
    """Return what the judge hears in generated sounds: counts, asked in rows, heard in columns."""
    counts: list[list[int]] = confusion(generated.categories, judge(generated.sounds, sr)).tolist()
    return counts
