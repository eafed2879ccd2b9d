"""Fast Griffin-Lim: phases that agree with magnitudes, found by going back and forth."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from neural_drum_machine.arrays import ComplexArray, FloatArray
from neural_drum_machine.detail.noise import noise_take
from neural_drum_machine.inverters.frames import FLOOR_DB, sounding_frames
from neural_drum_machine.inverters.magnitude import stft_magnitude
from neural_drum_machine.inverters.phase_gradient import gradient_phases
from neural_drum_machine.signal.spec import DEFAULT_SPEC, AudioSpec
from neural_drum_machine.signal.stft import Stft, short_fft

MOMENTUM = 0.99
"""Of fast Griffin-Lim (Perraudin, Balazs and Søndergaard 2013)."""
REFINED_MOMENTUM, REFINED_RELAXATION = 0.9, 1.3
"""Of accelerated Griffin-Lim, for some 18 iterations from good phases, found on training sounds;
with more of either it diverges."""
_TINY = np.float32(1e-12)

Iterations = Callable[[int], int]
"""From the number of sounding frames to that of iterations."""
_WORK, _FEWEST, _MOST = 1000, 8, 64
Start = Callable[[FloatArray], ComplexArray]
"""From magnitudes ``(frames, bins)`` to the phases, complex of magnitude 1, to start from."""


class GriffinLim:
    """Fast Griffin-Lim as an inverter: few iterations, short transforms, over sounding frames.

    It starts from the phases of white noise, that of the take.

    Parameters
    ----------
    spec : AudioSpec
        Audio format.
    n_iter : int or callable
        Iterations, or a function from the number of sounding frames to that of iterations.
    """

    momentum, relaxation = MOMENTUM, 1.0

    def __init__(self, spec: AudioSpec, n_iter: int | Iterations) -> None:
        self.spec = spec
        self.n_iter = n_iter
        # No longer than the window: half the work, and hardly worse.
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


class Refined(GriffinLim):
    """Accelerated Griffin-Lim from the phases that the magnitudes ask for: half the iterations."""

    momentum, relaxation = REFINED_MOMENTUM, REFINED_RELAXATION

    def start(self, magnitude: FloatArray, take: int) -> ComplexArray:  # noqa: ARG002
        """Return the phases whose gradient fits the magnitudes."""
        return gradient_phases(magnitude, self.spec, self.n_fft)


def even_work(frames: int) -> int:
    """Return a number of iterations that takes about the same time for any number of frames.

    What a long sound would take longer is better spent on the short ones: on recordings the mean
    SC and the slowest render come out better than with one number for all.
    """
    return min(max(round(_WORK / frames), _FEWEST), _MOST)


@lru_cache(maxsize=8)
def _random_phases(frames: int, bins: int) -> ComplexArray:
    """Return random phases ``(frames, bins)``; drawing them takes a tenth of an inversion."""
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
) -> FloatArray:
    """Return a waveform that has (nearly) the given mel magnitudes.

    Fast Griffin-Lim (Perraudin, Balazs and Søndergaard 2013), or accelerated (Nenov, Nguyen,
    Balazs and Boţ 2023, its two momenta equal) with a relaxation over 1. Frames after the last
    sounding one cost nothing and are exactly silent.

    Parameters
    ----------
    mel : numpy.ndarray
        Shape ``(n_mels, frames)``, magnitudes.
    spec : AudioSpec
        Audio format.
    n_iter : int or callable
        Iterations, or a function from the number of sounding frames to that of iterations; 0
        keeps the phases of the start.
    n_fft : int, optional
        The spec's, or a divisor of it that is not under `win_length`: faster, a little worse.
    floor_db : float
        What lies so far under the loudest point (negative) does not sound.
    start : callable, optional
        Where to start, from the magnitudes of the sounding frames; random phases, always the
        same, if absent.
    momentum : float
        Share of an iteration's step that the next one repeats, at least 0.
    relaxation : float
        Length of the step to the nearest spectrogram that a signal has; 1 goes there.

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
    # Of any level: squares of very loud or soft ones would leave single precision.
    level = mel.max()
    magnitude = stft_magnitude(mel[:, :frames] / level, spec, n_fft)
    # A single band between two bins of a short transform has no magnitudes that are not negative.
    if not magnitude.any():
        return out
    stft = Stft(spec, n_fft, frames)
    phase = start(magnitude) if start else _random_phases(mel.shape[1], magnitude.shape[1])[:frames]
    x = stft.inverse(magnitude * phase)
    # All but the magnitudes is linear, so momentum is taken of samples: a quarter of the numbers
    # of a spectrogram. Of the mixture only phases matter, so the authors' sequences may be
    # divided by the relaxation and by what momentum makes of a number: two products less.
    share = np.float32(momentum / (1 + momentum))
    rest = np.float32((1 - relaxation) * (1 + momentum))
    before = moved = x / np.float32(relaxation)
    for i in range(n_iter(frames) if callable(n_iter) else n_iter):
        x = x + rest * moved if i else before
        moved, before = x - share * before, x
        x = stft.inverse(_with_magnitude(stft.forward(moved), magnitude))
    out[: frames * spec.hop_length] = level * x
    return out


def _with_magnitude(spectrogram: ComplexArray, magnitude: FloatArray) -> ComplexArray:
    """Return a spectrogram with other magnitudes, in place."""
    # As abs, in half its time: nothing here comes near the limits of single precision.
    size = np.sqrt(np.square(spectrogram.real) + np.square(spectrogram.imag))
    spectrogram *= magnitude / np.maximum(size, _TINY, out=size)
    return spectrogram
