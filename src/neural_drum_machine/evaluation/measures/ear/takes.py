"""How evenly loud the takes of one drum are."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from neural_drum_machine.signal.loudness import loudness


def loudness_spread_lu(takes: Iterable[npt.ArrayLike], sr: int) -> float:
    """Return the difference between the loudest and the softest take, at the levels they have.

    Parameters
    ----------
    takes : iterable of array_like
        Each of shape ``(n,)``: hits of one drum at one velocity, as they are played.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        LU, not negative (:func:`neural_drum_machine.signal.loudness.loudness`). A round robin jumps
        audibly from about 1 LU.

    Raises
    ------
    ValueError
        If there are no takes, or one of them is silent.
    """
    values = np.array([loudness(take, sr) for take in takes])
    if not len(values) or not np.isfinite(values).all():
        raise ValueError(f"need takes that sound, got loudnesses {values.tolist()}")
    return float(values.max() - values.min())
