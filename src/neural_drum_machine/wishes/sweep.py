"""The sweep of a drum: by how many octaves its low end falls after the stroke.

It is measured on the low band alone, as the power-weighted frequency of two windows, so that it is
known for nearly every kick, also for those that have no steady pitch. It is set by playing the
start faster or slower, as a pitch envelope does.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray, FloatArray

_Band = npt.NDArray[np.complex128]

LOW_HZ: Final = 500.0
"""What lies above is not part of the low end; the band fades out up to 700 Hz."""
_FADE_HZ: Final = 200.0
_LEAST_HZ: Final = 15.0
"""Rumble below it is left out; the band fades in up to 30 Hz."""
_SECONDS: Final = 0.3
_RATE: Final = 4000
"""The low band is looked at at this rate: its highest frequency is 700 Hz."""
EARLY: Final = (0.002, 0.022)
LATE: Final = (0.060, 0.160)
"""The windows in seconds from the start of the low end."""
_LEAST_LATE: Final = 1e-4
"""A sound whose low end has less power late than this share of the early has no sweep."""
SWEPT_SECONDS: Final = 0.06
"""The start that is played faster or slower."""
MOST: Final = 3.0
"""Octaves by which the very first moment may be moved."""
UNHEARD: Final = 0.02
"""Octaves that are not worth a change."""
_HALVINGS: Final = 14
_TAPS: Final = 16
"""Zero crossings of the interpolating sinc on either side."""


def sweep_octaves(samples: npt.ArrayLike, sr: int) -> float:
    """Return by how many octaves the low end of a sound falls after its start.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        Octaves from the mean frequency of 2–22 ms to that of 60–160 ms, up to 700 Hz; under 0 if it
        rises. NaN if there is no low end, or none of it is left.
    """
    return _fall(_low_band(np.asarray(samples, np.float64), sr))


def swept(samples: FloatArray, sr: int, octaves: float) -> FloatArray:
    """Return a sound that has a sweep.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(channels, n)``, float32.
    sr : int
        Sample rate in Hz.
    octaves : float
        The sweep to reach; see :func:`sweep_octaves`. The nearest that is possible is made.

    Returns
    -------
    numpy.ndarray
        Shape ``(channels, n)``. After the first 60 ms the samples are the same, and lie elsewhere
        by whole samples. A sound without a sweep, or with this one, stays as it is.
    """
    mono = samples.mean(axis=0, dtype=np.float64)
    band = _low_band(mono, sr)
    now = _fall(band)
    if not np.isfinite(now) or abs(now - octaves) < UNHEARD:
        return samples
    start = _start(band)
    low, high = -MOST, MOST
    for _ in range(_HALVINGS):
        bend = (low + high) / 2
        reached = _fall(_played(band, start, bend))
        # Where nothing is left of the late window, the bend is too great.
        if np.isfinite(reached) and reached < octaves:
            low = bend
        else:
            high = bend
    return _bent(samples, sr, round(start * sr / _RATE), (low + high) / 2)


def _low_band(mono: DoubleArray, sr: int) -> _Band:
    """Return the analytic low band of a sound's first 0.3 s, at 4,000 Hz."""
    n = round(_SECONDS * sr)
    spectrum = np.fft.rfft(mono[:n], n)
    bins = round((LOW_HZ + _FADE_HZ) * n / sr)
    hz = np.arange(bins) * sr / n
    gain = np.clip((LOW_HZ + _FADE_HZ - hz) / _FADE_HZ, 0, 1)
    gain *= np.clip((hz - _LEAST_HZ) / _LEAST_HZ, 0, 1)
    band = np.zeros(round(_SECONDS * _RATE), np.complex128)
    band[:bins] = spectrum[:bins] * gain
    out: _Band = np.fft.ifft(band)
    return out


def _start(band: _Band) -> int:
    """Return where the low end begins: at a tenth of its highest magnitude."""
    level = np.abs(band)
    return int((level > 0.1 * level.max(initial=0.0)).argmax())


