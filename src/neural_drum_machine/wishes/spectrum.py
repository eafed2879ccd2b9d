"""Brightness, body and air by a filter: a tilt and two shelves, solved on the power spectrum."""

from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray, FloatArray
from neural_drum_machine.wishes.qualities import AIR_HZ, LOW_HZ

NAMES: Final = ("brightness", "body", "air")
"""The qualities that this filter sets."""
TILT_RANGE_HZ: Final = (50.0, 16_000.0)
"""Outside, the tilt goes no further."""
MOST: Final = np.array([9.0, 24.0, 24.0])
"""Largest tilt in dB an octave, and largest shelves in dB."""
_BANDS: Final = 128
_LOWEST_HZ: Final = 20.0
_STEPS: Final = 8
_SMALLEST_STEP_DB: Final = 0.05
"""The search converges fast: after so small a step the next one would not be heard."""
_MET: Final = 0.1
"""Of a unit: a smaller miss is none."""
_EASE: Final = np.array([0.3, 0.05, 0.05])
"""What a dB costs, beside a miss of one unit: of several ways, the gentlest is taken."""
_DIAGONAL: Final = np.eye(3)
_EASE_SQUARE: Final = np.diag(_EASE**2)
_UNITS: Final = np.array([0.05, 0.5, 0.5])
"""A miss that counts as one: octaves of brightness, dB of body and of air."""
_NEPERS: Final = np.log(10) / 10
"""Of power, in a dB."""
_FLOOR: Final = 1e-8
"""Levels under −80 dB are not told apart."""
_FILTER: Final = 4096
"""Samples of the filter."""


class Curves(NamedTuple):
    """Bands of a spectrum, and the three curves of the filter on them.

    Attributes
    ----------
    starts : numpy.ndarray
        The first bin of each band, shape ``(bands,)``.
    hz : numpy.ndarray
        Mean frequency of each band's bins, shape ``(bands,)``.
    shapes : numpy.ndarray
        Shape ``(3, bands)``: dB of the filter for a tilt of 1 dB an octave, and for shelves of
        1 dB.
    changes : numpy.ndarray
        Shape ``(bands, 4)``: ones, and by which share a dB of each setting changes a band's power.
    bins : numpy.ndarray
        Frequency of each bin, shape ``(bins,)``, float32.
    """

    starts: npt.NDArray[np.int64]
    hz: DoubleArray
    shapes: DoubleArray
    changes: DoubleArray
    bins: FloatArray


def _shapes(hz: DoubleArray) -> DoubleArray:
    safe = np.maximum(hz, 1.0)
    tilt = np.log2(np.clip(safe, *TILT_RANGE_HZ) / np.sqrt(np.prod(TILT_RANGE_HZ)))
    low = 1 / (1 + (safe / LOW_HZ) ** 6)
    high = 1 / (1 + (AIR_HZ / safe) ** 12)
    return np.stack([tilt, low, high])


