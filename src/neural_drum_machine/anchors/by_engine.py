"""Own sounds bent and mixed by an engine, such as the one in C."""

import threading
import weakref
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from neural_drum_machine.anchors.anchor import Anchor
from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.anchors.tuning import Decoded
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.levels import Levels

Samples = tuple[FloatArray, int]
"""Samples ``(channels, n)`` at 44,100 Hz, and the sample of their onset."""


class Bender(Protocol):
    """An engine that hears, bends and mixes samples."""

    def hear(self, samples: FloatArray, onset: int) -> tuple[Levels, float]:
        """Return the levels of samples, and the factor from the samples to their scale."""

    def bent(
        self, own: Samples, heard: tuple[Levels, float], before: Levels, after: Levels
    ) -> Samples:
        """Return samples, changed as `after` differs from `before`."""

    def mixed(self, sounds: Sequence[Samples], shares: Sequence[float]) -> Samples:
        """Return samples laid over each other at their onsets."""

    def as_loud(self, samples: FloatArray, own: FloatArray) -> FloatArray:
        """Return samples as loud as others."""


class ByEngine:
    """Bends and mixes as :class:`~neural_drum_machine.anchors.play.ByNumPy`. Threads may share it.

    A sound is heard by the engine, too, once: then the same engine makes the same samples of it
    again, whatever heard it before.

    Parameters
    ----------
    bender : Bender
        The engine.
    """

    def __init__(self, bender: Bender) -> None:
        self._bender = bender
        self._heard: weakref.WeakKeyDictionary[OwnSound, tuple[Levels, float]]
        self._heard = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    def bent(self, anchor: Anchor, base: Decoded, new: Decoded) -> OwnSound:
        """Return an anchored sound, changed as `new` differs from `base`.

        Raises
        ------
        AudioError
            If the sound is silent.
        ControlError
            If a sample or a level is out of range.
        EngineError
            If there is no memory.
        """
        own = anchor.sound
        parts = zip(base.levels.whole(), new.levels.whole(), strict=True)
        if all(np.array_equal(one, other) for one, other in parts):
            return own
        heard = self._hearing(own)
        made = self._bender.bent((own.samples, own.onset), heard, base.levels, new.levels)
        return OwnSound(*made, own.name)

    def mixed(self, parts: Sequence[tuple[OwnSound, float]]) -> OwnSound:
        """Return sounds laid over each other at their onsets; raises as :meth:`bent`."""
        if len(parts) == 1:
            return parts[0][0]
        sounds = [(own.samples, own.onset) for own, _ in parts]
        made = self._bender.mixed(sounds, [share for _, share in parts])
        return OwnSound(*made, max(parts, key=lambda part: part[1])[0].name)

    def as_loud(self, samples: FloatArray, own: FloatArray) -> FloatArray:
        """Return channels as loud as others are; raises as :meth:`bent`."""
        return self._bender.as_loud(samples, own)

    def _hearing(self, own: OwnSound) -> tuple[Levels, float]:
        with self._lock:
            known = self._heard.get(own)
        if known is None:
            known = self._bender.hear(own.samples, own.onset)
            with self._lock:
                self._heard[own] = known
        return known