def _fall(band: _Band) -> float:
    start = _start(band)
    (early, loud), (late, left) = (_frequency(band, start, each) for each in (EARLY, LATE))
    if loud <= 0 or left < _LEAST_LATE * loud or early <= 0 or late <= 0:
        return float("nan")
    return float(np.log2(early / late))


def _frequency(band: _Band, start: int, window: tuple[float, float]) -> tuple[float, float]:
    """Return the power-weighted mean frequency of a window in Hz, and its mean power."""
    first, last = (start + round(each * _RATE) for each in window)
    part = band[first : last + 1]
    if len(part) < 2:
        return 0.0, 0.0
    weight = np.hanning(len(part) + 1)[1:-1]
    turns = (weight * np.conj(part[:-1]) * part[1:]).sum()
    power = float((weight * np.abs(part[:-1]) ** 2).sum() / weight.sum())
    return float(np.angle(turns)) * _RATE / (2 * np.pi), power


def _speed(seconds: DoubleArray, bend: float) -> DoubleArray:
    """Return how much faster a sound is played at times from its start: a falling half cosine."""
    share = np.clip(seconds / SWEPT_SECONDS, 0, 1)
    out: DoubleArray = 2 ** (bend * (1 + np.cos(np.pi * share)) / 2)
    return out


def _played(band: _Band, start: int, bend: float) -> _Band:
    """Return the low band with its start played faster or slower."""
    at = (np.arange(len(band)) - start) / _RATE
    speed = np.where(at < 0, 1.0, _speed(np.maximum(at, 0), bend))
    places = np.concatenate([[0.0], speed[:-1].cumsum()])
    whole = np.minimum(places.astype(int), len(band) - 2)
    share = places - whole
    out: _Band = np.where(
        places < len(band) - 1, (1 - share) * band[whole] + share * band[whole + 1], 0
    )
    return out


def _bent(samples: FloatArray, sr: int, start: int, bend: float) -> FloatArray:
    """Return a sound whose start is played faster or slower, all else by whole samples."""
    n = samples.shape[1]
    length = min(round(SWEPT_SECONDS * sr), max(0, n - start))
    if length < 2:
        return samples
    speed = _speed((np.arange(length) + 0.5) / sr, bend)
    total = speed.sum()
    # So that what follows moves by whole samples, and stays as it is.
    speed *= round(total) / total
    places = start + np.concatenate([[0.0], speed[:-1].cumsum()])
    end = start + round(total)
    rest = samples[:, end:]
    out = np.zeros_like(samples)
    out[:, :start] = samples[:, :start]
    out[:, start : start + length] = _interpolated(samples, places, speed)
    size = min(rest.shape[1], n - start - length)
    out[:, start + length : start + length + size] = rest[:, :size]
    return out


def _interpolated(samples: FloatArray, places: DoubleArray, speed: DoubleArray) -> FloatArray:
    """Return samples between samples, by a windowed sinc that lets nothing alias.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(channels, n)``.
    places, speed : numpy.ndarray
        Shape ``(m,)``: where, and how fast they are passed there. The sinc is as much wider.
    """
    wide = np.maximum(speed, 1.0)
    half = int(np.ceil(_TAPS * wide.max()))
    whole = np.floor(places).astype(int)
    taps = whole[:, None] + np.arange(-half + 1, half + 1)
    off = (taps - places[:, None]) / wide[:, None]
    kernel = np.sinc(off) * np.cos(np.clip(off / _TAPS, -1, 1) * np.pi / 2) ** 2
    kernel /= kernel.sum(axis=1, keepdims=True)
    n = samples.shape[1]
    inside = (taps >= 0) & (taps < n)
    kernel = (kernel * inside).astype(np.float32)
    out: FloatArray = np.einsum("cmt,mt->cm", samples[:, np.clip(taps, 0, n - 1)], kernel)
    return out
