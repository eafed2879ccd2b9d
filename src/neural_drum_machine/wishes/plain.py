"""Sounds as they are without a wish, kept while somebody turns a control."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.descriptors import loudest_partial, loudest_sample
from neural_drum_machine.wishes.qualities import describe

_KEPT: Final = 8
"""A stereo sound of ten seconds takes 3.5 MB."""


@dataclass(frozen=True)
class PlainSound:
    """A sound without a wish.

    Attributes
    ----------
    samples : numpy.ndarray
        Shape ``(channels, n)``, float32.
    sr : int
        Sample rate in Hz.
    onset : int
        The sample of its onset.
    top : float
        The peak that a wish may reach.
    """

    samples: FloatArray
    sr: int
    onset: int
    top: float = 1.0

    @cached_property
    def values(self) -> dict[str, float]:
        """Its values; see :func:`~neural_drum_machine.wishes.qualities.describe`."""
        return describe(self.samples, self.sr)

    @cached_property
    def partial(self) -> float:
        """Frequency of its loudest partial in Hz, also where that is no pitch; NaN if none."""
        mono = self.samples.mean(axis=0)
        return loudest_partial(mono, self.sr, loudest_sample(mono, self.sr))[0]


class PlainSounds:
    """The plain sounds that were asked for last. Several threads may use it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, PlainSound] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], PlainSound]) -> PlainSound:
        """Return the sound of a key, made if it is not known."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made
