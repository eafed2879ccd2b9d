"""Latent codes of a dataset's training sounds, from which controls and prior are fitted."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.export.trained import Trained

_BATCH: Final = 64


def training_codes(
    trained: Trained, data: Dataset, progress: Callable[[int, int], None] | None = None
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Encode the training sounds of a dataset.

    Parameters
    ----------
    trained : Trained
        The generator.
    data : Dataset
        The sounds.
    progress : callable, optional
        Called with (sounds done, number of sounds).

    Returns
    -------
    codes : numpy.ndarray
        Shape ``(n, latent_dim)``, in the order of ``data.rows("train")``.
    categories : numpy.ndarray
        Shape ``(n,)``, each sound's index in ``CATEGORIES``.
    """
    rows = data.rows("train")
    categories = np.array([CATEGORIES.index(data.entries[row].category) for row in rows])
    codes = []
    for start in range(0, len(rows), _BATCH):
        chunk = slice(start, start + _BATCH)
        x = trained.scale.forward(data.levels(rows[chunk]))
        codes.append(trained.networks.encode(x, categories[chunk]))
        if progress:
            progress(min(start + _BATCH, len(rows)), len(rows))
    return np.concatenate(codes), categories


def representative(
    categories: npt.NDArray[np.int64], preferred: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Select the sounds that represent each category: the preferred ones, if there are enough.

    Parameters
    ----------
    categories : numpy.ndarray
        Shape ``(n,)``.
    preferred : numpy.ndarray
        Shape ``(n,)``. A category with fewer than two preferred sounds is represented by all its
        sounds.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``, bool.
    """
    enough = np.bincount(categories[preferred], minlength=len(CATEGORIES)) >= 2
    out: npt.NDArray[np.bool_] = preferred | ~enough[categories]
    return out
