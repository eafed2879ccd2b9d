"""MCNN, the paper's inverter, in NumPy; :mod:`neural_drum_machine.networks.mcnn` defines it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.inference.layers import Doubling, elu


@dataclass(frozen=True, slots=True)
class McnnSizes:
    """Sizes of MCNN; see :class:`neural_drum_machine.networks.mcnn.McnnConfig`."""

    n_mels: int
    heads: int
    channels: tuple[int, ...]
    kernel_size: int

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the names of all weights with their shapes."""
        shapes: dict[str, tuple[int, ...]] = {
            "mcnn.head_weights": (self.heads,),
            "mcnn.softsign_scale": (2,),
        }
        c_in = self.n_mels
        for i, c_out in enumerate(self.channels):
            # The heads are groups, but for the first layer, which gives all of them the same mel.
            width = c_out * self.heads if i == 0 else c_out
            shapes[f"mcnn.layers.{i}.weight"] = (c_in, width, self.kernel_size)
            c_in = c_out * self.heads
        return shapes


class Mcnn:
    """Mel magnitudes to waveforms and mask logits."""

    def __init__(self, weights: Mapping[str, FloatArray], sizes: McnnSizes) -> None:
        self.sizes = sizes
        self._layers = []
        for i in range(len(sizes.channels)):
            weight = weights[f"mcnn.layers.{i}.weight"]
            groups = sizes.heads if i else 1
            self._layers.append(Doubling(weight.reshape(groups, -1, *weight.shape[1:])))
        self._head_weights = weights["mcnn.head_weights"]
        self._scale = weights["mcnn.softsign_scale"]

    def __call__(self, mel: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the unmasked waveform and the mask's logits of one sound.

        Parameters
        ----------
        mel : numpy.ndarray
            Shape ``(n_mels, frames)``, magnitudes.

        Returns
        -------
        waveform, mask_logits : numpy.ndarray
            Shape ``(frames * 2 ** layers,)``.
        """
        x = self._layers[0](np.ascontiguousarray(mel.T)[None])[0]
        # From (samples, heads * channels) to (heads, samples, channels).
        x = x.reshape(len(x), self.sizes.heads, -1).transpose(1, 0, 2)
        for layer in self._layers[1:]:
            x = layer(elu(np.ascontiguousarray(x)))
        signal = np.einsum("htc,h->tc", x[..., :1], self._head_weights)[:, 0]
        a, b = self._scale
        return a * signal / (1 + np.abs(b * signal)), x[..., 1].sum(axis=0)
