"""A purer sound by resonances: what stands out of its spectrum is made to stand out more.

A filter does it, so the sound rings at the frequencies that it has.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray, FloatArray

_FINE_HZ: Final = 12.0
"""Width of the narrowest resonance: it rings for a tenth of a second."""
_COARSE_HZ: Final = 300.0
_BAND_HZ: Final = 500.0
"""Noisiness is measured in bands of this width."""
_MOST_NEPERS: Final = 3.5
"""Largest gain of the filter: 30 dB."""
MOST: Final = 3.0
"""The sharpest filter."""
_ROUNDS: Final = 6


class Resonances:
    """The resonances of a sound.

    Parameters
    ----------
    power : numpy.ndarray
        Shape ``(bins,)``: squared magnitudes from 0 Hz to half of `sr`.
    sr : int
        Sample rate in Hz.
    """

    def __init__(self, power: npt.NDArray[np.floating], sr: int) -> None:
        bins = len(power)
        width = sr / 2 / (bins - 1)
        total = max(float(power.sum()), 1e-30)
        # The floor lies 120 dB under the mean: below it nothing stands out.
        self._logs: FloatArray = np.log(
            power.astype(np.float32) / np.float32(total / bins) + np.float32(1e-12)
        )
        fine = _smooth(self._logs, _FINE_HZ / width)
        self._out = np.clip((fine - _smooth(fine, _COARSE_HZ / width)) / 2, -3, 3)
        self._edges = band_edges(bins, sr)
        self._counts = np.diff(np.append(self._edges, bins))

    def gain(self, change: float) -> FloatArray:
        """Return the filter's gain in nepers, shape ``(bins,)``, for a change of 0 to :data:`MOST`.

        The energy of each band of 500 Hz stays.
        """
        raw: FloatArray = np.float32(_MOST_NEPERS) * np.tanh(
            np.float32(change / _MOST_NEPERS) * self._out
        )
        before = np.add.reduceat(np.exp(self._logs), self._edges)
        after = np.add.reduceat(np.exp(self._logs + 2 * raw), self._edges)
        level = 0.5 * np.log(np.maximum(before, 1e-20) / np.maximum(after, 1e-20))
        middles = self._edges + self._counts / 2
        between = np.interp(np.arange(len(raw)), middles, level)
        return raw + between.astype(np.float32)

    def noisiness(self, change: float) -> float:
        """Return the noisiness after a change.

        As :func:`neural_drum_machine.signal.descriptors.noisiness` measures it.
        """
        logs = self._logs + 2 * self.gain(change)
        return flatness(np.exp(logs), logs, self._edges)

    def solve(self, wanted: float, most: float = MOST) -> float:
        """Return the change, up to `most`, that brings the noisiness down to a value."""
        low, high = 0.0, most
        if self.noisiness(high) >= wanted:
            return high
        for _ in range(_ROUNDS):
            middle = (low + high) / 2
            if self.noisiness(middle) > wanted:
                low = middle
            else:
                high = middle
        return (low + high) / 2


def spectrum_noisiness(power: npt.NDArray[np.floating], sr: int) -> float:
    """Return the noisiness of a spectrum ``(bins,)`` from 0 Hz to half of `sr`.

    As :func:`neural_drum_machine.signal.descriptors.noisiness` measures it.
    """
    mean = float(power.mean())
    if mean <= 0:
        return 0.0
    # The floor lies 120 dB under the mean: below it nothing stands out.
    least = np.float32(1e-12 * mean)
    return flatness(power, np.log(power + least), band_edges(len(power), sr))


def flatness(
    power: npt.NDArray[np.floating], logs: npt.NDArray[np.floating], edges: npt.NDArray[np.int64]
) -> float:
    """Return a spectrum's noisiness from its power, the logarithm of it, and the bands' starts."""
    counts = np.diff(np.append(edges, len(power)))
    sums = np.add.reduceat(power, edges).astype(np.float64)
    means = np.add.reduceat(logs, edges).astype(np.float64) / counts
    flat = np.exp(means) / np.maximum(sums / counts, 1e-30)
    return float(min(1.0, (flat * sums).sum() / sums.sum() * np.exp(np.euler_gamma)))


def band_edges(bins: int, sr: int) -> npt.NDArray[np.int64]:
    """Return the first bin of each band that noisiness is measured in."""
    edges = np.linspace(0, bins, max(1, round(sr / 2 / _BAND_HZ)) + 1).astype(np.int64)
    return edges[:-1]


def _smooth(values: FloatArray, bins: float) -> FloatArray:
    """Return moving means over about `bins` values."""
    half = max(0, round(bins / 2))
    if half == 0:
        return values
    total: DoubleArray = np.concatenate([[0.0], values.cumsum(dtype=np.float64)])
    at = np.arange(len(values))
    first, last = np.maximum(at - half, 0), np.minimum(at + half + 1, len(values))
    out: FloatArray = ((total[last] - total[first]) / (last - first)).astype(np.float32)
    return out
