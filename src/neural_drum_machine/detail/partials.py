"""Partials: the peaks and dips along frequency that a mean spectrogram lacks.

A cymbal's partials, the wires of a snare, the resonances of a room: while a recording sounds, its
spectrum has peaks that stay where they are, some only a few of the 512 mel bands apart. Nobody can
predict where they lie in a drum that was never recorded. So a network that is trained to be right
on average decodes a spectrum that is smooth at these scales. (Grain,
:mod:`neural_drum_machine.detail.grain`, is the same idea along time.) A listener expects such
peaks of metal, and expects a certain height, but can hardly tell one pattern from another. So any
pattern of the right height serves. It follows from the code, and smoothly: a drum keeps its
partials from hit to hit, and they move a little when the drum changes.

:func:`missing_partials` measures at each scale how much a spectrogram lacks; the export uses it.
:class:`Partials` predicts that height from a code, by a linear map for each category, and gives
the pattern.
"""

import itertools
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.detail.grid import group_means, interpolation
from neural_drum_machine.signal.spec import AudioSpec

WIDTHS: Final = (11.4, 8.0, 5.7, 4.0, 2.85, 2.0)
"""Edges of the scales, as the distance in bands from a peak to the dip beside it. Wider shapes are
left to the decoder. Those it misses look like the edges of filters more often than like a pattern,
and a pattern in their place made claps and shakers worse."""
GROUP: Final = 64
"""Mel bands that share one height."""
QUIET_DB: Final = 40.0
"""Bands further below the loudest one are raised to this level, so that noise floors and the edges
of codecs do not count as partials."""
CORRELATION_LENGTH: Final = 6.0
"""Distance of two codes whose patterns differ (correlation 0.6 at this distance, 0.14 at twice it).
A control moves a code by 4 from −1 to 1; two drums of a category lie some 11 apart."""
_SEED: Final = 20_261_125


def orders(spec: AudioSpec) -> list[tuple[int, int]]:
    """Return the range of orders (first, last + 1) of the cosines that make up each scale.

    A cosine of order k over all bands has k half-waves, each ``n_mels / k`` bands wide.
    """
    edges = [round(spec.n_mels / width) for width in WIDTHS]
    return list(itertools.pairwise(edges))


def partial_groups(spec: AudioSpec) -> tuple[int, int]:
    """Return the number of scales and of groups of bands; each pair of them has one height."""
    return len(WIDTHS) - 1, -(-spec.n_mels // GROUP)


def _cosines(spec: AudioSpec) -> FloatArray:
    """Return the cosines of all scales ``(n_mels, orders)``, orthonormal."""
    ranges = orders(spec)
    k = np.arange(ranges[0][0], ranges[-1][1])
    out: FloatArray = np.sqrt(2 / spec.n_mels) * np.cos(
        np.pi / spec.n_mels * (np.arange(spec.n_mels)[:, None] + 0.5) * k
    )
    return out.astype(np.float32)


def standing(log_mel: FloatArray) -> FloatArray:
    """Return the part of a spectrum that stands still.

    Parameters
    ----------
    log_mel : numpy.ndarray
        Shape ``(..., n_mels, n_frames)``, natural logarithms.

    Returns
    -------
    numpy.ndarray
        Shape ``(..., n_mels)``: the mean over time, with frames weighted by their energy. Quieter
        bands are raised to :data:`QUIET_DB` under the loudest one.
    """
    loudest = log_mel.max(axis=(-2, -1), keepdims=True)
    energy = np.exp(2 * (log_mel - loudest)).sum(axis=-2, keepdims=True)
    mean = (log_mel * energy).sum(axis=-1) / energy.sum(axis=-1)
    floor = mean.max(axis=-1, keepdims=True) - np.float32(QUIET_DB * np.log(10) / 20)
    out: FloatArray = np.maximum(mean, floor)
    return out


def missing_partials(recorded: FloatArray, played: FloatArray, spec: AudioSpec) -> FloatArray:
    """Return the variance along frequency that a log-mel lacks, by scale and group of bands.

    Parameters
    ----------
    recorded, played : numpy.ndarray
        Shape ``(..., n_mels, n_frames)``, natural logarithms.
    spec : AudioSpec
        Audio format.

    Returns
    -------
    numpy.ndarray
        Shape ``(..., scales, groups)``; negative where there is too much. Only the height of a
        pattern counts, not the place of its peaks.
    """
    cosines, (scales, groups) = _cosines(spec), partial_groups(spec)
    first = orders(spec)[0][0]
    lack = np.zeros((*recorded.shape[:-2], scales, groups), np.float32)
    for log_mel, sign in ((recorded, 1), (played, -1)):
        weights = standing(log_mel) @ cosines
        for scale, (low, high) in enumerate(orders(spec)):
            part = slice(low - first, high - first)
            squares = np.square(weights[..., part] @ cosines[:, part].T)
            lack[..., scale, :] += sign * group_means(squares, GROUP)
    return lack


class Partials:
    """Predicts the peaks and dips that the spectrogram of a code lacks.

    Parameters
    ----------
    spec : AudioSpec
        Audio format.
    weights : numpy.ndarray
        Shape ``(categories, latent_dim + 1, scales * groups)``: for each category a linear map from
        the code and a constant 1 to variances, as :func:`missing_partials` gives them.
    """

    def __init__(self, spec: AudioSpec, weights: FloatArray) -> None:
        self.spec = spec
        self.weights = weights
        cosines, ranges = _cosines(spec), orders(spec)
        # Cosines along random directions with random phases have the same mean height at every
        # code. NumPy promises that RandomState's stream never changes; default_rng's may.
        random = np.random.RandomState(_SEED)
        size = (weights.shape[1] - 1, cosines.shape[1])
        self._directions = (random.standard_normal(size) / CORRELATION_LENGTH).astype(np.float32)
        self._phases = (2 * np.pi * random.random_sample((size[1],))).astype(np.float32)
        # This gain gives each scale a variance of 1 in every band, on average over codes.
        counts = np.array([high - low for low, high in ranges])
        gain = np.repeat(np.sqrt(2 * spec.n_mels / counts), counts)
        self._cosines = cosines * gain.astype(np.float32)
        first = ranges[0][0]
        self._parts = [slice(low - first, high - first) for low, high in ranges]
        self._bands = interpolation(spec.n_mels, GROUP)

    def pattern(self, code: FloatArray, category: int) -> FloatArray:
        """Return the height of each band, ``(n_mels,)``, in natural logarithms.

        Parameters
        ----------
        code : numpy.ndarray
            Shape ``(latent_dim,)``.
        category : int
            The category's number.
        """
        weights = self.weights[category]
        variance = (code @ weights[:-1] + weights[-1]).reshape(partial_groups(self.spec))
        height = self._bands @ np.sqrt(np.maximum(variance, 0)).T
        waves = np.cos(code @ self._directions + self._phases)
        out = np.zeros(self.spec.n_mels, np.float32)
        for scale, part in enumerate(self._parts):
            out += height[:, scale] * (self._cosines[:, part] @ waves[part])
        return out
