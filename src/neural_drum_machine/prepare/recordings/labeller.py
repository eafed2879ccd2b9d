"""The audio classifier that names a sound when its name says nothing.

A small convolutional network, trained by ``scripts/train_labeller`` on the open dataset (real and
made sounds) and, as its twelfth class, on other instruments of the same sources.
"""

import hashlib
from functools import cache
from importlib import resources
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.recordings.scan import OTHER

CLASSES: Final = (*CATEGORIES, OTHER)
"""What it tells apart: the eleven categories and anything else."""


@cache
def _file() -> bytes:
    path = resources.files("neural_drum_machine") / "weights" / "labeller.onnx"
    try:
        return path.read_bytes()
    except OSError as error:
        raise DatasetError(
            f"{path}: cannot be read ({error.strerror}); install the package again"
        ) from error


class Labeller:
    """Gives the probability of each class; runs on one thread."""

    def __init__(self, model: bytes) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session: Any = ort.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime has no common class for these
            raise DatasetError(
                f"the labeller in the package is damaged ({error}); install the package again"
            ) from error

    @classmethod
    @cache
    def load(cls) -> Self:
        """Return the one in the package.

        Raises
        ------
        DatasetError
            If it is missing or damaged.
        """
        return cls(_file())

    @staticmethod
    def fingerprint() -> str:
        """Return what tells one version from another: the start of the file's SHA-256."""
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
            Shape ``(n, 12)``, float32, rows sum to 1.
        """
        out: npt.NDArray[np.float32] = self._session.run(None, {"mel": thumbnails})[0]
        return out
