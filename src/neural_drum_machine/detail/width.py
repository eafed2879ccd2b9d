"""Width: a stereo image from a mono sound whose mean is the mono sound."""

from functools import lru_cache
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import ControlError
from neural_drum_machine.signal.full_hit import FULL_SR

_LONGEST_SECONDS: Final = 0.012
_TAPS: Final = 24
_DECAY: Final = 3.0
_LOW_HZ: Final = 300.0
"""What lies below stays in the middle: two ears hear bass as one."""


@lru_cache(maxsize=64)
def _taps(seed: int) -> tuple[tuple[int, np.float32], ...]:
    """Return delays and gains of sparse noise, whose energy is 1."""
    random = np.random.RandomState(seed)
    length = round(_LONGEST_SECONDS * FULL_SR)
    spacing = length / _TAPS
    delays = ((np.arange(_TAPS) + random.random_sample(_TAPS)) * spacing).astype(np.int64)
    gains = random.choice((-1.0, 1.0), _TAPS) * np.exp(-_DECAY * delays / length)
    gains /= np.sqrt(np.square(gains).sum())
    return tuple(zip(delays.tolist(), gains.astype(np.float32), strict=True))


def widen(samples: FloatArray, width: float, seed: int = 0) -> FloatArray:
    """Return a stereo sound.

    The left channel is the sound plus a side signal, the right one the sound minus it. The side
    signal is the sound above 300 Hz through a sparse noise of 12 ms (velvet noise, Alary et al.
    2017): as loud as the sound there at width 1, but with other phases. It begins no earlier than
    the sound.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(n,)``, float32, at 44,100 Hz.
    width : float
        0 (both channels are the sound) to 1.
    seed : int
        Of the sparse noise. The same seed gives the same bytes.

    Returns
    -------
    numpy.ndarray
        Shape ``(2, n)``, float32. The mean of the channels is the sound, but for rounding.

    Raises
    ------
    ControlError
        If the width lies outside 0 to 1.
    """
    if not 0 <= width <= 1:
        raise ControlError(f"width must lie between 0 and 1, got {width!r}")
    side = np.zeros_like(samples)
    if width:
        # The mean around each sample is taken off. The sound waits for that mean's second half, so
        # that the side does not begin before the sound.
        half = round(FULL_SR / _LOW_HZ / 2)
        total = np.cumsum(np.pad(samples, (2 * half + 1, 0)), dtype=np.float64)
        mean = (total[2 * half + 1 :] - total[: -2 * half - 1]) / (2 * half + 1)
        waiting = np.pad(samples, (half, 0))[: len(samples)]
        high = waiting - mean.astype(np.float32)
        for delay, gain in _taps(seed):
            side[delay:] += gain * np.float32(width) * high[: len(high) - delay]
    return np.stack([samples + side, samples - side])
