"""A second hit in a sound: it falls silent, and rises again."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.signal.onset import RISE_DB

SILENT_DB: Final = -40.0
SILENT_SECONDS: Final = 0.03
"""A hit has fallen silent when it stays so far under its loudest level for so long."""


@dataclass(frozen=True, slots=True)
class SecondHit:
    """A second hit after the first has fallen silent.

    Attributes
    ----------
    silent_from : float
        Seconds after the onset at which the first hit has fallen silent.
    begins : float
        Seconds after the onset at which the second is within 26 dB of the loudest level.
    db : float
        Its loudest level relative to the first hit's.
    """

    silent_from: float
    begins: float
    db: float


def second_hit(level: npt.NDArray[np.float64], hop: int, sr: int) -> SecondHit | None:
    """Return the second hit of a sound that falls silent and rises again.

    Parameters
    ----------
    level : numpy.ndarray
        Level over time from the onset on, from
        :func:`~neural_drum_machine.signal.onset.levels`.
    hop : int
        Samples between its frames.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    SecondHit or None
        The first rise to within 26 dB of the loudest level that follows at least 30 ms under
        −40 dB; None if there is none.
    """
    top = float(level.max(initial=0.0))
    silent = level < top * 10 ** (SILENT_DB / 20)
    loud = np.flatnonzero(level >= top * 10 ** (RISE_DB / 20))
    # Only between two loud frames can it have been silent and risen again.
    count = np.concatenate([[0], np.cumsum(silent)])
    still = (count[loud[1:]] - count[loud[:-1]]) * hop >= SILENT_SECONDS * sr
    if not still.any():
        return None
    last, begins = (int(loud[np.argmax(still) + k]) for k in (0, 1))
    silent_from = last + int(np.argmax(silent[last:begins]))
    step = hop / sr
    db = 20 * math.log10(level[begins:].max() / level[:begins].max())
    return SecondHit(silent_from * step, begins * step, db)
