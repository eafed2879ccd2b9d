"""How generated sounds compare with real sounds: as sets, one by one, and by category."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from neural_drum_machine.arrays import IntArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.judges.confusion import confusion
from neural_drum_machine.evaluation.judges.embedding import Embedder
from neural_drum_machine.evaluation.judges.judge import Judge
from neural_drum_machine.evaluation.study.sampler import nearest_sounds
from neural_drum_machine.evaluation.study.set_distances import (
    diversity_by_category,
    set_distances,
)
from neural_drum_machine.evaluation.study.sound_sets import (
    SoundSet,
    augmented_rows,
    halves_by_kit,
    of_dataset,
)
from neural_drum_machine.signal.descriptors import DESCRIPTORS, body_pitch, describe
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.mel import mel_spectrogram


def compare_with_real(
    data: Dataset,
    chosen: IntArray,
    held_out: IntArray,
    generated: SoundSet,
    embedder: Embedder,
    progress: Callable[[str, int, int], None],
    balanced: IntArray | None = None,
) -> dict[str, Any]:
    """Compare generated sounds with recordings, and with augmented recordings.

    Parameters
    ----------
    data : Dataset
        The recordings.
    chosen : numpy.ndarray
        Rows of the recordings that stand for real sounds.
    held_out : numpy.ndarray
        Rows of all validation sounds.
    generated : SoundSet
        As many sounds of each category as there are chosen recordings.
    embedder : Embedder
        Makes the embeddings for the distances between sets.
    progress : callable
        Called with (stage, done, total).
    balanced : numpy.ndarray, optional
        Rows of recordings from as many kits as possible, for ``distances_balanced``.

    Returns
    -------
    dict
        JSON values: ``counts``, ``held_out_among_real``, ``descriptors``, ``pitch``, ``copying``,
        and, if the embedder is available, ``sizes``, ``distances``, ``distances_alike``,
        ``distances_balanced`` and ``diversity``; else ``distances`` has an entry ``skipped`` with
        the reason.
    """
    spec = data.spec
    real = of_dataset(data, chosen)
    counts = np.bincount(real.categories, minlength=len(CATEGORIES))
    out: dict[str, Any] = {
        "counts": {c: int(n) for c, n in zip(CATEGORIES, counts, strict=True) if n},
        "held_out_among_real": int(np.isin(chosen, held_out).sum()),
        "descriptors": {
            "real": describe_all(real, spec.sr),
            "generated": describe_all(generated, spec.sr),
        },
        "pitch": {
            name: pitch_on_frame_rate(sounds, spec.sr, spec.hop_length)
            for name, sounds in (("real", real), ("generated", generated))
        },
        "copying": copying(
            data, generated, held_out, lambda d, n: progress("nearest training sounds", d, n)
        ),
    }
    reason = embedder.unavailable()
    if reason:
        return out | {"distances": {"skipped": reason}}
    augmented = of_dataset(data, augmented_rows(data, counts, chosen))
    sets = {"real": real, "generated": generated}
    if augmented.sounds:
        sets["augmented"] = augmented
    embedded = {
        name: embedder(each.full, FULL_SR, partial(progress, f"embeddings: {name}"))
        for name, each in sets.items()
    }
    apart = halves_by_kit(data, chosen)
    # If all recordings of a category are compared, no augmented versions of others are left. The
    # categories that both sets have are therefore compared separately as well.
    both = {name: np.isin(each.categories, augmented.categories) for name, each in sets.items()}
    if both["real"].any():
        out["distances_alike"] = set_distances(
            {name: x[both[name]] for name, x in embedded.items()}, apart[both["real"]]
        )
    if balanced is not None:
        kits = of_dataset(data, balanced)
        sets_of_kits = {**embedded, "real": embedder(kits.full, FULL_SR)}
        out["distances_balanced"] = set_distances(sets_of_kits, halves_by_kit(data, balanced))
    return out | {
        "sizes": {name: len(each.sounds) for name, each in sets.items()},
        "distances": set_distances(embedded, apart),
        "diversity": {
            name: diversity_by_category(embedded[name], each.categories)
            for name, each in sets.items()
        },
    }


def copying(
    data: Dataset,
    generated: SoundSet,
    held_out: IntArray,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Return how near generated sounds, and held-out sounds, lie to the training sounds.

    Values are best-gain SC from the nearest training sound: 0 is a copy. Quantiles are taken
    within each category that has both kinds of sounds and then averaged over the categories, so
    that the mix of categories has no influence.
    """
    real = of_dataset(data, held_out)
    mels = np.stack([mel_spectrogram(x, data.spec) for x in generated.sounds + real.sounds])
    _, distance = nearest_sounds(mels, data, data.rows("train"), progress)
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


def pitch_on_frame_rate(sounds: SoundSet, sr: int, hop_length: int) -> dict[str, float]:
    """Return how many sounds have a pitch, and how many of these on a multiple of the frame rate.

    A pitch counts as on the frame rate if it is within 2 % of one to five times
    ``sr / hop_length``, where the stripes of an inverter sound like tones. Of pitches spread evenly
    up to 500 Hz about a tenth would count.
    """
    pitches = np.array([body_pitch(x, sr) for x in sounds.sounds])
    pitches = pitches[np.isfinite(pitches)]
    place = pitches * hop_length / sr
    near = (np.abs(place - np.round(place)) < 0.02 * place) & (place > 0.9) & (place < 5.2)
    return {"pitched": float(len(pitches)), "on_frame_rate": float(near.sum())}


def describe_all(sounds: SoundSet, sr: int) -> dict[str, dict[str, list[float | None]]]:
    """Return quartiles of each descriptor by category.

    They are None if less than a fifth of the sounds have a value: a clap, for example, hardly ever
    has a pitch.
    """
    values = [describe(x, sr) for x in sounds.sounds]
    out: dict[str, dict[str, list[float | None]]] = {}
    for i, category in enumerate(CATEGORIES):
        mine = [v for v, c in zip(values, sounds.categories, strict=True) if c == i]
        if not mine:
            continue
        out[category] = {}
        for descriptor in DESCRIPTORS:
            known = [v[descriptor.name] for v in mine if np.isfinite(v[descriptor.name])]
            enough = len(known) >= max(3, 0.2 * len(mine))
            quartiles = np.quantile(known, [0.25, 0.5, 0.75]).tolist() if enough else [None] * 3
            out[category][descriptor.name] = quartiles
    return out


def fidelity(judge: Judge, generated: SoundSet, sr: int) -> dict[str, list[list[int]]]:
    """Return confusion counts of the judge: requested categories in rows, predicted in columns.

    Returns
    -------
    dict
        ``generated``: the predictions of every member for every sound, so that the shares are
        those of a single member, as for the other two. ``real``: recordings of kits that the
        member was not trained on. ``augmented``: the same for augmented recordings.
    """
    predicted = judge(generated.sounds, sr)
    requested = np.tile(generated.categories, len(predicted))
    return {
        "generated": confusion(requested, predicted.ravel()).tolist(),
        "real": judge.real.tolist(),
        "augmented": judge.augmented.tolist(),
    }
