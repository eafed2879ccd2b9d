"""How steadily the low end of a drum sounds: its frequency, and its level.

A drum's body is a sinusoid that glides and fades. A spectrogram that was inverted loosely makes it
wobble. All three measures look at the analytic signal of a low band, every 2.3 ms, from its loudest
moment until it has faded by 30 dB. Glide and fade themselves are taken out.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray

BAND_HZ: Final = (30.0, 160.0)
EDGE_HZ: Final = 30.0
"""Width of the band's edges. Narrower ones would ring for longer than the wobble that counts."""
STEP_SECONDS: Final = 0.0023
TREND_SECONDS: Final = 0.048
"""Deviations are those from the mean over this long: slower changes are glide and fade."""
FADE_DB: Final = 30.0
_SEARCH_SECONDS: Final = 0.1
_LOWEST_HZ: Final = 15.0


def _band(samples: npt.ArrayLike, sr: int, band: tuple[float, float]) -> npt.NDArray[np.complex128]:
    """Return the analytic signal of a band, every step, of the stretch that is measured."""
    x = np.asarray(samples, np.float64)
    low, high = band
    padded = len(x) + round(0.1 * sr)
    frequency = np.fft.fftfreq(padded, 1 / sr)
    rise = np.minimum(frequency - low, high - frequency) / EDGE_HZ + 0.5
    weight = np.where(frequency > 0, 1 - np.cos(np.pi * np.clip(rise, 0, 1)), 0.0)
    step = max(1, round(STEP_SECONDS * sr))
    analytic = np.fft.ifft(np.fft.fft(x, padded) * weight)[: len(x) : step]
    level = np.abs(analytic)
    if not level.any():
        return analytic[:0]
    start = int(level[: max(1, round(_SEARCH_SECONDS * sr / step))].argmax())
    faded = np.flatnonzero(level[start:] < level[start] * 10 ** (-FADE_DB / 20))
    return analytic[start : start + int(faded[0])] if len(faded) else analytic[start:]


def _deviation(values: DoubleArray) -> DoubleArray:
    """Return the deviations from the running mean; none if the stretch is too short for one."""
    width = 2 * round(TREND_SECONDS / STEP_SECONDS / 2) + 1
    if len(values) < width + 4:
        return values[:0]
    mean = np.convolve(values, np.full(width, 1 / width), mode="valid")
    half = width // 2
    out: DoubleArray = values[half:-half] - mean
    return out


def _frequency(samples: npt.ArrayLike, sr: int, band: tuple[float, float]) -> DoubleArray:
    """Return the mean frequency of each step in Hz."""
    analytic = _band(samples, sr, band)
    step = max(1, round(STEP_SECONDS * sr))
    out: DoubleArray = np.angle(analytic[1:] * analytic[:-1].conj()) * sr / (2 * np.pi * step)
    return out


def jitter_hz(samples: npt.ArrayLike, sr: int, band: tuple[float, float] = BAND_HZ) -> float:
    """Return how much the body's frequency changes from one step of 2.3 ms to the next.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.
    band : tuple of float
        Edges in Hz.

    Returns
    -------
    float
        Hz, the median of the magnitudes; NaN if the band fades within two steps.
    """
    change = np.abs(np.diff(_frequency(samples, sr, band)))
    return float(np.median(change)) if len(change) else float("nan")


def jitter_cents(samples: npt.ArrayLike, sr: int, band: tuple[float, float] = BAND_HZ) -> float:
    """Return how far the body's frequency strays from its glide.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.
    band : tuple of float
        Edges in Hz.

    Returns
    -------
    float
        Cents: the median magnitude of the deviation from the running mean over 48 ms. It is not a
        mean, because where two partials cancel for a moment the frequency means nothing. NaN if
        the band fades within some 60 ms.
    """
    frequency = np.maximum(_frequency(samples, sr, band), _LOWEST_HZ)
    strays = _deviation(1200 * np.log2(frequency))
    return float(np.median(np.abs(strays))) if len(strays) else float("nan")


def ripple_db(samples: npt.ArrayLike, sr: int, band: tuple[float, float] = BAND_HZ) -> float:
    """Return how far the body's level strays from its fade.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.
    band : tuple of float
        Edges in Hz.

    Returns
    -------
    float
        dB: the RMS deviation from the running mean over 48 ms. NaN if the band fades within some
        60 ms.
    """
    level = np.abs(_band(samples, sr, band))
    strays = _deviation(20 * np.log10(np.maximum(level, 1e-12)))
    return float(np.sqrt(np.square(strays).mean())) if len(strays) else float("nan")
