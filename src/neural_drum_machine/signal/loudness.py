"""Loudness: the level of a sound as an ear weighs it."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray

BLOCK_SECONDS = 0.4
STEP_SECONDS = 0.1
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
_OFFSET = -0.691
"""Makes a sine of 997 Hz at full scale, on one channel, −3.01 LUFS."""


def k_weighting(sr: int) -> tuple[tuple[DoubleArray, DoubleArray], ...]:
    """Return the two filters of K-weighting as pairs of coefficients (numerator, denominator).

    The recommendation lists them for 48 kHz. For other rates they follow from the same analogue
    filters by the bilinear transform (De Man 2014, "Evaluation of implementations of the EBU R128
    loudness measurement").

    Parameters
    ----------
    sr : int
        Sample rate in Hz.
    """
    k, q = np.tan(np.pi * 1681.974450955533 / sr), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    scale = 1 + k / q + k * k
    shelf = (
        np.array([high + middle * k / q + k * k, 2 * (k * k - high), high - middle * k / q + k * k])
        / scale,
        np.array([scale, 2 * (k * k - 1), 1 - k / q + k * k]) / scale,
    )
    k, q = np.tan(np.pi * 38.13547087602444 / sr), 0.5003270373238773
    scale = 1 + k / q + k * k
    high_pass = (
        np.array([1.0, -2.0, 1.0]),
        np.array([scale, 2 * (k * k - 1), 1 - k / q + k * k]) / scale,
    )
    return shelf, high_pass


@lru_cache(maxsize=8)
def _response(sr: int, n: int) -> npt.NDArray[np.complex64]:
    z = np.exp(-2j * np.pi * np.arange(n // 2 + 1) / n)
    response = np.ones(len(z), np.complex128)
    for numerator, denominator in k_weighting(sr):
        response *= np.polyval(numerator[::-1], z) / np.polyval(denominator[::-1], z)
    return response.astype(np.complex64)


def loudness(samples: npt.ArrayLike, sr: int) -> float:
    """Return the integrated loudness of a mono sound (ITU-R BS.1770-4).

    The sound is K-weighted. Its mean power is taken over the blocks of 0.4 s, one every 0.1 s, that
    exceed −70 LUFS and lie at most 10 LU under their mean. A shorter sound is padded with silence
    to one block: the ear, too, integrates for that long, so a short hit is softer than a long one.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``, full scale 1.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        LUFS; minus infinity for a sound under −70 LUFS.
    """
    power = _block_powers(samples, sr)
    kept = power[power > 10 ** ((ABSOLUTE_GATE_LUFS - _OFFSET) / 10)]
    if not len(kept):
        return -np.inf
    kept = kept[kept > kept.mean() * 10 ** (RELATIVE_GATE_LU / 10)]
    return float(_OFFSET + 10 * np.log10(kept.mean()))


def momentary_loudness(samples: npt.ArrayLike, sr: int) -> float:
    """Return the loudness of the loudest 0.4 s of a sound (ITU-R BS.1771), in LUFS.

    Unlike :func:`loudness` it has no gate, so it goes smoothly where a sound gets longer.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``, full scale 1.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        LUFS; minus infinity for silence.
    """
    power = float(_block_powers(samples, sr).max())
    return float(_OFFSET + 10 * np.log10(power)) if power > 0 else -np.inf


def momentary_loudness_of(spectrum: npt.NDArray[np.complexfloating], n: int, sr: int) -> float:
    """Return the momentary loudness of a sound whose spectrum is known, in LUFS.

    As :func:`momentary_loudness`; of a sound of less than a block, what the filters add after its
    end counts, too, which is less than 0.01 LU.

    Parameters
    ----------
    spectrum : numpy.ndarray
        Shape ``(size // 2 + 1,)``, of the sound with at least 50 ms of silence after it.
    n : int
        Samples of the sound.
    sr : int
        Sample rate in Hz.
    """
    size, block = 2 * (len(spectrum) - 1), round(BLOCK_SECONDS * sr)
    weighted = spectrum * _response(sr, size)
    if n > block:
        power = float(_powers_of(np.fft.irfft(weighted, size)[:n], sr).max())
    else:  # all of it lies in one block, and by Parseval's theorem its energy is here
        energy = np.square(weighted.real) + np.square(weighted.imag)
        power = float(2 * energy.sum(dtype=np.float64)) / size / block
    return float(_OFFSET + 10 * np.log10(power)) if power > 0 else -np.inf


def _block_powers(samples: npt.ArrayLike, sr: int) -> DoubleArray:
    """Return the K-weighted power of each block of a sound, at least one."""
    x = np.asarray(samples, np.float32)
    block = round(BLOCK_SECONDS * sr)
    length = max(len(x), block)
    # The filters are applied by their frequency response. Their own decay, some 50 ms, fits into
    # the padding, so nothing comes round to the start.
    # Multiples of 4,096 have few factors, so their transforms are fast.
    size = -(-(length + block // 4) // 4096) * 4096
    weighted = np.fft.irfft(np.fft.rfft(x, size) * _response(sr, size), size)[:length]
    return _powers_of(weighted, sr)


def _powers_of(weighted: npt.NDArray[np.floating], sr: int) -> DoubleArray:
    """Return the power of each block of a sound that was weighted, of at least one block."""
    block, step = round(BLOCK_SECONDS * sr), round(STEP_SECONDS * sr)
    length = len(weighted)
    total = np.concatenate([[0.0], np.square(weighted, dtype=np.float64).cumsum()])
    starts = np.arange(0, length - block + 1, step)
    out: DoubleArray = np.maximum(total[starts + block] - total[starts], 0) / block
    return out
