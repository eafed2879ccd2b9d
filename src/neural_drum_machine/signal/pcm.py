"""PCM samples of 16 and 24 bits, and their floating-point values."""

from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray

PCM_SCALE: Final = 32768.0
"""The 16-bit value of full scale, as libsndfile and browsers read it. So a file of 16 bits that is
read and written again keeps its samples."""

PCM24_SCALE: Final = float(1 << 23)
"""The 24-bit value of full scale."""


def to_pcm(samples: npt.ArrayLike) -> npt.NDArray[np.int16]:
    """Return samples as int16, rounded to the nearest step; beyond ±1 they are clipped."""
    rounded = np.round(np.asarray(samples) * PCM_SCALE)
    out: npt.NDArray[np.int16] = np.clip(rounded, -PCM_SCALE, PCM_SCALE - 1).astype(np.int16)
    return out


def to_pcm24(samples: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """Return samples rounded to 24 bits, which are the upper ones of int32; clipped beyond ±1."""
    rounded = np.round(np.asarray(samples, np.float64) * PCM24_SCALE)
    whole = np.clip(rounded, -PCM24_SCALE, PCM24_SCALE - 1).astype(np.int32)
    out: npt.NDArray[np.int32] = whole << 8
    return out


def from_pcm(pcm: npt.NDArray[np.int16]) -> FloatArray:
    """Return int16 samples as float32, full scale 1."""
    out: FloatArray = pcm.astype(np.float32) / np.float32(PCM_SCALE)
    return out
