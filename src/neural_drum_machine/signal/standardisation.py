"""Standardisation of log-mel spectrograms, each position by its own mean and deviation."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.mel import clip_log_mel, exp_mel, log_mel
from neural_drum_machine.signal.spec import AudioSpec

STD_FLOOR: Final = 0.1
"""Least deviation that a position is divided by. Where nearly every sound has ended, a smaller one
would amplify the last digits of silence to the size of a signal."""


@dataclass(frozen=True, slots=True)
class Standardisation:
    """Mean and standard deviation of each position of a log-mel spectrogram.

    Attributes
    ----------
    mean, std : numpy.ndarray
        Shape ``(n_mels, n_frames)``, float32. No deviation is under :data:`STD_FLOOR`.
    spec : AudioSpec
        Audio format.
    """

    mean: FloatArray
    std: FloatArray
    spec: AudioSpec

    def forward(self, mel: npt.ArrayLike) -> FloatArray:
        """Return the standardised log-mel of magnitudes ``(..., n_mels, n_frames)``."""
        out: FloatArray = (log_mel(mel, self.spec) - self.mean) / self.std
        return out

    def log_mel(self, x: npt.ArrayLike) -> FloatArray:
        """Return the log-mel of standardised values, between silence and the loudest signal."""
        return clip_log_mel(np.asarray(x, np.float32) * self.std + self.mean, self.spec)

    def inverse(self, x: npt.ArrayLike) -> FloatArray:
        """Return the mel magnitudes of standardised log-mel, not negative."""
        return exp_mel(np.asarray(x, np.float32) * self.std + self.mean, self.spec)
