"""Where a spectrogram sounds."""

import numpy as np

from neural_drum_machine.arrays import FloatArray

FLOOR_DB = -70.0
"""A sound ends with the last frame that has something above this, under its loudest point."""


def sounding_frames(mel: FloatArray, floor_db: float) -> int:
    """Return the number of frames up to the last that is louder than the floor; 0 for silence.

    Parameters
    ----------
    mel : numpy.ndarray
        Shape ``(n_mels, frames)``, magnitudes.
    floor_db : float
        In dB under the loudest point; minus infinity for all that is not silent.
    """
    level = mel.max(axis=0, initial=0.0)
    loud = np.flatnonzero(level > level.max(initial=0.0) * 10 ** (floor_db / 20))
    return int(loud[-1]) + 1 if len(loud) else 0
