"""Mean and standard deviation of the spectrograms, which scale the generator's input."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from neural_drum_machine.dataset.index import Entry
from neural_drum_machine.dataset.store import release
from neural_drum_machine.signal.mel import log_mel
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.signal.standardisation import STD_FLOOR


def balanced_statistics(
    mels: npt.NDArray[np.float16], entries: Sequence[Entry], spec: AudioSpec
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return mean and standard deviation of each log-mel position over the training sounds.

    Every category has the same weight, as in the class-balanced batches.

    Parameters
    ----------
    mels : numpy.ndarray
        Shape ``(n, n_mels, n_frames)``, magnitudes.
    entries : sequence of Entry
        The line of each sound.
    spec : AudioSpec
        The signal's numbers.

    Returns
    -------
    tuple of numpy.ndarray
        Mean and standard deviation, float32 ``(n_mels, n_frames)``; no deviation is below 0.1.
    """
    first = np.zeros((spec.n_mels, spec.n_frames))
    second = np.zeros_like(first)
    counts = Counter(entry.category for entry in entries if entry.split == "train")
    for i, (mel, entry) in enumerate(zip(mels, entries, strict=True)):
        if i % 512 == 511:
            release(mels)
        if entry.split == "train":
            weight = 1.0 / (counts[entry.category] * len(counts))
            logs = log_mel(mel, spec).astype(np.float64)
            first += weight * logs
            second += weight * logs**2
    std = np.sqrt(np.maximum(second - first**2, 0.0))
    return first.astype(np.float32), np.maximum(std, STD_FLOOR).astype(np.float32)
