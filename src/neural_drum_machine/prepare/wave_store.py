"""Samples of many sounds in one file, so that they need not fit into memory."""

from pathlib import Path

import numpy as np
import numpy.typing as npt


class WaveStore:
    """Samples of many sounds, written in order and then read one sound at a time.

    Parameters
    ----------
    path : Path
        The file; an existing one is overwritten.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ends = [0]
        self._file = path.open("wb")
        self._samples: npt.NDArray[np.int16] | None = None

    def append(self, pcm: npt.NDArray[np.int16]) -> None:
        """Add a sound, int16 ``(n,)``."""
        self._file.write(pcm.tobytes())
        self._ends.append(self._ends[-1] + len(pcm))

    def close(self) -> None:
        """End writing. From now on sounds can be read."""
        self._file.close()

    def __len__(self) -> int:
        """Return the number of sounds."""
        return len(self._ends) - 1

    def __getitem__(self, i: int) -> npt.NDArray[np.int16]:
        """Return a copy of a sound, which can travel to another process."""
        if self._samples is None:
            self._samples = np.memmap(self.path, np.int16, "r")
        return np.array(self._samples[self._ends[i] : self._ends[i + 1]])
