"""Figures of an engineer's ear: start, body, air and tail of new sounds beside recordings."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.measures.ear.air import share_of_air
from neural_drum_machine.evaluation.measures.ear.body import jitter_cents, jitter_hz, ripple_db
from neural_drum_machine.evaluation.measures.ear.start import (
    first_sample,
    largest_step,
    peak_ms,
    rise_ms,
)
from neural_drum_machine.evaluation.measures.ear.tail import end_level_db, return_db
from neural_drum_machine.evaluation.measures.ear.takes import loudness_spread_lu
from neural_drum_machine.evaluation.study.sound_sets import SoundSet
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.full_hit import FULL_SR

Figures = dict[str, float]
DRUMS: Final = 4
"""Drums of a category whose takes are compared."""
TAKES: Final = 4
"""Takes of each."""
FIRST_SAMPLE: Final = 0.01
"""A first sample over this share of the peak is a click."""
LATE_MS: Final = 20.0
"""A peak later than this is late."""
LOUD_END_DB: Final = -50.0
RETURN_DB: Final = 10.0
SHARES: Final = ("first_sample", "late", "loud_end", "returns")
"""Figures that are shares of sounds. The others are medians."""


def figures(samples: FloatArray) -> Figures:
    """Return the figures of a sound at 44,100 Hz; NaN where one is not defined."""
    sr = FULL_SR
    return {
        "first_sample": float(first_sample(samples) > FIRST_SAMPLE),
        "largest_step": largest_step(samples, sr),
        "rise_ms": rise_ms(samples, sr),
        "peak_ms": peak_ms(samples, sr),
        "late": float(peak_ms(samples, sr) > LATE_MS),
        "jitter_hz": jitter_hz(samples, sr),
        "jitter_cents": jitter_cents(samples, sr),
        "ripple_db": ripple_db(samples, sr),
        "air": share_of_air(samples, sr),
        "end_db": end_level_db(samples, sr),
        "loud_end": float(end_level_db(samples, sr) > LOUD_END_DB),
        "returns": float(return_db(samples, sr) > RETURN_DB),
    }


def by_category(sounds: SoundSet) -> dict[str, Figures]:
    """Return each category's figures: shares of its sounds, and medians."""
    found = [figures(samples) for samples in sounds.full]
    out: dict[str, Figures] = {}
    for index, category in enumerate(CATEGORIES):
        mine = [each for each, c in zip(found, sounds.categories, strict=True) if c == index]
        if mine:
            out[category] = {name: _middle(name, [each[name] for each in mine]) for name in mine[0]}
    return out


def _middle(name: str, values: list[float]) -> float:
    known = np.array(values)[np.isfinite(values)]
    if not len(known):
        return float("nan")
    return float(known.mean() if name in SHARES else np.median(known))


def ear(
    machine: DrumMachine,
    real: SoundSet,
    generated: SoundSet,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Return the figures of recordings and of new sounds, and how far takes differ.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    real, generated : SoundSet
        Recordings, and as many new sounds.
    progress : callable, optional
        Called with (categories done, total).

    Returns
    -------
    dict
        ``real`` and ``generated``: category to figure to value, None where it is not defined;
        ``takes_lu``: category to the median loudness spread of a drum's takes.
    """
    takes: dict[str, float] = {}
    for done, category in enumerate(machine.categories, 1):
        spreads = [
            loudness_spread_lu(
                [machine.render(category, seed=s, take=t).samples for t in range(TAKES)], machine.sr
            )
            for s in range(DRUMS)
        ]
        takes[category] = float(np.median(spreads))
        if progress:
            progress(done, len(machine.categories))
    sets = {"real": by_category(real), "generated": by_category(generated)}

    def known(values: Figures) -> dict[str, float | None]:
        return {name: value if np.isfinite(value) else None for name, value in values.items()}

    return {
        **{
            name: {category: known(values) for category, values in each.items()}
            for name, each in sets.items()
        },
        "takes_lu": takes,
    }
