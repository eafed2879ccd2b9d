"""A model's networks in eager PyTorch: what the ONNX graphs are timed against."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from neural_drum_machine.bundle import Bundle
from neural_drum_machine.models.cwae import CwaeConfig, Decoder
from neural_drum_machine.models.frames import FrameConfig, FrameDecoder
from neural_drum_machine.models.mcnn import Mcnn, McnnConfig

# This module does without ONNX Runtime: a cold start of PyTorch should not pay for it.
FloatArray = npt.NDArray[np.float32]


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
                decoder, mcnn = _decoder_state(bundle, self._decoder), _mcnn_state(bundle)
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


def _arrays(graph: bytes) -> tuple[dict[str, Tensor], list[Tensor]]:
    """Return a graph's floating-point weights by name, and the scalar factors in order."""
    import onnx

    model = onnx.load_from_string(graph).graph
    arrays = {
        tensor.name.removesuffix(".half"): torch.from_numpy(
            onnx.numpy_helper.to_array(tensor).astype(np.float32)
        )
        for tensor in model.initializer
        if tensor.data_type in (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16)
    }
    factors = [name for node in model.node if node.op_type == "Mul" for name in node.input]
    scalars = [arrays[name] for name in factors if name in arrays and arrays[name].ndim == 0]
    return arrays, scalars


def _decoder_state(bundle: Bundle, decoder: Decoder | FrameDecoder) -> dict[str, Tensor]:
    arrays, _ = _arrays(bundle.graph("decoder"))
    state = decoder.state_dict()
    for key in state:
        # The exporter folds a normalisation's statistics into the convolution before it: its
        # mean became that one's bias, its deviation a factor of the weights.
        index, kind = key.split(".")[1], key.rsplit(".", 1)[1]
        if kind == "running_mean":
            state[key] = -arrays[f"convs.{index}.weight_bias"]
        elif kind == "running_var":
            state[key] = torch.ones_like(state[key]) - nn.BatchNorm2d(1).eps
        elif kind != "num_batches_tracked":
            state[key] = arrays[key]
    return state


def _mcnn_state(bundle: Bundle) -> dict[str, Tensor]:
    arrays, scalars = _arrays(bundle.graph("mcnn"))
    state = {
        key: value
        for key, value in arrays.items()
        if key.startswith("layers.") or key == "head_weights"
    }
    # The softsign's two numbers lost their names; the first multiplies first.
    return {**state, "softsign_scale": torch.tensor([float(scalar) for scalar in scalars])}
