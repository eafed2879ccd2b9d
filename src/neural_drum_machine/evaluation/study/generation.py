"""How new sounds stand beside real ones: as a set, one by one, and by category."""

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import pdist

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.index import AUGMENTED, REAL
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.judges.folds import confusion, deal_kits
from neural_drum_machine.evaluation.judges.judge import Judge
from neural_drum_machine.evaluation.measures.distances import diversity, fad, kad, subsampled
from neural_drum_machine.evaluation.measures.intervals import Interval
from neural_drum_machine.evaluation.study.peers import nearest_sounds
from neural_drum_machine.evaluation.study.reconstruction import spread
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.descriptors import DESCRIPTORS, body_pitch, describe
from neural_drum_machine.signal.mel import mel_spectrogram

Rows = npt.NDArray[np.int64]
Progress = Callable[[int, int], None]
LEAST = 8
"""Sounds of a set, at the least, for a distance of sets to be taken."""


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


def real_rows(data: Dataset, categories: Sequence[str], most: int) -> Rows:
    """Return at most `most` recordings of each category, of both splits, spread over the index."""
    both = [
        np.concatenate([data.rows(split, category, REAL) for split in ("train", "validation")])
        for category in categories
    ]
    return np.concatenate([spread(rows, most) for rows in both])


def augmented_rows(data: Dataset, counts: Rows, without: Rows, seed: int = 0) -> Rows:
    """Return variations of training recordings, as many of each category as asked, if there are.

    Parameters
    ----------
    data : Dataset
        The sounds.
    counts : numpy.ndarray
        Shape ``(11,)``.
    without : numpy.ndarray
        Recordings of which no variation is taken: those it will be compared with.
    seed : int
        Of the choice.
    """
    rng = np.random.default_rng(seed)
    taken = {data.entries[row].name for row in without}
    out: list[int] = []
    for category, count in zip(CATEGORIES, counts, strict=True):
        rows = rng.permutation(data.rows("train", category, AUGMENTED)).tolist()
        fit = (r for r in rows if taken.isdisjoint(json.loads(data.entries[r].parents)))
        out += itertools.islice(fit, int(count))
    return np.array(out, np.int64)


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

    FAD falls with the number of sounds, so that every comparison is made between sets of half
    the size of the real one: what the floor allows. All kernels have the real sounds' bandwidth.

    Parameters
    ----------
    embedded : dict
        ``real``, ``generated`` and, where there are some, ``augmented``: each ``(n, dim)``.
    kits_apart : numpy.ndarray
        Shape ``(n,)`` of the real ones: a division into halves that share no kit.

    Returns
    -------
    dict
        ``kad`` and ``fad``, each a dict from comparison to ``[low, value, high]``; what has too few
        sounds is absent.
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
        table: dict[str, list[float]] = {
            other: _bounds(subsampled(plain, real, embedded[other]))
            for other in ("generated", "augmented")
            if other in embedded and len(embedded[other]) >= LEAST
        }
        table["halves of the real ones"] = _floor(distance, real)
        size = min(int(kits_apart.sum()), int((~kits_apart).sum()), len(real) // 2)
        if size >= LEAST // 2:
            rng = np.random.default_rng(0)
            one, other = (rng.permutation(real[half])[:size] for half in (kits_apart, ~kits_apart))
            table["halves without a kit in common"] = [distance(one, other)] * 3
        out[name] = table
    return out


def _bounds(interval: Interval) -> list[float]:
    return [interval.low, interval.value, interval.high]


def _floor(distance: Callable[..., float], real: FloatArray, n: int = 50) -> list[float]:
    rng = np.random.default_rng(0)
    values = []
    for _ in range(n):
        order = rng.permutation(len(real))
        half = len(real) // 2
        values.append(distance(real[order[:half]], real[order[half : 2 * half]]))
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

    Values are SC with the best gain, from the nearest training sound: 0 is a copy. Quantiles are
    taken within each category that has both kinds, then averaged over the categories, so that
    another mix makes no difference.
    """
    real = of_dataset(data, held_out)
    train = data.rows("train")
    mels = np.stack([mel_spectrogram(x, data.spec) for x in generated.sounds + real.sounds])
    _, distance = nearest_sounds(mels, data, train, progress)
    kinds = {
        "generated": (distance[: len(generated.sounds)], generated.categories),
        "held_out": (distance[len(generated.sounds) :], real.categories),
    }
    both = np.intersect1d(generated.categories, real.categories)
    return {
        name: {
            f"p{q}": float(np.mean([np.quantile(x[c == i], q / 100) for i in both]))
            for q in (5, 50, 95)
        }
        for name, (x, c) in kinds.items()
        if len(both)
    }


def pitch_on_frame_rate(sample: Sample, sr: int, hop_length: int) -> dict[str, float]:
    """Return how many sounds have a pitch, and how many of these on a multiple of the frame rate.

    Within 2 % of one to five times ``sr / hop_length``: an inverter's stripes are heard as tones
    there. Of pitches spread evenly up to 500 Hz about a tenth would be.
    """
    pitches = np.array([body_pitch(x, sr) for x in sample.sounds])
    pitches = pitches[np.isfinite(pitches)]
    place = pitches * hop_length / sr
    near = (np.abs(place - np.round(place)) < 0.02 * place) & (place > 0.9) & (place < 5.2)
    return {"pitched": float(len(pitches)), "on_frame_rate": float(near.sum())}


def describe_all(sample: Sample, sr: int) -> dict[str, dict[str, list[float | None]]]:
    """Return quartiles of each descriptor by category; None where under a fifth have a value."""
    values = [describe(x, sr) for x in sample.sounds]
    out: dict[str, dict[str, list[float | None]]] = {}
    for i, category in enumerate(CATEGORIES):
        mine = [v for v, c in zip(values, sample.categories, strict=True) if c == i]
        if not mine:
            continue
        out[category] = {}
        for descriptor in DESCRIPTORS:
            known = [v[descriptor.name] for v in mine if np.isfinite(v[descriptor.name])]
            # What hardly any sound has, such as a clap's pitch, has no typical value.
            enough = len(known) >= max(3, 0.2 * len(mine))
            quartiles = np.quantile(known, [0.25, 0.5, 0.75]).tolist() if enough else [None] * 3
            out[category][descriptor.name] = quartiles
    return out


def halves_by_kit(data: Dataset, rows: Rows) -> npt.NDArray[np.bool_]:
    """Divide recordings into two halves that share no kit, each category about evenly."""
    entries = [data.entries[row] for row in rows]
    dealt = deal_kits(entries, 2)
    return np.array([dealt[entry.kit] == 0 for entry in entries])


def fidelity(judge: Judge, generated: Sample, sr: int) -> dict[str, list[list[int]]]:
    """Return what the judge hears: counts, categories asked in rows, heard in columns.

    Returns
    -------
    dict
        ``generated``: every member's naming of every sound, so that shares are those of one
        member, as they are for the rest: ``real``, recordings of kits it never heard, and
        ``augmented``, variations of recordings it never heard.
    """
    heard = judge(generated.sounds, sr)
    asked = np.tile(generated.categories, len(heard))
    return {
        "generated": confusion(asked, heard.ravel()).tolist(),
        "real": judge.real.tolist(),
        "augmented": judge.varied.tolist(),
    }
