"""Distances between two mel spectrograms."""

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray
from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.spec import DEFAULT_SPEC, AudioSpec


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


def best_gain_spectral_convergence(target: npt.ArrayLike, estimate: npt.ArrayLike) -> float:
    """Return SC after the one gain on the estimate that makes it least.

    What is left is error of shape alone: the least-squares projection of the target on the
    estimate, as in the scale-invariant ratio of Le Roux et al. (2019), on magnitudes.

    Parameters
    ----------
    target, estimate : array_like
        Shape ``(n_mels, frames)``, mel magnitudes.

    Returns
    -------
    float
        Without unit, 0 (same shape) to 1 (nothing in common, or a silent estimate).
    """
    t, e = np.asarray(target, np.float64), np.asarray(estimate, np.float64)
    energy = float(np.square(e).sum())
    gain = float((t * e).sum()) / energy if energy > 0 else 0.0
    return spectral_convergence(t, gain * e)


def distance(original: npt.ArrayLike, made: npt.ArrayLike, spec: AudioSpec) -> float:
    """Return the best-gain SC of two sounds' mels; the shorter one ends in silence.

    Parameters
    ----------
    original, made : array_like
        Shape ``(n,)``, at most ``n_samples``.
    spec : AudioSpec
        Audio format.
    """
    mels = []
    for samples in (original, made):
        padded = np.zeros(spec.n_samples, np.float32)
        padded[: np.size(samples)] = samples
        mels.append(mel_spectrogram(padded, spec))
    return best_gain_spectral_convergence(*mels)


def _levels(
    target: npt.ArrayLike, estimate: npt.ArrayLike, floor_db: float
) -> tuple[DoubleArray, DoubleArray]:
    """Return both in dB under the target's loudest point, cut off at the floor.

    Against a silent target the estimate's own loudest point counts, so that the error is finite.
    """
    t, e = np.asarray(target, np.float64), np.asarray(estimate, np.float64)
    top = float(t.max()) or float(e.max()) or 1.0
    # Cut off as decibels: what lies on the floor must equal it to the last bit.
    levels = (20 * np.log10(np.maximum(x / top, 1e-300)) for x in (t, e))
    at, ae = (np.maximum(level, floor_db) for level in levels)
    return at, ae


def log_spectral_distance(
    target: npt.ArrayLike, estimate: npt.ArrayLike, floor_db: float = -80.0
) -> float:
    """Return the log-spectral distance (Gray & Markel 1976), on mel bands.

    In each frame the root of the mean squared difference of the bands' levels; the mean of
    that over the frames in which either sound is above the floor. Padding does not dilute it.

    Parameters
    ----------
    target, estimate : array_like
        Shape ``(n_mels, frames)``, mel magnitudes.
    floor_db : float
        Levels are cut off so many dB (negative) under the target's loudest point.

    Returns
    -------
    float
        dB; 0 for the same and for two silences, never more than the floor is deep unless the
        estimate is louder than the target.
    """
    t, e = _levels(target, estimate, floor_db)
    heard = (np.maximum(t, e) > floor_db).any(axis=0)
    if not heard.any():
        return 0.0
    return float(np.sqrt(np.square(t - e).mean(axis=0))[heard].mean())


def mel_error_db(target: npt.ArrayLike, estimate: npt.ArrayLike, floor_db: float = -80.0) -> float:
    """Return the mean absolute difference in level where there is something to hear.

    The L1 mel distance that vocoders are compared by (Kong et al. 2020), in dB and over those
    positions alone at which either is above the floor.

    Parameters
    ----------
    target, estimate : array_like
        Shape ``(n_mels, frames)``, mel magnitudes.
    floor_db : float
        As for :func:`log_spectral_distance`.

    Returns
    -------
    float
        dB; 0 for the same and for two silences.
    """
    t, e = _levels(target, estimate, floor_db)
    heard = np.maximum(t, e) > floor_db
    return float(np.abs(t - e)[heard].mean()) if heard.any() else 0.0


def standardised_mse(target: npt.ArrayLike, estimate: npt.ArrayLike) -> float:
    """Return the mean squared error over positions of two standardised log-mels (1 = the mean)."""
    difference = np.asarray(target, np.float64) - np.asarray(estimate, np.float64)
    return float(np.square(difference).mean())
