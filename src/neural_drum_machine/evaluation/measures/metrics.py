"""Measures of an estimate against its target, both spectrograms or both sounds (NumPy).

What one sound is like stands in :mod:`.descriptors`.
"""

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray
from neural_drum_machine.signal.descriptors import decay_time

ONSET_BANDS_HZ = (0.0, 300.0, 600.0, 1000.0, 1600.0, 2600.0, 4200.0, 7000.0)
"""Lower edges of the bands whose flux is compared; the last reaches half the sample rate."""


def _cumulated_flux(x: DoubleArray, sr: int, start: int, seconds: float) -> DoubleArray:
    """Return each band's flux up to each moment, all bands together 1 at the end; (bands, time)."""
    window, hop = round(0.005 * sr), max(1, round(0.0015 * sr))
    n = round(seconds * sr)
    # A window of silence in front: what is there from sample 0 on has an onset, too.
    piece = np.zeros(n + window)
    first = max(0, start)
    have = x[first : max(first, start + n)]
    piece[window + first - start :][: len(have)] = have
    frames = np.lib.stride_tricks.sliding_window_view(piece, window)[::hop]
    magnitude = np.abs(np.fft.rfft(frames * np.hanning(window + 2)[1:-1], axis=-1)).T
    top = float(magnitude.max())
    if top <= 0:
        return np.zeros((len(ONSET_BANDS_HZ), len(frames) - 1))
    rise = np.maximum(np.diff(np.log1p(10 * magnitude / top), axis=1), 0)
    edges = np.searchsorted(np.fft.rfftfreq(window, 1 / sr), ONSET_BANDS_HZ)
    flux = np.add.reduceat(rise, edges, axis=0)
    total: DoubleArray = flux.cumsum(axis=1) / flux.sum()
    return total


def onset_error(
    target: npt.ArrayLike, estimate: npt.ArrayLike, sr: int, seconds: float = 0.06
) -> float:
    """Return how differently two sounds begin: when, and in which bands, their spectra rise.

    Spectral flux (the sum of what rises between Hann windows of 5 ms, every 1.5 ms, magnitudes
    compressed by ``log(1 + 10 m / max m)``: Müller 2015, section 6.1.2) of eight bands, cumulated
    over time and divided by its sum. Compared are the cumulated curves, the earth mover's
    distance: a flux that comes a little late costs little, and two takes of one noise agree,
    which they would not frame by frame.

    Parameters
    ----------
    target, estimate : array_like
        Shape ``(n,)``, samples.
    sr : int
        Sample rate in Hz.
    seconds : float
        How much of the sounds is looked at, from 5 ms before the target's first sample of a tenth
        of its peak. The same stretch of both: late is wrong.

    Returns
    -------
    float
        Without unit and whatever the levels: 0 for the same; 1 if one has all its flux before
        the other's, or in other bands, or if one alone is silent. Two takes of one noise differ
        by 0.02, a sound smeared over 30 ms by 0.08, one of another category by 0.2 on average.
    """
    t, e = np.asarray(target, np.float64), np.asarray(estimate, np.float64)
    level = np.abs(t)
    start = int((level >= 0.1 * level.max()).argmax()) - round(0.005 * sr)
    a, b = (_cumulated_flux(x, sr, start, seconds) for x in (t, e))
    if not a.any() or not b.any():
        return float(a.any() != b.any())
    return float(np.abs(a - b).sum(axis=0).mean() / 2)


def decay_error_ms(target: npt.ArrayLike, estimate: npt.ArrayLike, sr: int) -> float:
    """Return the absolute difference of two sounds' times of decay by 20 dB, in ms.

    Parameters
    ----------
    target, estimate : array_like
        Shape ``(n,)``, samples.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        Milliseconds between the two :func:`~.descriptors.decay_time`.
    """
    return 1000 * abs(decay_time(target, sr) - decay_time(estimate, sr))


def mask_accuracy(mask_logits: npt.ArrayLike, length: int) -> float:
    """Return the share of samples that a mask puts on the right side of a sound's end.

    Parameters
    ----------
    mask_logits : array_like
        Shape ``(n,)``; above 0 means inside the sound (paper, section 3.2).
    length : int
        Samples that belong to the sound.

    Returns
    -------
    float
        Share, 0 to 1.
    """
    said = np.asarray(mask_logits) > 0
    return float((said == (np.arange(len(said)) < length)).mean())


def _line_contrast(x: DoubleArray, sr: int, spacing: float) -> tuple[DoubleArray, DoubleArray]:
    """Return, for each multiple of `spacing`, dB on it over dB beside it, and its power in all."""
    # Four times as many bins as samples: few fall on a line of a short frame otherwise.
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


def stripes_db(target: npt.ArrayLike, estimate: npt.ArrayLike, sr: int, hop_length: int) -> float:
    """Return how far lines at multiples of the frame rate stand out, more than in the target.

    Transposed convolutions leave patterns that repeat with the hop, lines at multiples of
    ``sr / hop_length`` (Odena et al. 2016; Pons et al. 2021). In the power spectrum of the whole
    sound each line (an eighth of the spacing to either side) is set against what lies around the
    middle between lines. The mean over the lines, in dB and each weighing the same, keeps one
    loud partial that falls on a line from deciding; lines 60 dB under the loudest are left out.

    Parameters
    ----------
    target, estimate : array_like
        Shape ``(n,)``, samples.
    sr : int
        Sample rate in Hz.
    hop_length : int
        Samples between frames, 256 for the inverter.

    Returns
    -------
    float
        dB, whatever the levels: 0 for no more stripes than in the target, and if one is silent.
        By chance up to 2 either way for another take of a short noise: judge means over sounds.
    """
    t, e = np.asarray(target, np.float64), np.asarray(estimate, np.float64)
    if not t.any() or not e.any():
        return 0.0
    (before, t_power), (after, e_power) = (_line_contrast(x, sr, sr / hop_length) for x in (t, e))
    heard = np.maximum(t_power / t_power.max(), e_power / e_power.max()) > 1e-6
    return float((after - before)[heard].mean())
