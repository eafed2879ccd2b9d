"""Fast Griffin-Lim: phases that agree with magnitudes, found by going back and forth."""

from functools import lru_cache

import numpy as np

from neural_drum_machine.inverters.magnitude import stft_magnitude
from neural_drum_machine.inverters.stft import ComplexArray, FloatArray, Stft
from neural_drum_machine.spec import DEFAULT_SPEC, AudioSpec

MOMENTUM = 0.99
FLOOR_DB = -70.0
"""A sound ends with the last frame that has something above this, under its loudest point."""


class GriffinLim:
    """Fast Griffin-Lim as an inverter: few iterations, short transforms, over sounding frames.

    Parameters
    ----------
    spec : AudioSpec
        The signal's numbers.
    n_iter : int
        Iterations.
    """

    def __init__(self, spec: AudioSpec, n_iter: int = 16) -> None:
        self.spec = spec
        self.n_iter = n_iter
        # No longer than the window: half the work, and hardly worse.
        self.n_fft = spec.n_fft // (spec.n_fft // spec.win_length)

    def __call__(self, mel: FloatArray) -> FloatArray:
        """Return the waveform ``(frames * hop_length,)`` of magnitudes ``(n_mels, frames)``."""
        return griffin_lim(mel, self.spec, n_iter=self.n_iter, n_fft=self.n_fft, floor_db=FLOOR_DB)


def sounding_frames(mel: FloatArray, floor_db: float) -> int:
    """Return the number of frames up to the last that is louder than the floor; 0 for silence.

    Parameters
    ----------
    mel : numpy.ndarray
        Shape ``(n_mels, frames)``, magnitudes.
    floor_db : float
        In dB under the loudest point; minus infinity for all that is not silent.
    """
    level = mel.max(axis=0, initial=0.0)
    loud = np.flatnonzero(level > level.max(initial=0.0) * 10 ** (floor_db / 20))
    return int(loud[-1]) + 1 if len(loud) else 0


@lru_cache(maxsize=8)
def _first_phases(frames: int, bins: int, seed: int) -> ComplexArray:
    """Return random phases ``(frames, bins)``; drawing them takes a tenth of an inversion."""
    angle = np.random.RandomState(seed).uniform(0, 2 * np.pi, (frames, bins))
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
    seed: int = 0,
) -> FloatArray:
    """Return a waveform that has (nearly) the given mel magnitudes.

    Griffin-Lim with momentum 0.99 (Perraudin, Balazs and Søndergaard 2013) from random phases.
    Frames after the last sounding one cost nothing and are exactly silent.

    Parameters
    ----------
    mel : numpy.ndarray
        Shape ``(n_mels, frames)``, magnitudes.
    spec : AudioSpec
        The signal's numbers.
    n_iter : int
        Iterations; 0 keeps the random phases.
    n_fft : int, optional
        The spec's, or a divisor of it that is not under `win_length`: faster, a little worse.
    floor_db : float
        What lies so far under the loudest point (negative) does not sound.
    seed : int
        Of the first phases.

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
    magnitude = stft_magnitude(mel[:, :frames], spec)[:, :: spec.n_fft // n_fft]
    stft = Stft(spec, n_fft, frames)
    phase = _first_phases(mel.shape[1], magnitude.shape[1], seed)[:frames]
    before: ComplexArray | np.complex64 = np.complex64(0)
    share = np.float32(MOMENTUM / (1 + MOMENTUM))
    for _ in range(n_iter):
        rebuilt = stft.forward(stft.inverse(magnitude * phase))
        phase = rebuilt - share * before
        phase /= np.maximum(np.abs(phase), np.float32(1e-12))
        before = rebuilt
    out[: frames * spec.hop_length] = stft.inverse(magnitude * phase)
    return out
