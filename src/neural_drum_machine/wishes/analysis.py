"""A sound with what is measured of it, each once: what leaves it as it is costs nothing more."""

from functools import cached_property
from typing import Any

import numpy as np

from neural_drum_machine.arrays import ComplexArray, FloatArray
from neural_drum_machine.signal.loudness import momentary_loudness_of
from neural_drum_machine.wishes import spectrum as filters
from neural_drum_machine.wishes.envelope import Attack, Decay
from neural_drum_machine.wishes.qualities import BY_NAME
from neural_drum_machine.wishes.resonance import spectrum_noisiness


class Analysis:
    """A sound, and its measures as :func:`~neural_drum_machine.wishes.shape.shaped` sets them.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(channels, n)``, float32. They must not change.
    sr : int
        Sample rate in Hz.
    onset : int
        The sample of the onset.
    """

    def __init__(self, samples: FloatArray, sr: int, onset: int) -> None:
        self.samples, self.sr, self.onset = samples, sr, onset

    def replaced(self, samples: FloatArray, onset: int | None = None) -> "Analysis":
        """Return the analysis of other samples."""
        return Analysis(samples, self.sr, self.onset if onset is None else onset)

    @property
    def n(self) -> int:
        """Samples of a channel."""
        return int(self.samples.shape[1])

    @property
    def size(self) -> int:
        """Samples of the transform: a filter has room in it."""
        return filters.spectrum_size(self.n)

    @cached_property
    def mono(self) -> FloatArray:
        """The mean of the channels, shape ``(n,)``."""
        out: FloatArray = mean_of(self.samples)
        return out

    @cached_property
    def spectrum(self) -> ComplexArray:
        """The spectra of the channels, shape ``(channels, size // 2 + 1)``."""
        out: ComplexArray = np.fft.rfft(self.samples, self.size).astype(np.complex64)
        return out

    @cached_property
    def power(self) -> FloatArray:
        """The power of the mean of the channels at each frequency."""
        mono = mean_of(self.spectrum)
        out: FloatArray = np.square(mono.real) + np.square(mono.imag)
        return out

    @cached_property
    def bands(self) -> filters.Spectrum:
        """The power in bands."""
        return filters.Spectrum(self.power, self.sr)

    @cached_property
    def noisiness(self) -> float:
        """The noisiness, 0 to 1."""
        return spectrum_noisiness(self.power, self.sr)

    @cached_property
    def attack(self) -> Attack:
        """The attack."""
        return Attack(self.mono, self.sr, self.onset)

    @cached_property
    def decay(self) -> Decay:
        """The decay."""
        return Decay(self.mono, self.sr)

    @cached_property
    def loudness(self) -> float:
        """The momentary loudness in LUFS."""
        return momentary_loudness_of(mean_of(self.spectrum), self.n, self.sr)

    def values(self) -> dict[str, float]:
        """Return what can be held of the sound, by the names of qualities; nothing of silence.

        It is what :func:`~neural_drum_machine.wishes.qualities.describe` returns but for the length
        of the spectrum, and the beginning that the attack is looked for in.
        """
        if not self.samples.any():
            return {}
        tones = zip(filters.NAMES, self.bands.values(np.zeros(3)), strict=True)
        return {
            "decay": self.decay.seconds,
            "attack": self.attack.seconds,
            "noisiness": self.noisiness,
            **{name: BY_NAME[name].unscale(float(value)) for name, value in tones},
        }


def mean_of(channels: Any) -> Any:
    """Return the mean of channels ``(channels, n)``, real or complex."""
    return channels[0] if len(channels) == 1 else channels.mean(axis=0)
