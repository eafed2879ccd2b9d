"""Wishes: values that were asked for, beside those that the rendered sounds have."""

import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.prepare.labelling.classes import CLASSES
from neural_drum_machine.prepare.labelling.classifier import Labeller
from neural_drum_machine.prepare.recordings.thumbnail import thumbnail
from neural_drum_machine.signal.audio_file import Clip
from neural_drum_machine.signal.hit import clip_hit
from neural_drum_machine.sound import Sound
from neural_drum_machine.wishes.qualities import BY_NAME, LEVEL

SEED: Final = 2026
Wish = tuple[float, float | None, float, float]
"""A value that was asked for, the value that was reached, and the drift of the others: median and
largest."""
HEARD: Final = 40
"""Sounds of a category that the labeller judges, with and without their wishes."""


def wishes(
    machine: DrumMachine, count: int, progress: Callable[[int, int], None] = lambda *_: None
) -> dict[str, Any]:
    """Ask for one value at a time, and measure the rendered sounds.

    Each wish lies anywhere between the 5th and the 95th percentile of recordings, on the quality's
    scale. The qualities of a category take turns.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    count : int
        Wishes of each category.
    progress : callable
        Called with (categories done, total).

    Returns
    -------
    dict
        ``asked``: category to quality to a list of wishes. Each is the value that was asked for,
        the value that was reached (None where the sound has none), and the drift of the other
        qualities as a share of their ranges: the median of them and the largest. ``heard``:
        category to the shares of sounds that the package's labeller hears as the category,
        ``plain`` and ``wished``. ``ms``: medians of a render of a drawn sound, and of one whose
        wish alone has changed.
    """
    heard, times = {}, []
    asked: dict[str, dict[str, list[Wish]]] = {}
    for done, category in enumerate(machine.categories, 1):
        ranges, random = machine.ranges(category), np.random.RandomState(SEED)
        names = list(ranges)
        asked[category] = {name: [] for name in names}
        pairs: list[tuple[Sound, Sound]] = []
        for seed in range(count):
            name = names[seed % len(names)]
            quality, span = BY_NAME[name], ranges[name]
            place = random.uniform(quality.scale(span.low), quality.scale(span.high))
            wish = {name: quality.unscale(place)}
            code, laid = machine.draw(category, seed, wish=wish)
            start = time.perf_counter()
            plain = machine.render_code(category, code, exemplars=laid)
            middle = time.perf_counter()
            # The first sound with a wish makes the plain one once more, and keeps it.
            machine.render_code(category, code, exemplars=laid, wish=wish)
            again = time.perf_counter()
            sound = machine.render_code(category, code, exemplars=laid, wish=wish)
            times.append((middle - start, time.perf_counter() - again))
            before, after = machine.describe(plain), machine.describe(sound)
            drifts = [
                abs(BY_NAME[other].scale(after[other]) - BY_NAME[other].scale(before[other]))
                / ranges[other].spread(other)
                for other in names
                # The level is not held: peaks are at full scale, so other wishes change it.
                if other not in (name, LEVEL)
                and np.isfinite(after[other])
                and np.isfinite(before[other])
            ]
            reached = after[name] if np.isfinite(after[name]) else None
            drift = (float(np.median(drifts)), max(drifts)) if drifts else (0.0, 0.0)
            asked[category][name].append((wish[name], reached, *drift))
            pairs.append((plain, sound))
        plain_share, wished_share = (
            _heard(machine, category, [pair[i] for pair in pairs[:HEARD]]) for i in (0, 1)
        )
        heard[category] = {"plain": plain_share, "wished": wished_share}
        progress(done, len(machine.categories))
    plain_ms, wish_ms = [1000 * float(np.median(each)) for each in zip(*times, strict=True)]
    return {"asked": asked, "heard": heard, "ms": {"plain": plain_ms, "wish": wish_ms}}


def _heard(machine: DrumMachine, category: str, sounds: list[Sound]) -> float:
    """Return the share of sounds that the package's labeller hears as a category."""
    spec = machine.spec
    hits = [clip_hit(Clip(np.atleast_2d(each.samples), each.sr), spec) for each in sounds]
    pictures = np.stack([thumbnail(hit.samples[: hit.length], spec.sr) for hit in hits])
    probabilities = Labeller.load().probabilities(pictures)
    among = probabilities[:, [CLASSES.index(name) for name in machine.categories]]
    return float((among.argmax(axis=1) == machine.index(category)).mean())


def summary(part: dict[str, Any], category: str | None, quality: str) -> dict[str, float]:
    """Return the figures of a quality, in a category or in all.

    Parameters
    ----------
    part : dict
        From :func:`wishes`.
    category : str or None
        None for all categories.
    quality : str
        The quality's name.

    Returns
    -------
    dict
        ``n``; ``none``, the share without a value; ``rank``, the rank correlation of asked and
        reached; ``error``, the median error on the quality's scale; ``drift`` and ``largest``,
        medians over the wishes of the median and of the largest drift. NaN where there is nothing
        to tell.
    """
    chosen = chosen_wishes(part, category, quality)
    scale = BY_NAME[quality].scale
    pairs = np.array(
        [(scale(value), scale(has)) for value, has, *_ in chosen if has is not None]
    ).reshape(-1, 2)
    return {
        "n": len(chosen),
        "none": 1 - len(pairs) / len(chosen) if chosen else float("nan"),
        "rank": _rank_correlation(pairs) if len(pairs) > 2 else float("nan"),
        "error": float(np.median(np.abs(pairs[:, 1] - pairs[:, 0]))) if len(pairs) else np.nan,
        "drift": float(np.median([drift for *_, drift, _ in chosen])) if chosen else np.nan,
        "largest": float(np.median([drift for *_, drift in chosen])) if chosen else np.nan,
    }


def chosen_wishes(part: dict[str, Any], category: str | None, quality: str) -> list[Wish]:
    """Return the wishes for a quality, of a category or of all; see :func:`wishes`."""
    return [
        tuple(wish)
        for name, of_category in part["asked"].items()
        if category in (None, name)
        for wish in of_category.get(quality, [])
    ]


def _rank_correlation(pairs: Any) -> float:
    ranks = np.argsort(np.argsort(pairs, axis=0), axis=0).astype(np.float64)
    return float(np.corrcoef(ranks[:, 0], ranks[:, 1])[0, 1])
