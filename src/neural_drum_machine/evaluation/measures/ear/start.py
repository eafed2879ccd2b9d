"""How a sound begins: with a click, or softly, or late."""

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray

STEP_SECONDS = 0.0002
"""The largest step is looked for in this stretch. A click is a step; a fast attack takes longer."""
LATE_MS = 20.0
"""A hit whose peak comes later than this is late: it lags behind the beat."""


def _scaled(samples: npt.ArrayLike) -> DoubleArray:
    """Return the sound with a peak of 1, or silence."""
    x = np.asarray(samples, np.float64)
    peak = float(np.abs(x).max(initial=0.0))
    return x / peak if peak > 0 else x


def first_sample(samples: npt.ArrayLike) -> float:
    """Return the magnitude of the first sample, as a share of the peak.

    A sound that does not begin at zero begins with a click.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.

    Returns
    -------
    float
        0 to 1; 0 for silence.
    """
    x = _scaled(samples)
    return float(np.abs(x[0])) if len(x) else 0.0


def largest_step(samples: npt.ArrayLike, sr: int) -> float:
    """Return the largest jump from sample to sample in the first 0.2 ms, as a share of the peak.

    Silence comes before the first sample.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        0 to 2; 0 for silence.
    """
    x = _scaled(samples)[: max(1, round(STEP_SECONDS * sr))]
    return float(np.abs(np.diff(x, prepend=0.0)).max(initial=0.0))


def rise_ms(samples: npt.ArrayLike, sr: int) -> float:
    """Return how long the running peak takes from 10 % to 90 % of the peak, in milliseconds.

    The running peak is the largest magnitude so far. Unlike an envelope over windows
    (:func:`neural_drum_machine.signal.descriptors.attack_time`) it resolves single samples. It
    includes the wait for a crest: a cosine of 50 Hz that begins at its crest has 0 ms, a sine
    3.2 ms.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        Milliseconds; 0 for silence.
    """
    running = np.maximum.accumulate(np.abs(_scaled(samples)))
    if not running.any():
        return 0.0
    low, high = np.searchsorted(running, (0.1, 0.9))
    return float(1000 * (high - low) / sr)


def peak_ms(samples: npt.ArrayLike, sr: int) -> float:
    """Return the place of the largest magnitude in milliseconds from the first sample.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        Milliseconds; 0 for silence. Over :data:`LATE_MS` the hit counts as late.
    """
    x = np.abs(np.asarray(samples, np.float64))
    return float(1000 * x.argmax() / sr) if x.any() else 0.0
