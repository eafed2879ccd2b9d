"""Per-element standardisation of log-mel spectrograms."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.signal.mel import exp_mel, log_mel
from neural_drum_machine.signal.spec import AudioSpec

STD_FLOOR: Final = 0.1
"""Least deviation a position of the spectrogram is divided by: where nearly every sound has
ended, a smaller one would blow silence's last digits up to the size of a signal."""


@dataclass(frozen=True, slots=True)
class Standardisation:
    """Mean and deviation of each position of the log-mel spectrogram.

    Attributes
    ----------
    mean, std : numpy.ndarray
        Shape ``(n_mels, n_frames)``, float32; `std` is nowhere under 0.1.
    spec : AudioSpec
        Gives the constant inside the logarithm.
    """

    mean: npt.NDArray[np.float32]
    std: npt.NDArray[np.float32]
    spec: AudioSpec

    def forward(self, mel: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """Return standardised log-mel of magnitudes ``(..., n_mels, n_frames)``."""
        out: npt.NDArray[np.float32] = (log_mel(mel, self.spec) - self.mean) / self.std
        return out

    def inverse(self, x: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """Return the mel magnitudes of standardised log-mel, not negative."""
        return exp_mel(np.asarray(x, np.float32) * self.std + self.mean, self.spec)
