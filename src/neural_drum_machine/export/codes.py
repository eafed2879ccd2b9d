"""Latent codes of a dataset's training sounds, from which controls and prior are fitted."""

import numpy as np
import numpy.typing as npt
import torch

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.networks.generator import Generator
from neural_drum_machine.signal.standardisation import Standardisation

_BATCH = 128


def training_codes(
    cwae: Generator, data: Dataset, standardisation: Standardisation
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Encode the training sounds of a dataset.

    Parameters
    ----------
    cwae : Generator
        The generator, in evaluation mode.
    data : Dataset
        The sounds.
    standardisation : Standardisation
        The generator's.

    Returns
    -------
    codes : numpy.ndarray
        Shape ``(n, latent_dim)``, in the order of ``data.rows("train")``.
    categories : numpy.ndarray
        Shape ``(n,)``, each sound's index in ``CATEGORIES``.
    """
    rows = data.rows("train")
    categories = np.array([CATEGORIES.index(data.entries[row].category) for row in rows])
    parts = -(-len(rows) // _BATCH)
    codes = []
    with torch.inference_mode():
        for chunk, chunk_categories in zip(
            np.array_split(rows, parts), np.array_split(categories, parts), strict=True
        ):
            x = torch.from_numpy(standardisation.forward(data.mels[chunk]))
            codes.append(cwae.encoder(x, torch.from_numpy(chunk_categories)).numpy())
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
