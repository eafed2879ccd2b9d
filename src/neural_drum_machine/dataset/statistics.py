"""Mean and standard deviation of what is learned, which scale the generator's input."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray, FloatArray
from neural_drum_machine.dataset.index import Entry
from neural_drum_machine.dataset.store import release
from neural_drum_machine.signal.standardisation import STD_FLOOR


def balanced_statistics(
    values: npt.NDArray[np.float16],
    entries: Sequence[Entry],
    scale: Callable[[npt.NDArray[np.float16]], npt.NDArray[np.floating]] = np.asarray,
) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of each position over the training sounds.

    Every category has the same weight, as in the class-balanced batches.

    Parameters
    ----------
    values : numpy.ndarray
        Shape ``(n, ...)``.
    entries : sequence of Entry
        The line of each sound.
    scale : callable
        Takes one sound's values and returns those that are averaged, such as their logarithms.

    Returns
    -------
    tuple of numpy.ndarray
        Mean and standard deviation, float32 ``(...)``; no deviation is below 0.1.
    """
    first: DoubleArray = np.zeros(values.shape[1:])
    second = np.zeros_like(first)
    counts = Counter(entry.category for entry in entries if entry.split == "train")
    for i, (value, entry) in enumerate(zip(values, entries, strict=True)):
        if i % 512 == 511:
            release(values)
        if entry.split == "train":
            weight = 1.0 / (counts[entry.category] * len(counts))
            scaled = np.asarray(scale(value), np.float64)
            first += weight * scaled
            second += weight * scaled**2
    std = np.sqrt(np.maximum(second - first**2, 0.0))
    return first.astype(np.float32), np.maximum(std, STD_FLOOR).astype(np.float32)
