"""The paper's generator, two-dimensional convolutions, in NumPy.

:mod:`neural_drum_machine.networks.cwae` defines it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.inference.layers import BATCH_NORM_EPS, linear, one_hot
from neural_drum_machine.signal.levels import Levels


@dataclass(frozen=True, slots=True)
class PaperSizes:
    """Sizes of the paper's generator; see :class:`neural_drum_machine.networks.cwae.CwaeConfig`."""

    n_mels: int
    n_frames: int
    num_categories: int
    latent_dim: int
    channels: tuple[int, ...]
    hidden: tuple[int, ...]
    kernel_size: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]

    def sizes(self) -> list[tuple[int, int]]:
        """Return the sizes (mel, time) from the spectrogram through each convolution."""
        out = [(self.n_mels, self.n_frames)]
        for _ in self.channels:
            mel, time = (
                (size + 2 * p - k) // s + 1
                for size, k, s, p in zip(
                    out[-1], self.kernel_size, self.stride, self.padding, strict=True
                )
            )
            out.append((mel, time))
        return out

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the names of all weights, ``encoder.`` and ``decoder.``, with their shapes."""
        mel, time = self.sizes()[-1]
        flat = self.channels[-1] * mel * time
        out: dict[str, tuple[int, ...]] = {}
        widths = (flat, *self.hidden, self.latent_dim)
        for i, (a, b) in enumerate(pairwise(widths)):
            out[f"encoder.linears.{i}.weight"] = (b, a)
            out[f"encoder.linears.{i}.bias"] = (b,)
        widths = (self.latent_dim + self.num_categories, *self.hidden[::-1], flat)
        for i, (a, b) in enumerate(pairwise(widths)):
            out[f"decoder.linears.{i}.weight"] = (b, a)
            out[f"decoder.linears.{i}.bias"] = (b,)
        for i, (a, b) in enumerate(pairwise((1, *self.channels))):
            out[f"encoder.convs.{i}.weight"] = (b, a, *self.kernel_size)
            self._norm(out, f"encoder.norms.{i}", b)
        channels = (*self.channels[::-1], 1)
        for i, (a, b) in enumerate(pairwise(channels)):
            out[f"decoder.convs.{i}.weight"] = (a, b, *self.kernel_size)
            if b == 1:
                out[f"decoder.convs.{i}.bias"] = (1,)
            if i < len(self.channels) - 1:
                self._norm(out, f"decoder.norms.{i}", b)
        return out

    def _norm(self, out: dict[str, tuple[int, ...]], name: str, channels: int) -> None:
        out[f"{name}.norm.running_mean"] = out[f"{name}.norm.running_var"] = (channels,)
        out[f"{name}.gain.weight"] = out[f"{name}.bias.weight"] = (self.num_categories, channels)


class _Half:
    """What encoder and decoder share: weights by their names, and the layers between."""

    def __init__(self, weights: Mapping[str, FloatArray], prefix: str, sizes: PaperSizes) -> None:
        self.sizes = sizes
        self._w = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
        self._linears = sum(k.startswith("linears.") for k in self._w) // 2

    def linear(self, x: FloatArray, i: int) -> FloatArray:
        return linear(x, self._w[f"linears.{i}.weight"], self._w[f"linears.{i}.bias"])

    def norm(self, x: FloatArray, i: int, category: npt.NDArray[np.int64]) -> FloatArray:
        """Return `x` ``(batch, mel, time, channels)``, normalised for its category, rectified."""
        w, name = self._w, f"norms.{i}"
        scale = w[f"{name}.gain.weight"][category] / np.sqrt(
            w[f"{name}.norm.running_var"] + BATCH_NORM_EPS
        )
        shift = w[f"{name}.bias.weight"][category] - w[f"{name}.norm.running_mean"] * scale
        x = x * scale[:, None, None] + shift[:, None, None]
        return np.maximum(x, 0, out=x)


class PaperEncoder(_Half):
    """Standardised log-mels to codes."""

    def __init__(self, weights: Mapping[str, FloatArray], sizes: PaperSizes) -> None:
        super().__init__(weights, "encoder.", sizes)

    def __call__(self, x: Levels, category: npt.NDArray[np.int64]) -> FloatArray:
        """Return the codes ``(batch, latent_dim)`` of levels in batches."""
        sizes = self.sizes
        y = np.ascontiguousarray(x.mel[..., None], np.float32)
        (down, along), (top, left) = sizes.stride, sizes.padding
        for i in range(len(sizes.channels)):
            padded = np.pad(y, ((0, 0), (top, top), (left, left), (0, 0)))
            kernel = self._w[f"convs.{i}.weight"]
            views = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape[2:], axis=(1, 2))
            views = views[:, ::down, ::along]
            y = np.tensordot(views, kernel, axes=((3, 4, 5), (1, 2, 3))).astype(np.float32)
            y = self.norm(y, i, category)
        flat = y.transpose(0, 3, 1, 2).reshape(len(y), -1)
        for i in range(self._linears):
            flat = self.linear(flat, i)
            if i < self._linears - 1:
                flat = np.maximum(flat, 0)
        return flat


class PaperDecoder(_Half):
    """Codes to standardised log-mels."""

    def __init__(self, weights: Mapping[str, FloatArray], sizes: PaperSizes) -> None:
        super().__init__(weights, "decoder.", sizes)

    def __call__(self, code: FloatArray, category: npt.NDArray[np.int64]) -> Levels:
        """Return levels of codes ``(batch, latent_dim)``, as sounds of `category` ``(batch,)``."""
        sizes = self.sizes
        x = np.concatenate([code, one_hot(category, sizes.num_categories)], axis=1)
        for i in range(self._linears):
            x = np.maximum(self.linear(x, i), 0)
        grid = sizes.sizes()[::-1]
        y = x.reshape(len(x), sizes.channels[-1], *grid[0]).transpose(0, 2, 3, 1)
        for i, size in enumerate(grid[1:]):
            y = self._enlarge(y, i, size)
            if i < len(sizes.channels) - 1:
                y = self.norm(y, i, category)
        return Levels(y[..., 0] + self._w[f"convs.{len(sizes.channels) - 1}.bias"])

    def _enlarge(self, x: FloatArray, i: int, size: tuple[int, int]) -> FloatArray:
        """Return a transposed convolution of `x`, of a given size: every tap is added in turn."""
        kernel = self._w[f"convs.{i}.weight"]
        (down, along), (top, left) = self.sizes.stride, self.sizes.padding
        batch, mel, time, _ = x.shape
        _, c_out, high, wide = kernel.shape
        whole = (
            max((mel - 1) * down + high, top + size[0]),
            max((time - 1) * along + wide, left + size[1]),
        )
        out = np.zeros((batch, *whole, c_out), np.float32)
        taps = x @ kernel.reshape(len(kernel), -1)
        taps = taps.reshape(batch, mel, time, c_out, high, wide)
        for k in range(high):
            rows = slice(k, k + (mel - 1) * down + 1, down)
            for j in range(wide):
                columns = slice(j, j + (time - 1) * along + 1, along)
                out[:, rows, columns] += taps[..., k, j]
        return out[:, top : top + size[0], left : left + size[1]]
