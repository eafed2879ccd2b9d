"""Grain: the noise along time that a mean spectrogram lacks.

The generator's loss makes its spectrograms means of all sounds that a code may stand for. Where a
recording is noise, its magnitudes jump from frame to frame (their logarithm by about 5 dB). The
mean of many recordings does not jump, so it sounds blurred, as the authors of the paper say of
their model. A listener cannot tell one pattern of jumps from another. So a code need not store the
jumps: it is enough to know how strong they are in each region. The jumps themselves are those of
white noise (:mod:`neural_drum_machine.detail.noise`).

:func:`missing_noise` measures how much grain a spectrogram lacks beside its recording; the export
uses it. :class:`Grain` predicts that amount from a code, by a linear map for each category;
:class:`neural_drum_machine.detail.detail.Detail` multiplies it with a take's jumps and adds the
product to the decoded log-mel.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.detail.grid import group_means, interpolation
from neural_drum_machine.detail.noise import noise_log_mel, white_noise
from neural_drum_machine.signal.spec import AudioSpec

BANDS: Final = 32
FRAMES: Final = 8
"""Mel bands and frames that share one amount of grain."""
_MEAN_FRAMES: Final = 5
"""Jumps are measured against the mean of this many frames. They are measured along time alone:
peaks along frequency are partials, not noise."""
_COMMON_BANDS: Final = 17
"""A change that this many neighbouring bands share is an attack, not noise, and is subtracted."""
_SMOOTHING: Final = (9, 5)
"""Bands and frames over which squared jumps are averaged."""
_TAKES_FOR_MEAN: Final = 24


def _box_mean(x: FloatArray, width: int, axis: int) -> FloatArray:
    """Return the running mean over an odd number of places; the ends are repeated."""
    half = width // 2
    pads = [(0, 0)] * x.ndim
    pads[axis] = (half, half)
    padded = np.pad(x, pads, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, width, axis=axis)
    out: FloatArray = windows.mean(axis=-1)
    return out


def jumps_of(log_mel: FloatArray) -> FloatArray:
    """Return what a log-mel has of noise along time, natural logarithms.

    Parameters
    ----------
    log_mel : numpy.ndarray
        Shape ``(..., n_mels, n_frames)``, natural logarithms.

    Returns
    -------
    numpy.ndarray
        The same shape: the deviation from the mean of five frames, without the part that 17
        neighbouring bands share.
    """
    jumps = log_mel - _box_mean(log_mel, _MEAN_FRAMES, -1)
    out: FloatArray = jumps - _box_mean(jumps, _COMMON_BANDS, -2)
    return out


def roughness(log_mel: FloatArray) -> FloatArray:
    """Return how strongly a log-mel jumps from frame to frame.

    Parameters
    ----------
    log_mel : numpy.ndarray
        Shape ``(..., n_mels, n_frames)``, natural logarithms.

    Returns
    -------
    numpy.ndarray
        The same shape: the squared deviation from the mean of five frames, without the part that
        17 neighbouring bands share, averaged over nine bands and five frames.
    """
    return roughness_of(jumps_of(log_mel))


def roughness_of(jumps: FloatArray) -> FloatArray:
    """Return the roughness ``(..., n_mels, n_frames)`` of jumps; see :func:`jumps_of`."""
    return _box_mean(_box_mean(np.square(jumps), _SMOOTHING[0], -2), _SMOOTHING[1], -1)


@lru_cache(maxsize=8)
def noise_roughness(spec: AudioSpec) -> FloatArray:
    """Return the roughness of white noise in each band, shape ``(n_mels,)``, read-only."""
    noises = (white_noise(spec, seed) for seed in range(_TAKES_FOR_MEAN))
    takes = [roughness(noise_log_mel(spec, noise)) for noise in noises]
    mean: FloatArray = np.mean(takes, axis=(0, 2))
    mean.setflags(write=False)
    return mean


def missing_noise(recorded: FloatArray, decoded: FloatArray, spec: AudioSpec) -> FloatArray:
    """Return the roughness that a decoded log-mel lacks, as a share of white noise's.

    Parameters
    ----------
    recorded, decoded : numpy.ndarray
        Shape ``(..., n_mels, n_frames)``, natural logarithms.
    spec : AudioSpec
        Audio format.

    Returns
    -------
    numpy.ndarray
        Shape ``(..., groups of bands, groups of frames)``: 0 (none) to 1 (white noise) on average.
        A single measurement scatters beyond that; only the mean of many is right.
    """
    lack = (roughness(recorded) - roughness(decoded)) / noise_roughness(spec)[:, None]
    # Cut off symmetrically about the range 0 to 1, so that the mean stays right. Values further out
    # come from bands that begin or end, not from noise.
    lack = np.clip(lack, -1.0, 2.0)
    return group_means(lack, BANDS, FRAMES)


def grain_groups(spec: AudioSpec) -> tuple[int, int]:
    """Return how many groups of bands and of frames share an amount of grain."""
    return -(-spec.n_mels // BANDS), -(-spec.n_frames // FRAMES)


class Grain:
    """Predicts how much grain the spectrogram of a code lacks.

    Parameters
    ----------
    spec : AudioSpec
        Audio format.
    weights : numpy.ndarray
        Shape ``(categories, latent_dim + 1, groups of bands * groups of frames)``: for each
        category a linear map from the code and a constant 1 to variances, as
        :func:`missing_noise` gives them.
    """

    def __init__(self, spec: AudioSpec, weights: FloatArray) -> None:
        self.spec = spec
        self.weights = weights
        self._bands = interpolation(spec.n_mels, BANDS)
        self._frames = interpolation(spec.n_frames, FRAMES).T.copy()

    def amount(self, code: FloatArray, category: int) -> FloatArray:
        """Return the factor of a take's jumps.

        Parameters
        ----------
        code : numpy.ndarray
            Shape ``(latent_dim,)``.
        category : int
            The category's number.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_mels, n_frames)``, 0 to 1.
        """
        weights = self.weights[category]
        variance = (code @ weights[:-1] + weights[-1]).reshape(grain_groups(self.spec))
        out: FloatArray = np.sqrt(np.clip(self._bands @ variance @ self._frames, 0, 1))
        return out
