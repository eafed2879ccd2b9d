"""The codes that a model's encoder gives the sounds of a dataset."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.machine import DrumMachine

BATCH: Final = 64
"""Sounds that are encoded together."""


def encode_rows(
    machine: DrumMachine,
    data: Dataset,
    rows: npt.ArrayLike,
    progress: Callable[[int, int], None] | None = None,
) -> FloatArray:
    """Encode sounds of a dataset, each in its own category.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    data : Dataset
        The sounds.
    rows : array_like
        Shape ``(n,)``, rows of the dataset.
    progress : callable, optional
        Called with (sounds done, total).

    Returns
    -------
    numpy.ndarray
        Shape ``(n, latent_dim)``.

    Raises
    ------
    DatasetError
        If the dataset was made with another spec.
    ControlError
        If the model has no such category.
    """
    if data.spec != machine.spec:
        raise DatasetError(
            f"{data.folder}: made with another audio spec than the model's; prepare it again with "
            f"--frames {machine.spec.n_frames}"
        )
    wanted = np.asarray(rows, np.int64)
    codes = np.empty((len(wanted), machine.bundle.latent_dim), np.float32)
    for start in range(0, len(wanted), BATCH):
        chunk = wanted[start : start + BATCH]
        x = machine.scale.forward(data.levels(chunk))
        categories = np.array([machine.index(data.entries[row].category) for row in chunk])
        codes[start : start + BATCH] = machine.networks.encode(x, categories)
        if progress:
            progress(start + len(chunk), len(wanted))
    return codes
