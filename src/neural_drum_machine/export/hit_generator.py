"""The generator of the second generation with its dataset: rows to codes, codes to levels."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

import numpy as np

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.categories import category_index
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import ExportError
from neural_drum_machine.export.trained import Trained
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.training.kept_weights import KeptWeights
from neural_drum_machine.training.warm_start import kept_network

_BATCH: Final = 32


class HitGenerator:
    """A trained generator and the dataset that it was trained on.

    Parameters
    ----------
    trained : Trained
        The network, as a model file will hold it.
    data : Dataset
        The dataset.
    """

    def __init__(self, trained: Trained, data: Dataset) -> None:
        self.trained = trained
        self.data = data

    @classmethod
    def open(cls, weights: Path, data: Dataset) -> Self:
        """Read kept weights.

        Parameters
        ----------
        weights : Path
            Made by ``scripts/keep_weights``.
        data : Dataset
            The dataset that they were trained on.

        Raises
        ------
        TrainingError
            If the file holds no kept weights of a generator.
        ExportError
            If they are of another network, or their sounds have another format.
        """
        run = kept_network(KeptWeights.open(weights), "cwae", data)
        trained = Trained(run, None)
        if trained.kind != "hits":
            raise ExportError(f"{weights}: weights of a network {trained.kind!r}, need 'hits'")
        if run.spec != data.spec:
            raise ExportError(
                f"{weights} and {data.folder} were made with different audio specs; use the "
                "dataset that the weights were trained on"
            )
        return cls(trained, data)

    @property
    def identity(self) -> str:
        """SHA-256 of the weights and the scales as hex digits."""
        return self.trained.identity

    def encode(
        self, rows: IntArray, progress: Callable[[int, int], None] = lambda *_: None
    ) -> FloatArray:
        """Return the codes ``(n, latent_dim)`` of rows of the dataset."""
        codes = []
        for start in range(0, len(rows), _BATCH):
            some = rows[start : start + _BATCH]
            x = self.trained.scale.forward(self.data.levels(some))
            numbers = [category_index(self.data.entries[row].category) for row in some]
            codes.append(self.trained.networks.encode(x, np.array(numbers)))
            progress(min(start + _BATCH, len(rows)), len(rows))
        out: FloatArray = np.concatenate(codes)
        return out

    def decode(self, codes: FloatArray, categories: IntArray) -> Levels:
        """Return the levels of codes, as exemplars need them."""
        return self.trained.scale.inverse(self.trained.networks.decode(codes, categories))
