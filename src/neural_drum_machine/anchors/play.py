"""Playing anchored sounds: one or several own sounds together, and the generator beside them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from neural_drum_machine.anchors.anchor import Anchor
from neural_drum_machine.anchors.bend import as_loud, bent
from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.anchors.tuning import Decoded
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.detail.attack import GATE
from neural_drum_machine.errors import ControlError
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.level import at_loudness
from neural_drum_machine.signal.loudness import loudness
from neural_drum_machine.signal.spec import AudioSpec

MOST: Final = 4
"""Most own sounds of a sound: a morph between two morphs."""

Anchors = tuple[tuple[Anchor, float], ...]
"""Own sounds with their shares, over 0, which sum to 1."""


def checked(anchors: Sequence[tuple[Any, float]]) -> Anchors:
    """Return anchors as tuples.

    Raises
    ------
    ControlError
        If there are too many, one is none, or the shares do not sum to 1.
    """
    for own, share in anchors:
        if not isinstance(own, Anchor):
            raise ControlError(f"{own!r:.60} is no anchor; make one with machine.anchor")
        if not 0 < share <= 1:
            raise ControlError(f"the share of an anchor lies between 0 and 1, got {share!r}")
    if len(anchors) > MOST:
        raise ControlError(f"a sound has at most {MOST} anchors, got {len(anchors)}")
    if anchors and abs(sum(share for _, share in anchors) - 1) > 1e-3:
        raise ControlError("the shares of anchors must sum to 1")
    return tuple((own, float(share)) for own, share in anchors)


def between(first: Anchors, second: Anchors, t: float) -> Anchors:
    """Return the anchors of a sound between two others, 0 ≤ `t` ≤ 1."""
    if t == 0:
        return first
    if t == 1:
        return second
    shares: dict[int, tuple[Anchor, float]] = {}
    for anchors, weight in ((first, 1 - t), (second, t)):
        for own, share in anchors:
            before = shares[id(own)][1] if id(own) in shares else 0.0
            shares[id(own)] = (own, before + weight * share)
    strongest = sorted(shares.values(), key=lambda each: -each[1])[:MOST]
    total = sum(share for _, share in strongest)
    return tuple((own, share / total) for own, share in strongest)


class Bending(Protocol):
    """What bends and mixes own sounds: :class:`ByNumPy`, or an engine that does as it does."""

    def bent(self, anchor: Anchor, base: Decoded, new: Decoded) -> OwnSound:
        """Return an anchored sound, changed as `new` differs from `base`."""

    def mixed(self, parts: Sequence[tuple[OwnSound, float]]) -> OwnSound:
        """Return sounds laid over each other at their onsets."""

    def as_loud(self, samples: FloatArray, own: FloatArray) -> FloatArray:
        """Return channels as loud as others are."""


@dataclass(frozen=True, slots=True)
class ByNumPy:
    """Bends and mixes with NumPy, the reference.

    Attributes
    ----------
    spec : AudioSpec
        The format of levels.
    """

    spec: AudioSpec

    def bent(self, anchor: Anchor, base: Decoded, new: Decoded) -> OwnSound:
        """See :func:`~neural_drum_machine.anchors.bend.bent`."""
        return bent(anchor, base, new, self.spec)

    def mixed(self, parts: Sequence[tuple[OwnSound, float]]) -> OwnSound:
        """See :func:`mixed`."""
        return mixed(parts)

    def as_loud(self, samples: FloatArray, own: FloatArray) -> FloatArray:
        """See :func:`~neural_drum_machine.anchors.bend.as_loud`."""
        return as_loud(samples, own)


def played(
    anchors: Anchors, new: Decoded, decode: Callable[[Anchor], Decoded], bending: Bending
) -> OwnSound:
    """Return own sounds, each bent to `new`, together.

    Parameters
    ----------
    anchors : tuple
        Own sounds with their shares.
    new : Decoded
        What the generator decodes for the sound that is asked for.
    decode : callable
        From an anchor to what the generator decodes from its own code.
    bending : Bending
        What bends and mixes them.
    """
    parts = [(bending.bent(own, decode(own), new), share) for own, share in anchors]
    return bending.mixed(parts)


def mixed(parts: Sequence[tuple[OwnSound, float]]) -> OwnSound:
    """Return sounds laid over each other at their onsets, as loud as their shares say.

    The loudness of the mixture is the mean of theirs, so that it does not dip where their phases
    disagree.
    """
    if len(parts) == 1:
        return parts[0][0]
    onset = max(own.onset for own, _ in parts)
    ends = [onset - own.onset + own.samples.shape[1] for own, _ in parts]
    out = np.zeros((max(len(own.samples) for own, _ in parts), max(ends)), np.float32)
    for (own, share), end in zip(parts, ends, strict=True):
        out[:, end - own.samples.shape[1] : end] += np.float32(share) * own.samples
    wanted = sum(loudness(own.mono(), FULL_SR) * share for own, share in parts)
    out = at_loudness(
        out, wanted, max(1.0, *(float(np.abs(own.samples).max()) for own, _ in parts))
    )
    name = max(parts, key=lambda part: part[1])[0].name
    return OwnSound(out, onset, name)


def blended(own: OwnSound, generated: FloatArray, blend: float, bending: Bending) -> OwnSound:
    """Return an anchored sound, mixed with the generator's.

    Parameters
    ----------
    own : OwnSound
        The anchored sound.
    generated : numpy.ndarray
        Shape ``(n,)`` or ``(2, n)`` at 44,100 Hz: the generator's sound of the same code, which
        begins half a millisecond before its onset.
    blend : float
        0 gives the anchored sound, 1 the generator's, as loud as the anchored one.
    bending : Bending
        What mixes them.

    Raises
    ------
    ControlError
        If `blend` lies outside 0 to 1.
    """
    if not isinstance(blend, int | float) or not 0 <= blend <= 1:
        raise ControlError(f"blend must lie between 0 and 1, got {blend!r}")
    if blend == 0:
        return own
    channels = np.atleast_2d(generated)
    other = OwnSound(bending.as_loud(channels, own.samples), GATE, own.name)
    return bending.mixed([(own, 1 - blend), (other, blend)]) if blend < 1 else other
