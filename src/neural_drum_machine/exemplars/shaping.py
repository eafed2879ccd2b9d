"""How a recording follows a move of its code, within what it can bear.

The change is the difference of two decoded sounds, in nepers. Where a recording is near silence the
generator cannot say what a change would be, so rises are limited. Core and fine attack are decoded
apart from each other, so they are joined where the attack ends. And no sound gets louder than its
recording: its renderer would have to limit the peaks.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.fine_attack import (
    ATTACK_EDGES_HZ,
    ATTACK_STEP_SECONDS,
    ATTACK_STEPS,
)
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.mel import mel_band_edges, mel_filterbank
from neural_drum_machine.signal.spec import AudioSpec

MOST_RISE: Final = 2.0
"""No cell of a recording rises by more than this many nepers, which are 17 dB."""
JOIN_STEPS: Final = (12, 36)
"""Between these values, the change of the fine attack goes over into that of core and air."""


def follow(recording: Levels, base: Levels, new: Levels, spec: AudioSpec) -> Levels:
    """Return a recording, changed as `new` differs from `base`.

    Parameters
    ----------
    recording : Levels
        A recording.
    base, new : Levels
        What a generator decodes from its code, and from the code after a move.
    spec : AudioSpec
        Their format.

    Returns
    -------
    Levels
        Its loudest frame and its loudest moment are no louder than the recording's.
    """
    mel, air, attack = (_bounded(b - a) for a, b in zip(base.whole(), new.whole(), strict=True))
    core = recording.louder(Levels(mel, air, np.zeros_like(attack)), spec)
    joined = _joined(attack, recording, core, spec)
    nothing = Levels(np.zeros_like(mel), np.zeros_like(air), joined)
    return no_louder(core.louder(nothing, spec), [recording], spec)


def no_louder(levels: Levels, others: list[Levels], spec: AudioSpec) -> Levels:
    """Return levels, turned down as a whole until they peak no higher than one of the others."""
    rise = min(float(np.max(_peaks(levels, spec) - _peaks(each, spec))) for each in others)
    if rise <= 0:
        return levels
    return levels.louder(Levels._make(np.full_like(part, -rise) for part in levels.whole()), spec)


def _bounded(change: FloatArray) -> FloatArray:
    most = np.float32(MOST_RISE)
    out: FloatArray = np.where(change > 0, most * np.tanh(change / most), change)
    return out


@lru_cache(maxsize=4)
def _bands(spec: AudioSpec) -> FloatArray:
    """Return the share of each mel band's square in the power of the attack's bands but the last.

    Low mel bands overlap, and high ones are many bins wide.
    """
    edges = mel_band_edges(spec)
    width = (edges[2:] - edges[:-2]) / 2
    weight = width / np.square(mel_filterbank(spec).sum(axis=1, dtype=np.float64))
    place = np.searchsorted(ATTACK_EDGES_HZ[:-1], edges[1:-1])
    out: FloatArray = np.zeros((len(ATTACK_EDGES_HZ), spec.n_mels), np.float32)
    out[place, np.arange(spec.n_mels)] = weight
    return out


def _band_levels(levels: Levels, spec: AudioSpec) -> FloatArray:
    """Return the levels of the attack's bands in each frame of core and air, in nepers.

    Core and air have each an arbitrary offset.
    """
    mel, air_levels, _ = levels.whole()
    core = _bands(spec) @ np.exp(2 * mel)
    air = np.exp(2 * air_levels).sum(axis=0, keepdims=True)
    power = np.concatenate([core, air]).astype(np.float32)
    out: FloatArray = np.log(power + np.float32(1e-12)) / 2
    return out


def _joined(change: FloatArray, recording: Levels, core: Levels, spec: AudioSpec) -> FloatArray:
    """Return a change of the attack that ends as core and air of the changed sound go on."""
    steps = np.arange(ATTACK_STEPS)
    frames = (
        2 + int(ATTACK_STEPS * ATTACK_STEP_SECONDS * spec.sr + spec.pre_roll) // spec.hop_length
    )
    heard = [
        Levels(mel[:, :frames], air[:, :frames], attack)
        for mel, air, attack in (recording.whole(), core.whole())
    ]
    before, after = (_band_levels(each, spec) for each in heard)
    place = ((steps + 0.5) * ATTACK_STEP_SECONDS * spec.sr + spec.pre_roll) / spec.hop_length
    frame = np.minimum(place.astype(int), frames - 2)
    late = (place - frame).astype(np.float32)
    going_on = (after - before)[:, frame] * (1 - late) + (after - before)[:, frame + 1] * late
    first, last = JOIN_STEPS
    share = np.clip((steps - first) / (last - first), 0, 1).astype(np.float32)
    out: FloatArray = (change * (1 - share) + going_on * share).astype(np.float32)
    return out


def _peaks(levels: Levels, spec: AudioSpec) -> FloatArray:
    """Return the levels of the loudest frame and of the attack's loudest value, in nepers."""
    frames = np.square(np.exp(_band_levels(levels, spec)[:-1])).sum(axis=0)
    moments = np.exp(2 * levels.whole()[2]).sum(axis=0)
    peaks = np.array([frames.max(), moments.max()], np.float32)
    out: FloatArray = (np.log(peaks) / 2).astype(np.float32)
    return out
