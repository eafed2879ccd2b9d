"""The labeller's network in NumPy; :mod:`neural_drum_machine.networks.classifier` defines it.

Batch normalisation is folded into the convolutions before the weights are stored.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.inference.layers import linear

BLOCKS: Final = 4
"""Each has a strided, a depthwise and a pointwise convolution."""
FIRST_STRIDE: Final = (2, 4)
FIRST_PADDING: Final = (2, 3)
STRIDE: Final = (2, 2)
PADDING: Final = (1, 1)
_BATCH: Final = 32
"""Sounds computed at a time: more would leave the processor's cache."""


def weight_names() -> tuple[str, ...]:
    """Return the names of all arrays of the network."""
    layers = [f"{part}.{i}" for i in range(BLOCKS) for part in ("wide", "depth", "point")]
    arrays = (f"{layer}.{kind}" for layer in (*layers, "out") for kind in ("weight", "bias"))
    return (*arrays, "temperature")


class Classifier:
    """Thumbnails to probabilities of classes, and to the features that decide them.

    Parameters
    ----------
    weights : mapping
        Arrays by the names of :func:`weight_names`: kernels ``(out, in, height, width)``, biases
        ``(out,)``, and the temperature that divides the scores.

    Raises
    ------
    LookupError
        If an array is missing.
    """

    def __init__(self, weights: Mapping[str, FloatArray]) -> None:
        self._w = {name: np.asarray(weights[name], np.float32) for name in weight_names()}

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self._w["out.bias"])

    def features(self, thumbnails: FloatArray) -> FloatArray:
        """Return the mean and the maximum of each pattern over the picture.

        Parameters
        ----------
        thumbnails : numpy.ndarray
            Shape ``(n, 64, 86)``, magnitudes.

        Returns
        -------
        numpy.ndarray
            Shape ``(n, 192)``: the means first, then the maxima.
        """
        parts = [
            self._features(thumbnails[first : first + _BATCH])
            for first in range(0, len(thumbnails), _BATCH)
        ]
        width = self._w["out.weight"].shape[1]
        return np.concatenate(parts) if parts else np.zeros((0, width), np.float32)

    def probabilities(self, features: FloatArray) -> FloatArray:
        """Return the probability of each class from :meth:`features`; rows sum to 1."""
        scores = linear(features, self._w["out.weight"], self._w["out.bias"])
        scores /= self._w["temperature"]
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        return scores

    def _features(self, thumbnails: FloatArray) -> FloatArray:
        logs = np.log(thumbnails[..., None] + np.float32(1e-3))
        # The level of a sound says nothing about its class: the loudest point becomes 5.
        x = (logs - logs.max(axis=(1, 2, 3), keepdims=True) + np.float32(5)) / np.float32(3)
        for i in range(BLOCKS):
            stride, padding = (STRIDE, PADDING) if i else (FIRST_STRIDE, FIRST_PADDING)
            x = self._wide(x, f"wide.{i}", stride, padding)
            np.maximum(x, 0, out=x)
            x = self._depthwise(x, f"depth.{i}")
            point = self._w[f"point.{i}.weight"][..., 0, 0]
            x = linear(x, point, self._w[f"point.{i}.bias"])
            np.maximum(x, 0, out=x)
        return np.concatenate([x.mean(axis=(1, 2)), x.max(axis=(1, 2))], axis=1)

    def _wide(
        self, x: FloatArray, name: str, stride: tuple[int, int], padding: tuple[int, int]
    ) -> FloatArray:
        """Return a convolution of `x` ``(n, height, width, channels)``."""
        kernel = self._w[f"{name}.weight"]
        views = np.lib.stride_tricks.sliding_window_view(
            _padded(x, padding), kernel.shape[2:], axis=(1, 2)
        )
        views = views[:, :: stride[0], :: stride[1]]
        rows = views.reshape(*views.shape[:3], -1)
        return linear(rows, kernel.reshape(len(kernel), -1), self._w[f"{name}.bias"])

    def _depthwise(self, x: FloatArray, name: str) -> FloatArray:
        """Return each channel of `x` filtered by a kernel of its own, of 3 × 3."""
        kernel = self._w[f"{name}.weight"][:, 0]
        padded = _padded(x, (1, 1))
        height, width = x.shape[1:3]
        out = np.zeros_like(x)
        for row in range(3):
            for column in range(3):
                part = padded[:, row : row + height, column : column + width]
                out += part * kernel[:, row, column]
        out += self._w[f"{name}.bias"]
        return out


def _padded(x: FloatArray, padding: tuple[int, int]) -> FloatArray:
    top, left = padding
    return np.pad(x, ((0, 0), (top, top), (left, left), (0, 0)))
