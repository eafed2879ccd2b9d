"""The audio classifier that names a sound when its name says nothing.

A small convolutional network with twelve classes: the eleven categories and "other".
``scripts/train_labeller`` trains it on the open dataset (recordings and derived sounds) and on
other instruments of the same sources.
"""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Self

import numpy as np
import numpy.typing as npt

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.inference.classifier import Classifier
from neural_drum_machine.prepare.labelling.classes import CLASSES, OTHER


@dataclass(frozen=True, slots=True)
class Guess:
    """A prediction: the most probable class, its probability, and the second class."""

    category: str
    confidence: float
    second: str

    @property
    def doubt(self) -> str:
        """Why the prediction is not used, as written into ``unsure.csv``."""
        return "sounds like none of the eleven" if self.category == OTHER else "not sure enough"

    def is_sure(self, min_confidence: float) -> bool:
        """Return whether it names a category with at least this probability."""
        return self.category != OTHER and self.confidence >= min_confidence

    @classmethod
    def of(cls, probabilities: npt.NDArray[np.float32]) -> "Guess":
        """Return the prediction from the probabilities of :data:`CLASSES`, shape ``(12,)``."""
        order = np.argsort(-probabilities, kind="stable")
        best, second = int(order[0]), int(order[1])
        return cls(CLASSES[best], float(probabilities[best]), CLASSES[second])


@cache
def _file() -> bytes:
    path = resources.files("neural_drum_machine") / "weights" / "labeller.npz"
    try:
        return path.read_bytes()
    except OSError as error:
        raise DatasetError(
            f"{path}: cannot be read ({error.strerror}); install the package again"
        ) from error


class Labeller:
    """The network, computed by NumPy.

    Parameters
    ----------
    model : bytes
        A file of arrays (``.npz``) with the weights of
        :class:`~neural_drum_machine.inference.classifier.Classifier`.

    Raises
    ------
    DatasetError
        If the weights are damaged.
    """

    def __init__(self, model: bytes) -> None:
        try:
            with np.load(io.BytesIO(model), allow_pickle=False) as weights:
                self._network = Classifier(weights)
        except (EOFError, LookupError, OSError, ValueError, zipfile.BadZipFile) as error:
            raise DatasetError(
                f"the labeller in the package is damaged ({error}); install the package again"
            ) from error

    @classmethod
    @cache
    def load(cls) -> Self:
        """Return the network that the package contains.

        Raises
        ------
        DatasetError
            If it is missing or damaged.
        """
        return cls(_file())

    @staticmethod
    def fingerprint() -> str:
        """Return 16 hex digits that name the version: the start of the file's SHA-256."""
        return hashlib.sha256(_file()).hexdigest()[:16]

    def probabilities(self, thumbnails: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the probability of each of :data:`CLASSES`.

        Parameters
        ----------
        thumbnails : numpy.ndarray
            Shape ``(n, 64, 86)``, from
            :func:`~neural_drum_machine.prepare.recordings.thumbnail.thumbnail`.

        Returns
        -------
        numpy.ndarray
            Shape ``(n, 12)``, float32; rows sum to 1.
        """
        return self._network.probabilities(self._network.features(thumbnails))

    def features_and_probabilities(
        self, thumbnails: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return what the last layer sees, ``(n, 192)``, and the probabilities, ``(n, 12)``."""
        features = self._network.features(thumbnails)
        return features, self._network.probabilities(features)
