"""Griffin-Lim: phases for magnitudes, by transforming back and forth."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np

from neural_drum_machine.arrays import ComplexArray, FloatArray
from neural_drum_machine.detail.noise import noise_take
from neural_drum_machine.inverters.frames import FLOOR_DB, sounding_frames
from neural_drum_machine.inverters.magnitude import stft_magnitude
from neural_drum_machine.signal.spec import DEFAULT_SPEC, AudioSpec
from neural_drum_machine.signal.stft import Stft, short_fft

MOMENTUM = 0.99
"""Momentum of fast Griffin-Lim (Perraudin, Balazs and Søndergaard 2013)."""
_TINY = np.float32(1e-12)

Iterations = Callable[[int], int]
"""Maps the number of sounding frames to a number of iterations."""
Start = Callable[[FloatArray], ComplexArray]
"""Maps magnitudes ``(frames, bins)`` to initial phases, complex numbers of magnitude 1."""
Shape = Callable[[FloatArray, float], None]
"""Changes a signal in place that is yet to be multiplied by a gain."""
_SHAPED: Final = 4


class GriffinLim:
    """Fast Griffin-Lim as an inverter: few iterations, short transforms, over sounding frames.

    It starts from the phases of the take's white noise.

    Parameters
    ----------
    spec : AudioSpec
        Audio format.
    n_iter : int or callable
        Number of iterations, or a function that maps the number of sounding frames to it.
    """

    momentum, relaxation = MOMENTUM, 1.0

    def __init__(self, spec: AudioSpec, n_iter: int | Iterations) -> None:
        self.spec = spec
        self.n_iter = n_iter
        # The shortest transform is half the work and hardly worse.
        self.n_fft = short_fft(spec)

    def __call__(self, mel: FloatArray, take: int = 0) -> FloatArray:
        """Return the waveform ``(frames * hop_length,)`` of magnitudes ``(n_mels, frames)``."""
        return griffin_lim(
            mel,
            self.spec,
            n_iter=self.n_iter,
            n_fft=self.n_fft,
            floor_db=FLOOR_DB,
            start=lambda magnitude: self.start(magnitude, take),
            momentum=self.momentum,
            relaxation=self.relaxation,
        )

    def start(self, magnitude: FloatArray, take: int) -> ComplexArray:
        """Return the phases of noise."""
        noise = noise_take(self.spec, take, self.n_fft).phases
        return noise[np.arange(len(magnitude)) % len(noise)]


@lru_cache(maxsize=8)
def _random_phases(frames: int, bins: int) -> ComplexArray:
    """Return random phases ``(frames, bins)``. Drawing them takes a tenth of an inversion."""
    angle = np.random.RandomState(0).uniform(0, 2 * np.pi, (frames, bins))
    out: ComplexArray = np.exp(1j * angle).astype(np.complex64)
    out.setflags(write=False)
    return out


def griffin_lim(
    mel: FloatArray,
    spec: AudioSpec = DEFAULT_SPEC,
    *,
    n_iter: int | Iterations = 32,
    n_fft: int | None = None,
    floor_db: float = -np.inf,
    start: Start | None = None,
    momentum: float = MOMENTUM,
    relaxation: float = 1.0,
    silent: int = 0,
    shape: Shape | None = None,
) -> FloatArray:
    """Return a waveform that has (nearly) the given mel magnitudes.

    This is fast Griffin-Lim (Perraudin, Balazs and Søndergaard 2013). With a relaxation over 1 it
    is accelerated Griffin-Lim (Nenov, Nguyen, Balazs and Boţ 2023) with its two momenta equal.
    Frames after the last sounding one cost nothing and are exactly silent.

    Parameters
    ----------
    mel : numpy.ndarray
        Shape ``(n_mels, frames)``, magnitudes.
    spec : AudioSpec
        Audio format.
    n_iter : int or callable
        Number of iterations, or a function that maps the number of sounding frames to it. 0 keeps
        the initial phases.
    n_fft : int, optional
        Transform length: the spec's, or a divisor of it that is at least `win_length`, which is
        faster and a little worse.
    floor_db : float
        Level under which a frame counts as silent, in dB relative to the loudest point (negative).
    start : callable, optional
        Gives the initial phases from the magnitudes of the sounding frames. Without it they are
        random, and always the same.
    momentum : float
        Share of the last step that an iteration repeats, at least 0.
    relaxation : float
        Length of the step to the nearest spectrogram of a real signal; 1 goes exactly there.
    silent : int
        Samples before an onset that is known: every iteration sets them to zero. The nearest signal
        among those that begin with silence is the nearest signal with silence put in, because the
        least squares of :meth:`~neural_drum_machine.signal.stft.Stft.inverse` are solved sample by
        sample. So the energy that would be smeared before the onset goes behind it.
    shape : callable, optional
        Changes the signal after the start and after each of the first four iterations.

    Returns
    -------
    numpy.ndarray
        Shape ``(frames * hop_length,)``, float32.
    """
    n_fft = n_fft or spec.n_fft
    out = np.zeros(mel.shape[1] * spec.hop_length, np.float32)
    frames = sounding_frames(mel, floor_db)
    if not frames:
        return out
    # Scaled to 1, because squares of very loud or soft ones would leave single precision.
    level = mel.max()
    magnitude = stft_magnitude(mel[:, :frames] / level, spec, n_fft)
    # A single band between two bins of a short transform has no non-negative magnitudes.
    if not magnitude.any():
        return out
    stft = Stft(spec, n_fft, frames)
    phase = start(magnitude) if start else _random_phases(mel.shape[1], magnitude.shape[1])[:frames]

    def known(x: FloatArray, iteration: int) -> FloatArray:
        x[:silent] = 0
        if shape and iteration <= _SHAPED:
            shape(x, float(level))
        return x

    x = known(stft.inverse(magnitude * phase), 0)
    # All steps but the replacement of magnitudes are linear. So momentum can be applied to samples,
    # which are a quarter of a spectrogram's numbers. Only the phases of the mixture matter, so the
    # authors' sequences may be divided by the relaxation and by the momentum's sum. That saves two
    # products.
    share = np.float32(momentum / (1 + momentum))
    rest = np.float32((1 - relaxation) * (1 + momentum))
    before = moved = x / np.float32(relaxation)
    for i in range(n_iter(frames) if callable(n_iter) else n_iter):
        x = x + rest * moved if i else before
        moved, before = x - share * before, x
        x = known(stft.inverse(_with_magnitude(stft.forward(moved), magnitude)), i + 1)
    out[: frames * spec.hop_length] = level * x
    return out


def _with_magnitude(spectrogram: ComplexArray, magnitude: FloatArray) -> ComplexArray:
    """Replace the magnitudes of a spectrogram in place, and return it."""
    # This takes half the time of abs, and no value comes near the limits of single precision.
    size = np.sqrt(np.square(spectrogram.real) + np.square(spectrogram.imag))
    spectrogram *= magnitude / np.maximum(size, _TINY, out=size)
    return spectrogram
