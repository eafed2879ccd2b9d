"""Fast Griffin-Lim: phases that agree with magnitudes, found by going back and forth."""

from functools import lru_cache

import numpy as np

from neural_drum_machine.inverters.magnitude import stft_magnitude
from neural_drum_machine.spec import DEFAULT_SPEC, AudioSpec
from neural_drum_machine.stft import ComplexArray, FloatArray, Stft
from neural_drum_machine.texture import noise_take, short_fft

MOMENTUM = 0.99
FLOOR_DB = -70.0
"""A sound ends with the last frame that has something above this, under its loudest point."""


class GriffinLim:
    """Fast Griffin-Lim as an inverter: few iterations, short transforms, over sounding frames.

    It starts from the phases of white noise, that of the take, so that spectrograms which got
    their grain from it are nearly consistent at once.

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
        self.n_fft = short_fft(spec)

    def __call__(self, mel: FloatArray, take: int = 0) -> FloatArray:
        """Return the waveform ``(frames * hop_length,)`` of magnitudes ``(n_mels, frames)``."""
        noise = noise_take(self.spec, take, self.n_fft).phases
        return griffin_lim(
            mel,
            self.spec,
            n_iter=self.n_iter,
            n_fft=self.n_fft,
            floor_db=FLOOR_DB,
            phases=noise[np.arange(mel.shape[1]) % len(noise)],
        )


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
    phases: ComplexArray | None = None,
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
        Iterations; 0 keeps the random phases.
    n_fft : int, optional
        The spec's, or a divisor of it that is not under `win_length`: faster, a little worse.
    floor_db : float
        What lies so far under the loudest point (negative) does not sound.
    phases : numpy.ndarray, optional
        Shape ``(frames, n_fft // 2 + 1)``, complex of magnitude 1: where to start; random ones,
        always the same, if absent.

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
    if phases is None:
        phases = _random_phases(mel.shape[1], magnitude.shape[1])
    phase = phases[:frames]
    before: ComplexArray | np.complex64 = np.complex64(0)
    share = np.float32(MOMENTUM / (1 + MOMENTUM))
    for _ in range(n_iter):
        rebuilt = stft.forward(stft.inverse(magnitude * phase))
        phase = rebuilt - share * before
        phase /= np.maximum(np.abs(phase), np.float32(1e-12))
        before = rebuilt
    out[: frames * spec.hop_length] = stft.inverse(magnitude * phase)
    return out
