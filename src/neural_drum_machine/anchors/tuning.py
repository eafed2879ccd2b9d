"""Tuning an own sound as the generator tunes its own.

A change of level cannot move a partial: it can only make the old one softer, and the place of the
new one louder. So where the body of the decoded sound changes its pitch, the samples are resampled
by the same ratio first, and the rest of the change is measured from there.
"""

from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import soxr

from neural_drum_machine.anchors.anchor import Anchor
from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.detail.body import REACH, find_body
from neural_drum_machine.detail.oscillator import Body
from neural_drum_machine.signal.fine_attack import ATTACK_STEPS
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.levels import Levels, levels_of
from neural_drum_machine.signal.mel import exp_mel, mel_band_edges
from neural_drum_machine.signal.spec import AudioSpec

_UNSURE, _SURE = 0.4, 0.8
"""Shares of the power under its reach that a body must have for its pitch to count: below the first
not at all, above the second in full."""
_MOST_OCTAVES: Final = 1.0
_LEAST_OCTAVES: Final = 1e-4
"""Smaller changes, an eighth of a cent, are left out."""


def pitch_ratio(base: Levels, new: Levels, spec: AudioSpec) -> float:
    """Return by which ratio a body's pitch rises between two decoded sounds.

    Parameters
    ----------
    base, new : Levels
        Of a sound and of what it is moved to.
    spec : AudioSpec
        Their format.

    Returns
    -------
    float
        1/2 to 2. It goes to 1 smoothly where one of them has less and less of a body.
    """
    (before, sure), (after, surer) = (_body(exp_mel(each.mel, spec), spec) for each in (base, new))
    if before is None or after is None:
        return 1.0
    share = (min(sure, surer) - _UNSURE) / (_SURE - _UNSURE)
    weight = min(1.0, max(0.0, share))
    octaves = weight * float(np.clip(_rise(before, after), -_MOST_OCTAVES, _MOST_OCTAVES))
    return float(2**octaves) if abs(octaves) > _LEAST_OCTAVES else 1.0


def _rise(before: Body, after: Body) -> float:
    """Return by how many octaves a body rises, frame by frame: the median, weighted by power.

    A mean would jump where the path of one of them takes another partial for some frames.
    """
    n = min(len(before.level), len(after.level))
    octaves = np.log2(after.frequency[:n] / before.frequency[:n])
    order = np.argsort(octaves)
    weights = (before.level[:n] * after.level[:n])[order].astype(np.float64)
    total = float(weights.sum())
    if total <= 0:
        return 0.0
    middle = int(np.searchsorted(weights.cumsum(), total / 2))
    return float(octaves[order][min(middle, n - 1)])


def _body(mel: FloatArray, spec: AudioSpec) -> tuple[Body | None, float]:
    """Return the body of a sound, and its share of the power under its reach."""
    body, rest = find_body(mel, spec)
    if body is None:
        return None, 0.0
    power = np.square(body.level, dtype=np.float64)
    pitch = float(np.exp(np.average(np.log(body.frequency), weights=power)))
    low = _centres(spec) < REACH * pitch
    whole = float(np.square(mel[low], dtype=np.float64).sum())
    return body, 1 - float(np.square(rest[low], dtype=np.float64).sum()) / max(whole, 1e-20)


def tuned(anchor: Anchor, base: Levels, ratio: float, spec: AudioSpec) -> tuple[Anchor, Levels]:
    """Return an anchor resampled by a ratio around its onset, and `base` as that would change it.

    Parameters
    ----------
    anchor : Anchor
        The sound.
    base : Levels
        What the generator decodes from the anchor's code.
    ratio : float
        Over 1 for a higher and shorter sound.
    spec : AudioSpec
        Their format.
    """
    if ratio == 1:
        return anchor, base
    own = anchor.sound
    samples = soxr.resample(own.samples.T, FULL_SR * ratio, FULL_SR, quality="HQ").T
    onset = round(own.onset / ratio)
    sound = OwnSound(np.ascontiguousarray(samples, np.float32), onset, own.name)
    hit = sound.hit(spec)
    moved = Anchor(sound, anchor.category, anchor.code, levels_of(hit, spec), sound.scale(hit))
    return moved, _resampled(base, ratio, spec)


@lru_cache(maxsize=4)
def _centres(spec: AudioSpec) -> npt.NDArray[np.float64]:
    return mel_band_edges(spec)[1:-1]


def _resampled(levels: Levels, ratio: float, spec: AudioSpec) -> Levels:
    """Return the levels of a sound as resampling it would change them."""
    mel, air, attack = levels.whole()
    centres = _centres(spec)
    bands = np.interp(centres / ratio, centres, np.arange(len(centres)))
    onset = spec.pre_roll / spec.hop_length
    frames = (np.arange(spec.n_frames) - onset) * ratio + onset
    steps = (np.arange(ATTACK_STEPS) + 0.5) * ratio - 0.5
    return Levels(_at(_at(mel, bands, 0), frames, 1), _at(air, frames, 1), _at(attack, steps, 1))


def _at(values: FloatArray, places: npt.NDArray[np.floating[Any]], axis: int) -> FloatArray:
    """Return values at places between their rows or columns; beyond the ends, the end's."""
    last = values.shape[axis] - 1
    places = np.clip(places, 0, last)
    low = np.minimum(places.astype(int), max(0, last - 1))
    share = (places - low).astype(np.float32)
    share = share[:, None] if axis == 0 else share
    lower = np.take(values, low, axis)
    out: FloatArray = lower + share * (np.take(values, np.minimum(low + 1, last), axis) - lower)
    return out
