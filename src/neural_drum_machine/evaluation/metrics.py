"""Measures on spectrograms and sounds (NumPy)."""

import numpy as np
import numpy.typing as npt

from neural_drum_machine.spec import DEFAULT_SPEC, AudioSpec

FloatArray = npt.NDArray[np.float32]


def spectral_convergence(target: npt.ArrayLike, estimate: npt.ArrayLike) -> float:
    """Return SC, ``||target - estimate||_F / ||target||_F``, of two mel spectrograms.

    0 is perfect, silence scores 1 (paper, section 3.3; Arik et al. 2018).
    """
    t, e = np.asarray(target, np.float64), np.asarray(estimate, np.float64)
    return float(np.linalg.norm(t - e) / max(float(np.linalg.norm(t)), 1e-8))


def log_spectral_convergence(
    target: npt.ArrayLike, estimate: npt.ArrayLike, eps: float = DEFAULT_SPEC.log_eps
) -> float:
    """Return SClog, the 1-norm of the log difference over that of the target's logs."""
    t = np.log(np.asarray(target, np.float64) + eps)
    e = np.log(np.asarray(estimate, np.float64) + eps)
    return float(np.abs(t - e).sum() / max(np.abs(t).sum(), 1e-8))


def spectral_centroid(samples: npt.ArrayLike, sr: int = DEFAULT_SPEC.sr) -> float:
    """Return the power-weighted mean frequency of a sound in Hz (0 for silence)."""
    power = np.square(np.abs(np.fft.rfft(np.asarray(samples, np.float64))))
    total = power.sum()
    if total <= 0:
        return 0.0
    n = np.asarray(samples).shape[-1]
    return float((np.fft.rfftfreq(n, 1 / sr) * power).sum() / total)


def decay_time(samples: npt.ArrayLike, sr: int = DEFAULT_SPEC.sr, drop_db: float = 20.0) -> float:
    """Return how long after its loudest moment a sound has lost its energy, in seconds.

    The time from the peak of the 5 ms energy envelope until all that is still to come lies
    `drop_db` under the energy from the peak on (Schroeder's backward integration, 1965).

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.
    drop_db : float
        Decibels.

    Returns
    -------
    float
        Seconds; 0 for silence.
    """
    energy = np.square(np.asarray(samples, np.float64))
    width = max(1, round(0.005 * sr))
    peak = int(np.convolve(energy, np.ones(width), mode="same").argmax())
    rest = energy[peak:][::-1].cumsum()[::-1]
    if rest[0] <= 0:
        return 0.0
    return float((rest > rest[0] * 10 ** (-drop_db / 10)).sum() / sr)


def standardised_mse(target: npt.ArrayLike, estimate: npt.ArrayLike) -> float:
    """Return the mean squared error over positions of two standardised log-mels (1 = the mean)."""
    difference = np.asarray(target, np.float64) - np.asarray(estimate, np.float64)
    return float(np.square(difference).mean())


def griffin_lim(mel: FloatArray, spec: AudioSpec = DEFAULT_SPEC, n_iter: int = 32) -> FloatArray:
    """Return librosa's inversion of a mel spectrogram: the peer that MCNN is measured against.

    Non-negative least squares to STFT magnitudes, then fast Griffin-Lim (momentum 0.99,
    Perraudin et al. 2013) from random phases with a fixed seed.

    Parameters
    ----------
    mel : numpy.ndarray
        Shape ``(n_mels, frames)``, magnitudes.
    spec : AudioSpec
        The signal's numbers.
    n_iter : int
        Iterations.

    Returns
    -------
    numpy.ndarray
        Shape ``(n_samples,)``, float32.
    """
    import librosa  # dev extra: the runtime does without

    from neural_drum_machine.mel import mel_filterbank

    magnitude = librosa.util.nnls(np.array(mel_filterbank(spec)), mel)
    samples: FloatArray = librosa.griffinlim(
        magnitude,
        n_iter=n_iter,
        hop_length=spec.hop_length,
        win_length=spec.win_length,
        n_fft=spec.n_fft,
        length=spec.n_samples,
        random_state=0,
    ).astype(np.float32)
    return samples
