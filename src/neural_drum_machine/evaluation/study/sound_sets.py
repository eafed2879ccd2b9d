"""Sets of sounds of all categories: recordings, augmented recordings, generated sounds."""

import dataclasses
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.index import AUGMENTED, REAL
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.detail.attack import START
from neural_drum_machine.evaluation.judges.folds import deal_kits
from neural_drum_machine.inverters.full_band import END_FADE_SECONDS
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.full_hit import FULL_SR, fade_out
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.spec import AudioSpec


@dataclass(frozen=True, slots=True)
class SoundSet:
    """Sounds with their categories.

    Attributes
    ----------
    sounds : list of numpy.ndarray
        Samples of the cores, each ``(n_samples,)``.
    full : list of numpy.ndarray
        Samples at 44,100 Hz as they are played: from half a millisecond before the onset, no longer
        than the model's sounds.
    categories : numpy.ndarray
        Shape ``(n,)``, their category numbers.
    """

    sounds: list[FloatArray]
    full: list[FloatArray]
    categories: IntArray


def spread(rows: IntArray, most: int) -> IntArray:
    """Return at most `most` rows, spread evenly over all of them."""
    if len(rows) <= most:
        return rows
    picked: IntArray = rows[np.linspace(0, len(rows) - 1, most).round().astype(int)]
    return picked


def held_out_rows(data: Dataset, categories: Sequence[str], most: int) -> IntArray:
    """Return at most `most` validation rows of each category, spread evenly."""
    return np.concatenate([spread(data.rows("validation", c), most) for c in categories])


def real_rows(data: Dataset, categories: Sequence[str], most: int) -> IntArray:
    """Return at most `most` recordings of each category from both splits, spread evenly."""
    both = [
        np.concatenate([data.rows(split, category, REAL) for split in ("train", "validation")])
        for category in categories
    ]
    return np.concatenate([spread(rows, most) for rows in both])


def balanced_rows(data: Dataset, categories: Sequence[str], most: int) -> IntArray:
    """Return at most `most` recordings of each category, from as many kits as possible.

    The first of every kit comes first, then the second of every kit, and so on.
    """
    out: list[int] = []
    for category in categories:
        kits: dict[str, list[int]] = {}
        for split in ("validation", "train"):
            for row in data.rows(split, category, REAL).tolist():
                kits.setdefault(data.entries[row].kit, []).append(row)
        order = np.random.default_rng(0).permutation(sorted(kits))
        rounds = itertools.zip_longest(*(kits[kit] for kit in order))
        out += [row for one in rounds for row in one if row is not None][:most]
    return np.array(out, np.int64)


def augmented_rows(data: Dataset, counts: IntArray, without: IntArray, seed: int = 0) -> IntArray:
    """Return augmented training recordings, as many of each category as requested and available.

    Parameters
    ----------
    data : Dataset
        The sounds.
    counts : numpy.ndarray
        Shape ``(11,)``.
    without : numpy.ndarray
        Rows of recordings whose augmented versions are excluded: the recordings that the result
        will be compared with.
    seed : int
        Seed of the choice.
    """
    rng = np.random.default_rng(seed)
    excluded = {data.entries[row].name for row in without}
    out: list[int] = []
    for category, count in zip(CATEGORIES, counts, strict=True):
        rows = rng.permutation(data.rows("train", category, AUGMENTED)).tolist()
        fit = (r for r in rows if excluded.isdisjoint(json.loads(data.entries[r].parents)))
        out += itertools.islice(fit, int(count))
    return np.array(out, np.int64)


def of_dataset(data: Dataset, rows: IntArray) -> SoundSet:
    """Return sounds of a dataset."""
    categories = [CATEGORIES.index(data.entries[row].category) for row in rows]
    return SoundSet(
        [data.wave(int(row)) for row in rows],
        [_as_played(data.full_wave(int(row)), data.spec) for row in rows],
        np.array(categories, np.int64),
    )


def generate(
    machine: DrumMachine,
    counts: npt.ArrayLike,
    progress: Callable[[int, int], None] | None = None,
) -> SoundSet:
    """Draw sounds of each category, with the seeds 0, 1, …, read as recordings are.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    counts : array_like
        Shape ``(11,)``: number of sounds of each category.
    progress : callable, optional
        Called with (sounds done, total).
    """
    wanted = [
        (category, seed)
        for category, count in zip(CATEGORIES, np.asarray(counts).tolist(), strict=True)
        if category in machine.categories
        for seed in range(count)
    ]
    whole = machine.with_rendering(dataclasses.replace(machine.rendering, sr=FULL_SR, width=0.0))
    cores, full = [], []
    for done, (category, seed) in enumerate(wanted, 1):
        sound = whole.render(category, seed=seed)
        full.append(sound.samples)
        hit = make_hit(sound.samples, sound.sr, machine.spec, f"{category} {seed}")
        cores.append(hit.samples)
        if progress:
            progress(done, len(wanted))
    return SoundSet(cores, full, np.array([CATEGORIES.index(name) for name, _ in wanted]))


def _as_played(samples: FloatArray, spec: AudioSpec) -> FloatArray:
    """Return a recording as it would be played: no longer than a model's sounds."""
    longest = spec.n_samples * FULL_SR // spec.sr
    out = samples[START:longest].copy()
    if len(samples) > longest:
        fade_out(out, END_FADE_SECONDS)
    return out


def halves_by_kit(data: Dataset, rows: IntArray) -> npt.NDArray[np.bool_]:
    """Divide recordings into two halves without a kit in common, each category about evenly.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``: whether a recording is in the first half.
    """
    entries = [data.entries[row] for row in rows]
    fold_of_kit = deal_kits(entries, 2)
    return np.array([fold_of_kit[entry.kit] == 0 for entry in entries])
