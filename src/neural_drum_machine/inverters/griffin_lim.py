"""Fast Griffin-Lim: phases that agree with magnitudes, found by going back and forth."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from neural_drum_machine.inverters.frames import FLOOR_DB, sounding_frames
from neural_drum_machine.inverters.magnitude import stft_magnitude
from neural_drum_machine.inverters.phase_gradient import gradient_phases
from neural_drum_machine.spec import DEFAULT_SPEC, AudioSpec
from neural_drum_machine.stft import ComplexArray, FloatArray, Stft
from neural_drum_machine.texture import noise_take, short_fft

MOMENTUM = 0.99
_TINY = np.float32(1e-12)

Start = Callable[[FloatArray], ComplexArray]
"""From magnitudes ``(frames, bins)`` to the phases, complex of magnitude 1, to start from."""


class GriffinLim:
    """Fast Griffin-Lim as an inverter: few iterations, short transforms, over sounding frames.

    It starts from the phases of white noise, that of the take.

    Parameters
    ----------
    spec : AudioSpec
        The signal's numbers.
    n_iter : int
        Iterations.
    """

    def __init__(self, spec: AudioSpec, n_iter: int) -> None:
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
        )

    def start(self, magnitude: FloatArray, take: int) -> ComplexArray:
        """Return the phases of noise."""
        noise = noise_take(self.spec, take, self.n_fft).phases
        return noise[np.arange(len(magnitude)) % len(noise)]


class Refined(GriffinLim):
    """Fast Griffin-Lim from the phases that the magnitudes ask for: a third of the iterations."""

    def start(self, magnitude: FloatArray, take: int) -> ComplexArray:  # noqa: ARG002
        """Return the phases whose gradient fits the magnitudes."""
        return gradient_phases(magnitude, self.spec, self.n_fft)


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
    n_iter: int = 32,
    n_fft: int | None = None,
    floor_db: float = -np.inf,
    start: Start | None = None,
) -> FloatArray:
    """Return a waveform that has (nearly) the given mel magnitudes.

    Griffin-Lim with momentum 0.99 (Perraudin, Balazs and Søndergaard 2013). Frames
    after the last sounding one cost nothing and are exactly silent.

    Parameters
    ----------
    mel : numpy.ndarray
        Shape ``(n_mels, frames)``, magnitudes.
    spec : AudioSpec
        The signal's numbers.
    n_iter : int
        Iterations; 0 keeps the phases of the start.
    n_fft : int, optional
        The spec's, or a divisor of it that is not under `win_length`: faster, a little worse.
    floor_db : float
        What lies so far under the loudest point (negative) does not sound.
    start : callable, optional
        Where to start, from the magnitudes of the sounding frames; random phases, always the
        same, if absent.

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
    stft = Stft(spec, n_fft, frames)
    phase = start(magnitude) if start else _random_phases(mel.shape[1], magnitude.shape[1])[:frames]
    guess: ComplexArray = magnitude * phase
    before: ComplexArray | np.complex64 = np.complex64(0)
    share = np.float32(MOMENTUM / (1 + MOMENTUM))
    for _ in range(n_iter):
        rebuilt = stft.forward(stft.inverse(guess))
        guess = rebuilt - share * before
        # As abs, in half its time: nothing here comes near the limits of single precision.
        size = np.sqrt(np.square(guess.real) + np.square(guess.imag))
        guess *= magnitude / np.maximum(size, _TINY, out=size)
        before = rebuilt
    out[: frames * spec.hop_length] = level * stft.inverse(guess)
    return out
