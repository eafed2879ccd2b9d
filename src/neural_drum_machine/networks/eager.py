"""The networks of a model file in eager PyTorch, for benchmarks to compare with ONNX Runtime.

This module must not import ONNX Runtime: the cold start of PyTorch would then include it.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.networks.cwae import CwaeConfig, Decoder
from neural_drum_machine.networks.frames import FrameConfig, FrameDecoder
from neural_drum_machine.networks.mcnn import Mcnn, McnnConfig
from neural_drum_machine.networks.weights import half_state, mcnn_state


class EagerNetworks:
    """Decoder and inverter of a model file, run by PyTorch.

    Has the methods ``decode`` and ``mcnn`` of
    :class:`~neural_drum_machine.model_file.runtime.Networks`.

    Parameters
    ----------
    bundle : Bundle
        The model; its header says how the networks were built.
    weights : bool
        Whether to read the model's weights, which needs the package ``onnx``. Without them, or
        if they do not fit, the weights stay random. Random weights make noise, and take the
        same time.

    Attributes
    ----------
    weights_fit : bool
        Whether the networks have the model's weights.

    Raises
    ------
    KeyError, TypeError, ConfigError
        If the header does not say how the networks were built.
    """

    def __init__(self, bundle: Bundle, weights: bool = True) -> None:
        training = bundle.header["training"]
        self._decoder = _decoder(training["cwae"]["config"]).eval()
        self._mcnn = Mcnn(McnnConfig(**_sizes(training["mcnn"]["config"]["model"]))).eval()
        self.weights_fit = False
        if weights:
            try:
                decoder = half_state(self._decoder, bytes(bundle.graph("decoder")))
                mcnn = mcnn_state(bytes(bundle.graph("mcnn")))
                self._decoder.load_state_dict(decoder)
                self._mcnn.load_state_dict(mcnn)
            except (ImportError, KeyError, RuntimeError):
                return
            self.weights_fit = True

    def decode(self, code: FloatArray, category: npt.NDArray[np.int64]) -> FloatArray:
        """Return the standardised log-mel ``(batch, n_mels, n_frames)`` of codes."""
        with torch.inference_mode():
            x: FloatArray = self._decoder(torch.tensor(code), torch.tensor(category)).numpy()
        return x

    def mcnn(self, mel: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the unmasked waveforms and mask logits of mels ``(batch, n_mels, frames)``."""
        with torch.inference_mode():
            waveform, mask_logits = self._mcnn(torch.from_numpy(mel))
        return waveform.numpy(), mask_logits.numpy()


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Make PyTorch use one thread inside the ``with`` block."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def first_sound(path: str | Path) -> FloatArray:
    """Open a model file, build its networks and run them once, as a cold start does.

    This is less work than a whole render: the weights are not read, and the mel is not scaled
    back to magnitudes. The time measured is therefore a lower bound.

    Returns
    -------
    numpy.ndarray
        Shape ``(1, samples)``, the waveform that random weights make.
    """
    torch.set_num_threads(1)
    bundle = Bundle.open(path)
    networks = EagerNetworks(bundle, weights=False)
    x = networks.decode(bundle.tensor("codes.mean")[:1], np.zeros(1, np.int64))
    return networks.mcnn(x)[0]


def _decoder(config: dict[str, Any]) -> Decoder | FrameDecoder:
    """Return the decoder that a training configuration describes, with random weights."""
    if config.get("network", "paper") == "frames":
        return FrameDecoder(FrameConfig(**_sizes(config["frames"])))
    return Decoder(CwaeConfig(**_sizes(config["model"])))


def _sizes(sizes: dict[str, Any]) -> dict[str, Any]:
    """Return a network's sizes with tuples where JSON has lists."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in sizes.items()}
