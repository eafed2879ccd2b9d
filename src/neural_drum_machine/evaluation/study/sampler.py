"""A sampler as a competitor: it answers with the nearest sound of the training set."""

from collections.abc import Callable

import numpy as np

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.dataset.store import Dataset, release

_CHUNK = 256


def nearest_sounds(
    mels: FloatArray,
    data: Dataset,
    rows: IntArray,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[IntArray, FloatArray]:
    """Find the sound of a dataset that is nearest to each of some spectrograms.

    The measure is best-gain SC, which is ``sqrt(1 - cos²)`` of two mel spectrograms. No other
    choice of sounds has a smaller one, so this sampler is the hardest to beat in this measure.

    Parameters
    ----------
    mels : numpy.ndarray
        Shape ``(n, n_mels, n_frames)``, magnitudes.
    data : Dataset
        The sounds to choose from.
    rows : numpy.ndarray
        Shape ``(m,)``, their rows.
    progress : callable, optional
        Called with (rows done, total).

    Returns
    -------
    nearest : numpy.ndarray
        Shape ``(n,)``, rows of the dataset.
    distance : numpy.ndarray
        Shape ``(n,)``, best-gain SC: 0 for a copy at any level, at most 1.
    """
    wanted = mels.reshape(len(mels), -1).astype(np.float32)
    wanted /= np.maximum(np.linalg.norm(wanted, axis=1, keepdims=True), 1e-12)
    best = np.full(len(mels), -1.0, np.float32)
    nearest = np.full(len(mels), -1, np.int64)
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        known = data.mels[chunk].reshape(len(chunk), -1).astype(np.float32)
        known /= np.maximum(np.linalg.norm(known, axis=1, keepdims=True), 1e-12)
        cosine = wanted @ known.T
        winner = cosine.argmax(axis=1)
        value = cosine[np.arange(len(mels)), winner]
        better = value > best
        best[better], nearest[better] = value[better], chunk[winner[better]]
        release(data.mels)
        if progress:
            progress(min(start + _CHUNK, len(rows)), len(rows))
    distance: FloatArray = np.sqrt(np.maximum(1 - np.square(np.clip(best, 0, 1)), 0))
    return nearest, distance


def nearest_training_sounds(mels: FloatArray, data: Dataset) -> list[FloatArray]:
    """Return the samples ``(n_samples,)`` of the training sound nearest to each spectrogram.

    Parameters
    ----------
    mels, data
        As for :func:`nearest_sounds`.
    """
    nearest, _ = nearest_sounds(mels, data, data.rows("train"))
    return [data.wave(int(row)) for row in nearest]
