"""How exactly a residual is kept, and where a recording is quiet."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import ExemplarError
from neural_drum_machine.signal.levels import Levels, floors
from neural_drum_machine.signal.spec import AudioSpec

NEPER_DB: Final = 20 / math.log(10)
"""Decibels in a neper."""
STEPS_UNIT: Final = 1024
"""A step is a whole number of a neper divided by this."""
FLOOR_NEPERS: Final = 0.7
"""A cell this near to the logarithm's floor counts as quiet: half of it or more is the floor."""
COARSER_EVERY_DB: Final = 18.0
"""Steps double every so many decibels under :attr:`Precision.coarse_db`."""
LEAST_AROUND: Final = 0.3
"""Share of loud cells among a cell, two bands above and below, and the frames beside them."""
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Precision:
    """How exactly a residual is kept.

    Attributes
    ----------
    step : float
        Nepers between two values, 1/1024 to 1; an error is at most half of it.
    coarse_db : float
        Cells this far under the loudest of their part have steps of twice the size, and again twice
        the size every 18 dB further down.
    quiet_db : float
        Cells this far under the loudest are soft. Where most of the cells around are soft, a cell
        is quiet, and comes back silent.
    """

    step: float = 0.125
    coarse_db: float = 36.0
    quiet_db: float = 72.0

    def multiples(self, recording: FloatArray) -> FloatArray:
        """Return the size of each cell's steps: 1, 2, 4 … times :attr:`step`; see above."""
        under = (recording.max() - recording) * NEPER_DB - self.coarse_db
        out: FloatArray = np.exp2(np.clip(np.floor(under / COARSER_EVERY_DB) + 1, 0, 5))
        return out

    def __post_init__(self) -> None:
        """Check the step.

        Raises
        ------
        ExemplarError
            If it is out of range.
        """
        if not 1 <= round(self.step * STEPS_UNIT) <= STEPS_UNIT:
            raise ExemplarError(f"a step lies between 1/1024 and 1 neper, got {self.step!r}")


BANK: Final = Precision()
"""For the exemplars of a bank: some 8 KB each."""
OWN: Final = (
    Precision(1 / 16, 54.0),
    Precision(1 / 12, 45.0),
    BANK,
    Precision(1 / 4),
    Precision(1 / 2),
)
"""For a user's own sound: the first that fits is taken."""


def quiet_cells(recording: Levels, spec: AudioSpec, quiet_db: float) -> list[BoolArray]:
    """Return which cells of each part of a recording are quiet; see :class:`Precision`."""
    out: list[BoolArray] = []
    for part, floor in zip(recording.whole(), floors(spec), strict=True):
        quiet = max(float(part.max()) - quiet_db / NEPER_DB, math.log(floor) + FLOOR_NEPERS)
        # Neither holes in noise nor lone specks in silence: a rise would make both heard.
        around = np.pad(part >= quiet, ((2, 2), (1, 1)), mode="edge")
        windows = np.lib.stride_tricks.sliding_window_view(around, (5, 3))
        few: BoolArray = np.asarray(windows.mean(axis=(2, 3)) < LEAST_AROUND)
        out.append(few)
    return out
