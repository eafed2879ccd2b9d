"""The arithmetic floor: the multiply-adds of a network, and how fast this computer does them."""

import math
import time
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.inference.frames import FrameSizes
from neural_drum_machine.inference.mcnn import McnnSizes
from neural_drum_machine.inference.paper import PaperSizes
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.signal.blas import one_thread

MATRIX: Final = 384
"""Side of the square matrices of the measured product; three of them fit into a core's cache."""


def count_networks(bundle: Bundle) -> tuple[int, int]:
    """Return the multiply-adds of a model's decoder and of its MCNN for one sound.

    Convolutions and matrix products count, activations do not: they have few operations and no
    matrix product to compare with. A transposed convolution counts all its products, also those
    that its padding discards. A model without MCNN has 0 of them.
    """
    sizes = bundle.generator
    decoder = _frames(sizes) if isinstance(sizes, FrameSizes) else _paper(sizes)
    return decoder, _mcnn(bundle.mcnn, bundle.spec.n_frames) if bundle.mcnn else 0


def _frames(sizes: FrameSizes) -> int:
    channels = sizes.channels[::-1]
    total = sizes.hidden * (sizes.latent_dim + sizes.num_categories + sizes.flat_size)
    frames = sizes.padded_frames >> (len(channels) - 1)
    for level, width in enumerate(channels):
        if level:
            total += frames * channels[level - 1] * width * 4
            frames *= 2
        block = width * sizes.kernel_size + 2 * sizes.expansion * width * width
        total += frames * sizes.decoder_blocks * block
    total += sizes.n_frames * channels[-1] * sizes.rows
    return total + sizes.attack_hidden * (sizes.hidden + sizes.attack_size)


def _paper(sizes: PaperSizes) -> int:
    grid = sizes.sizes()[::-1]
    flat = sizes.channels[-1] * math.prod(grid[0])
    widths = (sizes.latent_dim + sizes.num_categories, *sizes.hidden[::-1], flat)
    channels = (*sizes.channels[::-1], 1)
    convolutions = (
        math.prod(size) * c_in * c_out * math.prod(sizes.kernel_size)
        for size, (c_in, c_out) in zip(grid, pairwise(channels), strict=False)
    )
    return sum(a * b for a, b in pairwise(widths)) + sum(convolutions)


def _mcnn(sizes: McnnSizes, frames: int) -> int:
    total, c_in = 0, sizes.n_mels
    for i, c_out in enumerate(sizes.channels):
        total += (frames << i) * c_in * c_out * sizes.heads * sizes.kernel_size
        c_in = c_out
    return total


class MatrixProduct:
    """A product of two square float32 matrices in NumPy, on one thread.

    The same library computes the networks, so its rate here is an upper bound for them.

    Parameters
    ----------
    size : int
        Side of the matrices.
    """

    def __init__(self, size: int = MATRIX) -> None:
        self.multiply_adds = size**3
        rng = np.random.default_rng(0)
        self._a, self._b = (rng.random((size, size), dtype=np.float32) for _ in range(2))

    def run(self) -> npt.NDArray[np.float32]:
        """Return the product of the two factors."""
        with one_thread():
            product: npt.NDArray[np.float32] = self._a @ self._b
        return product

    def seconds(self, multiply_adds: int) -> float:
        """Return how long so many multiply-adds take, in seconds.

        The nearest number of whole products is timed at once. On a busy computer a single product
        would fit between two interruptions, but a render does not.
        """
        count = max(1, round(multiply_adds / self.multiply_adds))
        start = time.perf_counter()
        for _ in range(count):
            self.run()
        return (time.perf_counter() - start) * multiply_adds / (count * self.multiply_adds)
