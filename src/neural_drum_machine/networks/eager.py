"""A model's networks in eager PyTorch: what the ONNX graphs are timed against."""

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

# This module does without ONNX Runtime: a cold start of PyTorch should not pay for it.


class EagerNetworks:
    """Decoder and inverter of a model file, run by PyTorch; takes the place of ``Networks``.

    Parameters
    ----------
    bundle : Bundle
        The model; its header says how the networks were built.
    weights : bool
        Whether to read its weights, which needs the package ``onnx``. Without them, or if they
        do not fit, the weights stay random: that sounds of nothing and takes the same time.

    Attributes
    ----------
    weights_fit : bool
        Whether the weights are the model's.

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
    """Let PyTorch compute with one thread meanwhile."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def first_sound(path: str | Path) -> FloatArray:
    """Open a model file, build its networks, run them once: the work of a cold start.

    Less than a whole render: weights are not read and the mel is not brought to scale. It may
    only look faster than it is.
    """
    torch.set_num_threads(1)
    bundle = Bundle.open(path)
    networks = EagerNetworks(bundle, weights=False)
    x = networks.decode(bundle.tensor("codes.mean")[:1], np.zeros(1, np.int64))
    return networks.mcnn(x)[0]


def _decoder(config: dict[str, Any]) -> Decoder | FrameDecoder:
    """Return the decoder of a generator's training configuration, its weights random."""
    if config.get("network", "paper") == "frames":
        return FrameDecoder(FrameConfig(**_sizes(config["frames"])))
    return Decoder(CwaeConfig(**_sizes(config["model"])))


def _sizes(sizes: dict[str, Any]) -> dict[str, Any]:
    """Return a network's sizes as its configuration takes them; JSON's lists were tuples."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in sizes.items()}
