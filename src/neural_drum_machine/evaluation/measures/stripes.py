"""Stripes: spectral lines that an inverter leaves at multiples of the frame rate."""

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray


def stripes_db(target: npt.ArrayLike, estimate: npt.ArrayLike, sr: int, hop_length: int) -> float:
    """Return how much more lines at multiples of the frame rate stand out than in the target.

    Transposed convolutions leave patterns that repeat with the hop: lines at multiples of
    ``sr / hop_length`` (Odena et al. 2016; Pons et al. 2021). In the power spectrum of the whole
    sound, each line (an eighth of the spacing to either side) is compared with the region around
    the middle between lines. The result is the mean over all lines in dB with equal weights, so
    that one loud partial on a line does not decide. Lines 60 dB below the loudest are ignored.

    Parameters
    ----------
    target, estimate : array_like
        Shape ``(n,)``, samples.
    sr : int
        Sample rate in Hz.
    hop_length : int
        Samples between frames; 256 for the inverters.

    Returns
    -------
    float
        dB, independent of both levels. 0 means no more stripes than in the target; also 0 if
        either sound is silent. Chance moves it by up to 2 dB for another realisation of a short
        noise, so judge means over many sounds.
    """
    t, e = np.asarray(target, np.float64), np.asarray(estimate, np.float64)
    if not t.any() or not e.any():
        return 0.0
    (before, t_power), (after, e_power) = (_line_contrast(x, sr, sr / hop_length) for x in (t, e))
    audible = np.maximum(t_power / t_power.max(), e_power / e_power.max()) > 1e-6
    return float((after - before)[audible].mean())


def _line_contrast(x: DoubleArray, sr: int, spacing: float) -> tuple[DoubleArray, DoubleArray]:
    """Return, for each multiple of `spacing`, the dB on it over beside it, and its total power."""
    # Four times as many bins as samples. With fewer, few bins fall on a line of a short frame.
    size = 4 * len(x)
    power = np.square(np.abs(np.fft.rfft(x, size)))
    place = np.fft.rfftfreq(size, 1 / sr) / spacing
    line = np.round(place).astype(int)
    beside = np.abs(place - line)
    n = int(sr / 2 / spacing)
    kept = (line >= 1) & (line < n)
    on, off = kept & (beside < 1 / 8), kept & (beside > 1 / 4)

    def mean(where: npt.NDArray[np.bool_]) -> DoubleArray:
        sums = np.bincount(line[where], power[where], n)[1:]
        return sums / np.maximum(np.bincount(line[where], minlength=n)[1:], 1)

    a, b = mean(on), mean(off)
    tiny = max(1e-30, 1e-12 * float(power.max()))
    return 10 * np.log10((a + tiny) / (b + tiny)), a + b
