"""The sounding frames of a spectrogram."""

import numpy as np

from neural_drum_machine.arrays import FloatArray

FLOOR_DB = -70.0
"""A sound ends with the last frame that reaches this level, relative to its loudest point."""


def sounding_frames(mel: FloatArray, floor_db: float) -> int:
    """Return the number of frames up to the last one above the floor; 0 for silence.

    Parameters
    ----------
    mel : numpy.ndarray
        Shape ``(n_mels, frames)``, magnitudes.
    floor_db : float
        In dB relative to the loudest point (negative). Minus infinity counts every frame that is
        not silent.
    """
    level = mel.max(axis=0, initial=0.0)
    loud = np.flatnonzero(level > level.max(initial=0.0) * 10 ** (floor_db / 20))
    return int(loud[-1]) + 1 if len(loud) else 0
