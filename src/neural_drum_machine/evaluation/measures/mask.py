"""Mask accuracy: how well MCNN's mask finds the end of a sound."""

import numpy as np
import numpy.typing as npt


def mask_accuracy(mask_logits: npt.ArrayLike, length: int) -> float:
    """Return the share of samples that a mask puts on the correct side of a sound's end.

    Parameters
    ----------
    mask_logits : array_like
        Shape ``(n,)``. A value above 0 means inside the sound (paper, section 3.2).
    length : int
        Number of samples that belong to the sound.

    Returns
    -------
    float
        Share, 0 to 1.
    """
    predicted = np.asarray(mask_logits) > 0
    return float((predicted == (np.arange(len(predicted)) < length)).mean())
