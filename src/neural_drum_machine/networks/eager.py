"""The networks of a model file in eager PyTorch, for benchmarks to compare with."""

import contextlib
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.networks.cwae import CwaeConfig, Decoder
from neural_drum_machine.networks.frames import FrameConfig, FrameDecoder
from neural_drum_machine.networks.generator import NetworkName
from neural_drum_machine.networks.hits import HitConfig, HitDecoder
from neural_drum_machine.networks.mcnn import Mcnn, McnnConfig
from neural_drum_machine.networks.weights import MCNN, load_stored
from neural_drum_machine.signal.levels import Levels


class EagerNetworks:
    """Decoder and inverter of a model file, run by PyTorch.

    Has the methods ``decode`` and ``mcnn`` of
    :class:`~neural_drum_machine.model_file.runtime.Networks`.

    Parameters
    ----------
    bundle : Bundle
        The model.
    weights : bool
        Whether to read the model's weights. Random weights make noise, and take the same time.
    """

    def __init__(self, bundle: Bundle, weights: bool = True) -> None:
        network, sizes = bundle.header["generator"]["network"], asdict(bundle.generator)
        self._decoder = decoder_of(network, sizes).eval()
        self._mcnn = Mcnn(McnnConfig(**asdict(bundle.mcnn))).eval() if bundle.mcnn else None
        if weights:
            load_stored(self._decoder, bundle.weights("decoder."), "decoder.")
            if self._mcnn:
                load_stored(self._mcnn, bundle.weights(MCNN), MCNN)

    def decode(self, code: FloatArray, category: npt.NDArray[np.int64]) -> Levels:
        """Return the standardised levels of codes."""
        with torch.inference_mode():
            x = self._decoder(torch.tensor(code), torch.tensor(category))
        return Levels(*(part.numpy() for part in x)) if isinstance(x, tuple) else Levels(x.numpy())

    def mcnn(self, mel: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the unmasked waveform and the mask logits of a mel ``(n_mels, frames)``."""
        assert self._mcnn is not None
        with torch.inference_mode():
            waveform, mask_logits = self._mcnn(torch.from_numpy(mel)[None])
        return waveform[0].numpy(), mask_logits[0].numpy()


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
    x = networks.decode(bundle.tensor("codes.mean")[:1], np.zeros(1, np.int64)).mel[0]
    return networks.mcnn(x)[0] if bundle.mcnn else x


def decoder_of(network: NetworkName, sizes: dict[str, Any]) -> torch.nn.Module:
    """Return the decoder of a network's sizes, with random weights."""
    if network == "paper":
        return Decoder(CwaeConfig(**sizes))
    if network == "hits":
        return HitDecoder(HitConfig(**sizes))
    known = {field.name for field in fields(FrameConfig)}
    return FrameDecoder(FrameConfig(**{k: v for k, v in sizes.items() if k in known}))
