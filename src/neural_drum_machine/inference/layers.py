"""Layers of the networks. Frames come before channels, so that every product is one of matrices."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray

_GELU: Final = np.float32(-2 * math.sqrt(2 / math.pi))
_CUBIC: Final = np.float32(0.044715) * _GELU
LAYER_NORM_EPS: Final = np.float32(1e-5)
BATCH_NORM_EPS: Final = np.float32(1e-5)


def gelu(x: FloatArray) -> FloatArray:
    """Return GELU's tanh approximation (Hendrycks and Gimpel 2016), as ``x / (1 + exp(-2 u))``."""
    y = x * x
    y *= _CUBIC
    y += _GELU
    y *= x
    # Far below zero exp is infinite, and x / inf is the right answer.
    with np.errstate(over="ignore"):
        np.exp(y, out=y)
    y += 1
    np.divide(x, y, out=y)
    return y


def elu(x: FloatArray) -> FloatArray:
    """Return ``x`` above zero and ``exp(x) - 1`` below it."""
    y = np.minimum(x, 0)
    np.exp(y, out=y)
    y -= 1
    y += np.maximum(x, 0)
    return y


def linear(x: FloatArray, weight: FloatArray, bias: FloatArray) -> FloatArray:
    """Return ``x @ weight.T + bias`` of rows `x` ``(..., in)``; `weight` is ``(out, in)``."""
    y: FloatArray = x @ weight.T
    y += bias
    return y


def layer_norm(x: FloatArray, gain: FloatArray, bias: FloatArray) -> FloatArray:
    """Return `x` ``(..., channels)`` with mean 0 and variance 1 over its channels, then scaled."""
    y: FloatArray = x - x.mean(axis=-1, keepdims=True)
    variance = np.einsum("...c,...c->...", y, y)[..., None] / np.float32(x.shape[-1])
    y *= 1 / np.sqrt(variance + LAYER_NORM_EPS)
    y *= gain
    y += bias
    return y


def depthwise(x: FloatArray, weight: FloatArray, bias: FloatArray) -> FloatArray:
    """Return each channel of `x` ``(batch, frames, channels)`` filtered by a kernel of its own.

    `weight` is ``(channels, 1, width)`` with an odd width. The frames stay as many.
    """
    width = weight.shape[-1]
    frames = x.shape[1]
    padded = pad_frames(x, width // 2, width // 2)
    y: FloatArray = padded[:, :frames] * weight[:, 0, 0]
    for i in range(1, width):
        y += padded[:, i : i + frames] * weight[:, 0, i]
    y += bias
    return y


def pad_frames(x: FloatArray, before: int, after: int) -> FloatArray:
    """Return `x` ``(batch, frames, channels)`` with frames of zeros before and after it."""
    batch, frames, channels = x.shape
    out = np.zeros((batch, before + frames + after, channels), np.float32)
    out[:, before : before + frames] = x
    return out


def windows(x: FloatArray, width: int) -> FloatArray:
    """Return each run of `width` frames of `x` as a row, ``(batch, n, width * channels)``."""
    batch, frames, channels = x.shape
    view = np.lib.stride_tricks.as_strided(
        x, (batch, frames - width + 1, width * channels), x.strides, writeable=False
    )
    return view


def halving_matrix(weight: FloatArray) -> FloatArray:
    """Return the matrix of a convolution of width 4 and stride 2 for rows of four frames.

    `weight` is ``(out, in, 4)``; the result is ``(4 * in, out)``.
    """
    c_out, c_in, width = weight.shape
    out: FloatArray = weight.transpose(2, 1, 0).reshape(width * c_in, c_out)
    return np.ascontiguousarray(out)


def halve(x: FloatArray, matrix: FloatArray, bias: FloatArray) -> FloatArray:
    """Return `x` ``(batch, frames, channels)`` at half its frame rate; padded by a frame."""
    rows = windows(pad_frames(x, 1, 1), 4)[:, ::2]
    y: FloatArray = rows @ matrix
    y += bias
    return y


class Doubling:
    """A transposed convolution with stride 2 that makes two frames of each frame.

    Its padding is ``(width - 1) // 2``; its output padding makes the number of frames exact.

    Parameters
    ----------
    weight : numpy.ndarray
        Shape ``(groups, in, out, width)``.
    """

    def __init__(self, weight: FloatArray) -> None:
        groups, _, self.c_out, width = weight.shape
        padding = (width - 1) // 2
        self._parts = []
        for odd in (0, 1):
            # Tap `odd + padding - 2 d` of the frame at distance d reaches this one.
            first, last = -((width - 1 - odd - padding) // 2), (odd + padding) // 2
            taps = [odd + padding - 2 * d for d in range(first, last + 1)]
            matrix = weight[..., taps].transpose(0, 3, 1, 2).reshape(groups, -1, self.c_out)
            self._parts.append((first, last, np.ascontiguousarray(matrix)))
        self._before = max(-first for first, _, _ in self._parts)
        self._after = max(last for _, last, _ in self._parts)

    def __call__(self, x: FloatArray) -> FloatArray:
        """Return `x` ``(batch or groups, frames, in)`` at twice its frame rate."""
        batch, frames, _ = x.shape
        padded = pad_frames(x, self._before, self._after)
        out = np.empty((batch, frames, 2, self.c_out), np.float32)
        for odd, (first, last, matrix) in enumerate(self._parts):
            start = self._before + first
            rows = windows(padded, last - first + 1)[:, start : start + frames]
            np.matmul(rows, matrix, out=out[:, :, odd])
        return out.reshape(batch, 2 * frames, self.c_out)


def one_hot(category: npt.NDArray[np.int64], num_categories: int) -> FloatArray:
    """Return one-hot rows ``(batch, num_categories)`` of categories ``(batch,)``."""
    out = np.zeros((len(category), num_categories), np.float32)
    out[np.arange(len(category)), category] = 1
    return out
