"""Decay error: how differently two sounds fade."""

import numpy.typing as npt

from neural_drum_machine.signal.descriptors import decay_time


def decay_error_ms(target: npt.ArrayLike, estimate: npt.ArrayLike, sr: int) -> float:
    """Return the absolute difference between the times in which two sounds decay by 20 dB.

    Parameters
    ----------
    target, estimate : array_like
        Shape ``(n,)``, samples.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        Milliseconds between the two values of
        :func:`~neural_drum_machine.signal.descriptors.decay_time`.
    """
    return 1000 * abs(decay_time(target, sr) - decay_time(estimate, sr))
