"""16-bit samples and their floating-point values."""

from typing import Final

import numpy as np
import numpy.typing as npt

PCM_SCALE: Final = 32767.0


def from_pcm(pcm: npt.NDArray[np.int16]) -> npt.NDArray[np.float32]:
    """Return stored samples as float32, full scale 1."""
    out: npt.NDArray[np.float32] = pcm.astype(np.float32) / np.float32(PCM_SCALE)
    return out
