"""Tuning an own sound as the generator tunes its own.

A change of level cannot move a partial: it can only make the old one softer, and the place of the
new one louder. So where the body of the decoded sound changes its pitch, the samples are resampled
by the same ratio first, and the rest of the change is measured from there.
"""

from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import soxr

from neural_drum_machine.anchors.anchor import Anchor
from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.detail.body import REACH, RIDGE_HZ, find_body
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
_APART, _TOGETHER = 0.35, 0.6
"""The rise, as a share of it and of its spread over the frames: below the first they contradict
each other, and nothing is tuned; above the second they agree."""
_BESIDE, _CARRIES = 0.1, 0.4
"""Shares of all power: a sound whose body has less than the first is not tuned by it. The rumble of
a tambourine would move its jingles."""
_LOBE_HZ: Final = 30.0
"""How far around a body its levels are looked at."""
_HZ_PER_NEPER, _MUCH_NEPERS = 120.0, 0.3
"""A body moves by at most so many Hz for each neper by which the levels around it change. If they
change by more than the second number, it may be anywhere."""
_LEAST_OCTAVES: Final = 1e-4
"""Smaller changes, an eighth of a cent, are left out."""


class Decoded:
    """What a generator decodes from a code, and the body of it, which is looked for once.

    Attributes
    ----------
    levels : Levels
        Natural logarithms.
    spec : AudioSpec
        Their format.
    """

    def __init__(self, levels: Levels, spec: AudioSpec) -> None:
        self.levels = levels
        self.spec = spec

    @cached_property
    def body(self) -> tuple[Body | None, float, float]:
        """The body, and its share of the power under its reach, and of all power."""
        return _body(exp_mel(self.levels.mel, self.spec), self.spec)


def pitch_ratio(base: Decoded, new: Decoded) -> float:
    """Return by which ratio a body's pitch rises between two decoded sounds.

    Parameters
    ----------
    base, new : Decoded
        Of a sound and of what it is moved to.

    Returns
    -------
    float
        1/2 to 2. It goes to 1 smoothly where one of them has less and less of a body, where the
        frames contradict each other, and where the levels around the body change less and less.
    """
    (before, sure, carries), (after, surer, _) = base.body, new.body
    if before is None or after is None:
        return 1.0
    rise, spread = _rise(before, after)
    agreed = abs(rise) / max(abs(rise) + spread, 1e-9)
    weight = (
        _slope(min(sure, surer), _UNSURE, _SURE)
        * _slope(agreed, _APART, _TOGETHER)
        * _slope(carries, _BESIDE, _CARRIES)
    )
    most = min(_MOST_OCTAVES, _most_rise(before, base.levels, new.levels, base.spec))
    octaves = weight * float(np.clip(rise, -most, most))
    return float(2**octaves) if abs(octaves) > _LEAST_OCTAVES else 1.0


def _slope(share: float, low: float, high: float) -> float:
    """Return 0 below a limit, 1 above another, and a line between."""
    return min(1.0, max(0.0, (share - low) / (high - low)))


def _rise(before: Body, after: Body) -> tuple[float, float]:
    """Return by how many octaves a body rises, and how far its frames are from saying the same.

    The rise is the median of the frames, weighted by power: a mean would jump where the path of one
    of them takes another partial for some frames. The median lies between two frames, so that it
    does not jump from one to the next.
    """
    n = min(len(before.level), len(after.level))
    octaves = np.log2(after.frequency[:n] / before.frequency[:n])
    order = np.argsort(octaves)
    weights = (before.level[:n] * after.level[:n])[order].astype(np.float64)
    total = float(weights.sum())
    if total <= 0:
        return 0.0, 0.0
    weights, octaves = weights / total, octaves[order].astype(np.float64)
    rise = float(np.interp(0.5, weights.cumsum() - 0.5 * weights, octaves))
    return rise, float(np.sqrt(weights @ np.square(octaves - rise)))


def _most_rise(body: Body, base: Levels, new: Levels, spec: AudioSpec) -> float:
    """Return by how many octaves a body can have risen, as the levels around it have changed.

    Where they have not changed, it has not moved, whatever partial is found. So the ratio begins at
    1, and a small change of a sound tunes it a little.
    """
    centres = _centres(spec)
    inside = centres < 2 * REACH * RIDGE_HZ[1]
    n = len(body.frequency)
    away = (centres[inside, None] - body.frequency) / _LOBE_HZ
    weights = np.exp(-0.5 * np.square(away)) * np.square(body.level)
    change = np.abs(new.mel[inside, :n] - base.mel[inside, :n])
    total = max(float(weights.sum()), 1e-30)
    pitch = float((weights * body.frequency).sum()) / total
    changed = float((weights * change).sum()) / total
    if changed >= _MUCH_NEPERS:
        return _MOST_OCTAVES
    return _HZ_PER_NEPER * changed / (1 - changed / _MUCH_NEPERS) / max(pitch, 1.0)


def _body(mel: FloatArray, spec: AudioSpec) -> tuple[Body | None, float, float]:
    """Return the body of a sound, and its share of the power under its reach, and of all power."""
    body, rest = find_body(mel, spec)
    if body is None:
        return None, 0.0, 0.0
    power = np.square(body.level, dtype=np.float64)
    pitch = float(np.exp(np.average(np.log(body.frequency), weights=power)))
    low = _centres(spec) < REACH * pitch
    has, left = (np.square(each, dtype=np.float64).sum(axis=1) for each in (mel, rest))
    below = 1 - float(left[low].sum()) / max(float(has[low].sum()), 1e-20)
    return body, below, 1 - float(left.sum()) / max(float(has.sum()), 1e-20)


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
