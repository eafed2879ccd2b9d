"""The frame-rate generator, with or without air and fine attack, in NumPy.

:mod:`neural_drum_machine.networks.frames` and :mod:`neural_drum_machine.networks.hits` define it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.inference.layers import (
    Doubling,
    depthwise,
    gelu,
    halve,
    halving_matrix,
    layer_norm,
    linear,
    one_hot,
)
from neural_drum_machine.signal.levels import Levels

Weights = Mapping[str, FloatArray]
Shapes = dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class FrameSizes:
    """Sizes of a frame-rate generator; see :class:`neural_drum_machine.networks.hits.HitConfig`.

    Without air and fine attack, `air_bands`, `attack_bands`, `attack_steps` and `attack_hidden`
    are 0.
    """

    n_mels: int
    n_frames: int
    num_categories: int
    latent_dim: int
    channels: tuple[int, ...]
    hidden: int
    kernel_size: int
    expansion: int
    encoder_blocks: int
    decoder_blocks: int
    air_bands: int = 0
    attack_bands: int = 0
    attack_steps: int = 0
    attack_hidden: int = 0

    @property
    def rows(self) -> int:
        """Values of a frame: the bands of the core and those of the air."""
        return self.n_mels + self.air_bands

    @property
    def attack_size(self) -> int:
        """Number of values of the fine attack."""
        return self.attack_bands * self.attack_steps

    @property
    def padded_frames(self) -> int:
        """Number of frames, padded so that every halving is exact."""
        step = 1 << (len(self.channels) - 1)
        return -(-self.n_frames // step) * step

    @property
    def flat_size(self) -> int:
        """Number of values at the slowest frame rate."""
        return self.channels[-1] * (self.padded_frames >> (len(self.channels) - 1))

    def shapes(self) -> Shapes:
        """Return the names of all weights, ``encoder.`` and ``decoder.``, with their shapes."""
        c = self.channels
        out: Shapes = {
            "encoder.enter.weight": (c[0], self.rows, 1),
            "encoder.norm.weight": (c[-1],),
            "encoder.hidden.weight": (self.hidden, self.flat_size),
            "encoder.leave.weight": (self.latent_dim, self.hidden),
            "decoder.enter.weight": (self.hidden, self.latent_dim + self.num_categories),
            "decoder.hidden.weight": (self.flat_size, self.hidden),
            "decoder.norm.weight": (c[0],),
            "decoder.leave.weight": (self.rows, c[0]),
        }
        for i, (wide, deep) in enumerate(pairwise(c)):
            out[f"encoder.down.{i}.weight"] = (deep, wide, 4)
            out[f"decoder.up.{len(c) - 2 - i}.weight"] = (deep, wide, 4)
        if self.attack_size:
            out["encoder.attack.weight"] = (self.hidden, self.attack_size)
            out["decoder.attack_hidden.weight"] = (self.attack_hidden, self.hidden)
            out["decoder.attack.weight"] = (self.attack_size, self.attack_hidden)
        for name, shape in list(out.items()):
            # A transposed convolution has its output channels second.
            width = shape[1] if name.startswith("decoder.up.") else shape[0]
            out[name.replace(".weight", ".bias")] = (width,)
        for half, blocks, channels in (
            ("encoder", self.encoder_blocks, c),
            ("decoder", self.decoder_blocks, c[::-1]),
        ):
            for level, width in enumerate(channels):
                for block in range(blocks):
                    for part, shape in self._block(width).items():
                        out[f"{half}.levels.{level}.{block}.{part}"] = shape
        return out

    def _block(self, channels: int) -> Shapes:
        middle, table = self.expansion * channels, (self.num_categories, channels)
        return {
            "depthwise.weight": (channels, 1, self.kernel_size),
            "depthwise.bias": (channels,),
            "norm.weight": (channels,),
            "norm.bias": (channels,),
            "gain.weight": table,
            "bias.weight": table,
            "expand.weight": (middle, channels),
            "expand.bias": (middle,),
            "contract.weight": (channels, middle),
            "contract.bias": (channels,),
        }


class _Half:
    """What encoder and decoder share: weights by their names, and residual blocks."""

    def __init__(self, weights: Weights, prefix: str, sizes: FrameSizes) -> None:
        self.sizes = sizes
        self._w = {
            name.removeprefix(prefix): values
            for name, values in weights.items()
            if name.startswith(prefix)
        }

    def linear(self, x: FloatArray, name: str) -> FloatArray:
        weight = self._w[f"{name}.weight"]
        return linear(x, weight[..., 0] if weight.ndim == 3 else weight, self._w[f"{name}.bias"])

    def block(self, x: FloatArray, name: str, category: npt.NDArray[np.int64]) -> FloatArray:
        """Return `x` ``(batch, frames, channels)`` plus the output of a block."""
        w = self._w
        y = depthwise(x, w[f"{name}.depthwise.weight"], w[f"{name}.depthwise.bias"])
        gain = 1 + w[f"{name}.gain.weight"][category]
        bias = w[f"{name}.norm.bias"] * gain + w[f"{name}.bias.weight"][category]
        y = layer_norm(y, (w[f"{name}.norm.weight"] * gain)[:, None], bias[:, None])
        y = self.linear(gelu(self.linear(y, f"{name}.expand")), f"{name}.contract")
        y += x
        return y

    def norm(self, x: FloatArray) -> FloatArray:
        return layer_norm(x, self._w["norm.weight"], self._w["norm.bias"])


class FrameEncoder(_Half):
    """Standardised levels to codes."""

    def __init__(self, weights: Weights, sizes: FrameSizes) -> None:
        super().__init__(weights, "encoder.", sizes)
        self._halving = [
            (halving_matrix(self._w[f"down.{i}.weight"]), self._w[f"down.{i}.bias"])
            for i in range(len(sizes.channels) - 1)
        ]

    def __call__(self, x: Levels, category: npt.NDArray[np.int64]) -> FloatArray:
        """Return the codes ``(batch, latent_dim)`` of levels in batches."""
        sizes = self.sizes
        rows = x.mel if x.air is None else np.concatenate([x.mel, x.air], axis=1)
        batch, _, frames = rows.shape
        y = np.zeros((batch, sizes.padded_frames, sizes.channels[0]), np.float32)
        y[:, :frames] = self.linear(rows.transpose(0, 2, 1), "enter")
        for level in range(len(sizes.channels)):
            if level:
                y = halve(y, *self._halving[level - 1])
            for block in range(sizes.encoder_blocks):
                y = self.block(y, f"levels.{level}.{block}", category)
        hidden = self.linear(self.norm(y).reshape(batch, -1), "hidden")
        if x.attack is not None:
            hidden += self.linear(x.attack.reshape(batch, -1), "attack")
        return self.linear(gelu(hidden), "leave")


class FrameDecoder(_Half):
    """Codes to standardised levels."""

    def __init__(self, weights: Weights, sizes: FrameSizes) -> None:
        super().__init__(weights, "decoder.", sizes)
        self._doubling = [
            Doubling(self._w[f"up.{i}.weight"][None]) for i in range(len(sizes.channels) - 1)
        ]

    def __call__(self, code: FloatArray, category: npt.NDArray[np.int64]) -> Levels:
        """Return levels of codes ``(batch, latent_dim)``, as sounds of `category` ``(batch,)``."""
        sizes = self.sizes
        batch = len(code)
        told = np.concatenate([code, one_hot(category, sizes.num_categories)], axis=1)
        plan = gelu(self.linear(told, "enter"))
        y = self.linear(plan, "hidden").reshape(batch, sizes.channels[-1], -1)
        y = np.ascontiguousarray(y.transpose(0, 2, 1))
        for level in range(len(sizes.channels)):
            if level:
                y = self._doubling[level - 1](y)
                y += self._w[f"up.{level - 1}.bias"]
            for block in range(sizes.decoder_blocks):
                y = self.block(y, f"levels.{level}.{block}", category)
        y = self.norm(y[:, : sizes.n_frames])
        rows: FloatArray = self._w["leave.weight"] @ y.transpose(0, 2, 1)
        rows += self._w["leave.bias"][:, None]
        mel, air = rows[:, : sizes.n_mels], rows[:, sizes.n_mels :]
        if not sizes.attack_size:
            return Levels(mel)
        attack = self.linear(gelu(self.linear(plan, "attack_hidden")), "attack")
        return Levels(mel, air, attack.reshape(batch, sizes.attack_bands, sizes.attack_steps))
