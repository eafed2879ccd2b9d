"""What a model is measured against: other ways from a mel to a sound, and a sampler."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.dataset.store import Dataset, release
from neural_drum_machine.inverters.griffin_lim import griffin_lim
from neural_drum_machine.signal.spec import DEFAULT_SPEC, AudioSpec

FAST_ITERATIONS = (2, 4, 8, 16, 32)
_CHUNK = 256


def fast_griffin_lim(
    mel: FloatArray, spec: AudioSpec = DEFAULT_SPEC, n_iter: int = 32
) -> FloatArray:
    """Return our own fast Griffin-Lim's inversion, ``(n_samples,)``."""
    return griffin_lim(mel, spec, n_iter=n_iter)[: spec.n_samples]


def nearest_sounds(
    mels: FloatArray,
    data: Dataset,
    rows: npt.NDArray[np.int64],
    progress: Callable[[int, int], None] | None = None,
) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Find the sound of a dataset that lies nearest to each of some spectrograms.

    The measure is SC with the best gain, ``sqrt(1 - cos²)`` of the two mel spectrograms: the
    sampler that returns this sound is the hardest one to beat under that measure.

    Parameters
    ----------
    mels : numpy.ndarray
        Shape ``(n, n_mels, n_frames)``, magnitudes.
    data : Dataset
        The sounds to choose from.
    rows : numpy.ndarray
        Which of them.
    progress : callable, optional
        Called with (rows done, in all).

    Returns
    -------
    nearest : numpy.ndarray
        Shape ``(n,)``: a row of the dataset each.
    distance : numpy.ndarray
        Shape ``(n,)``: SC with the best gain, 0 for a copy at any level, at most 1.
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
