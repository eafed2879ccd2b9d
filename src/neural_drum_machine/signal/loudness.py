"""Loudness of a hit (ITU-R BS.1770-5): K-weighted, the loudest 400 ms.

Programme loudness averages over minutes and leaves out silence; a hit is shorter than one of its
blocks. So a hit is as loud as its loudest block of 400 ms, which EBU Tech 3341 calls the maximum
momentary loudness. A sound shorter than that is followed by silence.
"""

import functools
import math
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray

BLOCK_SECONDS: Final = 0.4
SILENT_LUFS: Final = -120.0
"""Loudness of silence."""
_SHELF_HZ, _SHELF_DB, _SHELF_Q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
_HIGH_PASS_HZ, _HIGH_PASS_Q = 38.13547087602444, 0.5003270373238773
"""The analogue filters of which BS.1770 gives the coefficients at 48 kHz."""


def loudness(x: FloatArray, sr: int) -> float:
    """Return the loudness of a mono hit.

    Parameters
    ----------
    x : numpy.ndarray
        Shape ``(n,)``, full scale 1.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        LUFS; −120 at least. A sine of 997 Hz and full scale that lasts 400 ms has −3.01.
    """
    block = round(BLOCK_SECONDS * sr)
    n_fft = 1 << (len(x) + block - 1).bit_length()
    y = np.fft.irfft(np.fft.rfft(x, n_fft) * _k_weighting(n_fft, sr), n_fft)[: len(x) + block]
    power = np.concatenate([[0.0], np.cumsum(np.square(y, dtype=np.float64))])
    most = float((power[block:] - power[:-block]).max()) / block
    return max(SILENT_LUFS, -0.691 + 10 * math.log10(max(most, 1e-30)))


@functools.lru_cache(maxsize=16)
def _k_weighting(n_fft: int, sr: int) -> npt.NDArray[np.complex64]:
    """Return the response of both filters at the bins of a transform, shape ``(n_fft/2+1,)``."""
    k = math.tan(math.pi * _SHELF_HZ / sr)
    high = 10 ** (_SHELF_DB / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / _SHELF_Q + k * k
    shelf = (
        [
            (high + band * k / _SHELF_Q + k * k) / a0,
            2 * (k * k - high) / a0,
            (high - band * k / _SHELF_Q + k * k) / a0,
        ],
        [1.0, 2 * (k * k - 1) / a0, (1 - k / _SHELF_Q + k * k) / a0],
    )
    k = math.tan(math.pi * _HIGH_PASS_HZ / sr)
    a0 = 1 + k / _HIGH_PASS_Q + k * k
    high_pass = ([1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / a0, (1 - k / _HIGH_PASS_Q + k * k) / a0])
    z = np.exp(-2j * np.pi * np.arange(n_fft // 2 + 1) / n_fft)
    out = np.ones(len(z), complex)
    for over, under in (shelf, high_pass):
        out *= np.polyval(over[::-1], z) / np.polyval(under[::-1], z)
    return out.astype(np.complex64)
