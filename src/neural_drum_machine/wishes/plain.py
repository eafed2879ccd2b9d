"""Sounds as they are without a wish."""

from dataclasses import dataclass
from functools import cached_property

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.descriptors import loudest_partial, loudest_sample
from neural_drum_machine.wishes.analysis import Analysis


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
    def analysis(self) -> Analysis:
        """What is measured of it."""
        return Analysis(self.samples, self.sr, self.onset)

    @property
    def mono(self) -> FloatArray:
        """The mean of its channels, shape ``(n,)``."""
        return self.analysis.mono

    @cached_property
    def partial(self) -> float:
        """Frequency of its loudest partial in Hz, also where that is no pitch; NaN if none."""
        return loudest_partial(self.mono, self.sr, loudest_sample(self.mono, self.sr))[0]
