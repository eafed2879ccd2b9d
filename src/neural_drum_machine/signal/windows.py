"""Windows and fades made of a cosine, in double precision."""

import numpy as np

from neural_drum_machine.arrays import DoubleArray


def hann(n: int) -> DoubleArray:
    """Return the periodic Hann window, shape ``(n,)``."""
    return 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(n) / n)


def rise(n: int) -> DoubleArray:
    """Return half a period of a cosine that rises from 0 and reaches 1 after `n` samples."""
    return 0.5 - 0.5 * np.cos(np.pi * np.arange(n) / n)


def fall(n: int) -> DoubleArray:
    """Return half a period of a cosine that falls from 1 and ends at 0, shape ``(n,)``."""
    return 0.5 + 0.5 * np.cos(np.pi * np.arange(1, n + 1) / n)