@lru_cache(maxsize=8)
def _filter_shapes(sr: int) -> DoubleArray:
    """Return the curves at the frequencies of the filter."""
    return _shapes(np.linspace(0, sr / 2, _FILTER // 2 + 1))


@lru_cache(maxsize=32)
def curves(bins: int, sr: int) -> Curves:
    """Return the bands of a spectrum of `bins` bins from 0 Hz to half of `sr`."""
    hz = np.linspace(0, sr / 2, bins)
    edges = np.geomspace(_LOWEST_HZ, sr / 2, _BANDS + 1)[:-1]
    starts = np.unique(np.concatenate([[0], np.searchsorted(hz, edges)]))
    # The borders of body and air are borders of bands, so that their levels are exact.
    borders = np.searchsorted(hz, [edge for edge in (LOW_HZ, AIR_HZ) if edge < sr / 2])
    starts = np.unique(np.concatenate([starts, borders]))
    counts = np.diff(np.append(starts, bins))
    mean = np.add.reduceat(hz, starts) / counts
    shapes = _shapes(mean)
    changes = np.vstack([np.ones(len(mean)), _NEPERS * shapes]).T
    return Curves(starts, mean, shapes, changes, hz.astype(np.float32))


class Spectrum:
    """The power of a sound in bands.

    Parameters
    ----------
    power : numpy.ndarray
        Shape ``(bins,)``: squared magnitudes from 0 Hz to half of `sr`.
    sr : int
        Sample rate in Hz.
    """

    def __init__(self, power: npt.NDArray[np.floating], sr: int) -> None:
        self.curves = curves(len(power), sr)
        self.power = np.add.reduceat(power, self.curves.starts).astype(np.float64)
        total = max(float(self.power.sum()), 1e-30)
        centroid = float(power @ self.curves.bins) / total
        self.power = self.power / total + 1e-12
        hz = self.curves.hz
        self._weights = np.stack([np.ones(len(hz)), hz, hz < LOW_HZ, hz >= AIR_HZ])
        # Within a band, the power may lie beside its middle.
        middle = float(self.power @ hz) / float(self.power.sum())
        self._beside = np.array([np.log2(max(centroid, 1.0) / middle), 0.0, 0.0])

    @cached_property
    def _at_rest(self) -> tuple[DoubleArray, DoubleArray]:
        """Values and slopes without a filter."""
        return self._values_and_slopes(np.zeros(3))

    def values(self, settings: DoubleArray) -> DoubleArray:
        """Return brightness in octaves of Hz, body and air in dB, after a filter.

        Parameters
        ----------
        settings : numpy.ndarray
            Shape ``(3,)``: tilt in dB an octave, low and high shelf in dB.

        Returns
        -------
        numpy.ndarray
            Shape ``(3,)``.
        """
        return (self._values_and_slopes(settings) if settings.any() else self._at_rest)[0]

    def _values_and_slopes(self, settings: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
        """Return the values ``(3,)``, and how each setting changes each value, ``(3, 3)``."""
        power = self.power * np.exp(_NEPERS * (settings @ self.curves.shapes))
        # A dB of a setting multiplies each band's power by this share.
        parts = (self._weights * power) @ self.curves.changes
        total, first, shares = parts[0], parts[1], parts[2:]
        rests = total - shares
        over, under = shares[:, 0] + _FLOOR * total[0], rests[:, 0] + _FLOOR * total[0]
        values, slopes = self._beside.copy(), np.empty((3, 3))
        values[0] += np.log2(first[0] / total[0])
        slopes[0] = (first[1:] / first[0] - total[1:] / total[0]) / np.log(2)
        values[1:] += 10 * np.log10(over / under)
        slopes[1:] = (shares[:, 1:] / over[:, None] - rests[:, 1:] / under[:, None]) / _NEPERS
        return values, slopes

    def solve(self, wanted: DoubleArray, weights: DoubleArray) -> DoubleArray:
        """Return the filter that brings a sound nearest to values.

        Parameters
        ----------
        wanted : numpy.ndarray
            Shape ``(3,)``, as :meth:`values` returns them.
        weights : numpy.ndarray
            Shape ``(3,)``: how much each counts; 0 leaves it free.

        Returns
        -------
        numpy.ndarray
            Shape ``(3,)``: settings, within :data:`MOST`.
        """
        settings, damping = np.zeros(3), 1e-3
        wanted = np.where(weights > 0, wanted, 0.0)

        scale = weights / _UNITS

        def misses(at: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
            values, slopes = self._values_and_slopes(at) if at.any() else self._at_rest
            return (values - wanted) * scale, slopes * scale[:, None]

        def cost(off: DoubleArray, at: DoubleArray) -> float:
            return float(off @ off + np.square(at * _EASE).sum())

        off, slopes = misses(settings)
        if np.abs(off).max() < _MET:
            return settings
        now = cost(off, settings)
        for _ in range(_STEPS):
            square = slopes.T @ slopes + _EASE_SQUARE
            downhill = slopes.T @ off + _EASE**2 * settings
            eased = square + damping * square * _DIAGONAL + 1e-9 * _DIAGONAL
            tried = np.clip(settings - np.linalg.solve(eased, downhill), -MOST, MOST)
            if np.abs(tried - settings).max() < _SMALLEST_STEP_DB:
                return tried
            off_there, slopes_there = misses(tried)
            new = cost(off_there, tried)
            if new < now:
                settings, off, slopes, now = tried, off_there, slopes_there, new
                damping /= 4
            else:
                damping *= 8
        return settings


def smooth_response(settings: DoubleArray, sr: int, bins: int) -> npt.NDArray[np.complex64]:
    """Return the filter's response at `bins` frequencies from 0 Hz to half of `sr`.

    Its curves are smooth, so it rings for less than the 4,096 samples that are computed of it.
    """
    coarse = minimum_phase((settings @ _filter_shapes(sr) * (np.log(10) / 20)).astype(np.float32))
    samples = np.fft.irfft(coarse, _FILTER).astype(np.float32)
    out: npt.NDArray[np.complex64] = np.fft.rfft(samples, 2 * (bins - 1)).astype(np.complex64)
    return out


def minimum_phase(logs: npt.NDArray[np.float32]) -> npt.NDArray[np.complex64]:
    """Return the response of a filter of given gains with the least phase.

    Nothing of a sound comes before its onset then (by the cepstrum; Oppenheim and Schafer, chapter
    13).

    Parameters
    ----------
    logs : numpy.ndarray
        Shape ``(bins,)``: gains in nepers, from 0 Hz to half the sample rate.
    """
    size = 2 * (len(logs) - 1)
    cepstrum = np.fft.irfft(logs, size)
    cepstrum[1 : size // 2] *= 2
    cepstrum[size // 2 + 1 :] = 0
    out: npt.NDArray[np.complex64] = np.exp(np.fft.rfft(cepstrum, size)).astype(np.complex64)
    return out


def spectrum_size(n: int) -> int:
    """Return the length of a transform in which a filtered sound of `n` samples has room."""
    # Multiples of 4,096 have few factors, so their transforms are fast.
    return -(-(n + _FILTER) // 4096) * 4096


def filtered(
    spectrum: npt.NDArray[np.complex64], logs: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Return the samples of a filtered spectrum.

    Parameters
    ----------
    spectrum : numpy.ndarray
        Shape ``(channels, bins)``.
    logs : numpy.ndarray
        Shape ``(bins,)``: the filter's gains in nepers; its phase is the least.

    Returns
    -------
    numpy.ndarray
        Shape ``(channels, 2 * (bins - 1))``.
    """
    out: npt.NDArray[np.float32] = np.fft.irfft(
        spectrum * minimum_phase(logs), 2 * (len(logs) - 1)
    ).astype(np.float32)
    return out
