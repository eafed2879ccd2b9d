"""The three networks of a model file as ONNX graphs."""

import torch

from neural_drum_machine.networks.generator import Generator
from neural_drum_machine.networks.mcnn import Mcnn
from neural_drum_machine.networks.onnx import to_onnx
from neural_drum_machine.signal.spec import AudioSpec


def onnx_graphs(cwae: Generator, mcnn: Mcnn, spec: AudioSpec) -> dict[str, bytes]:
    """Return decoder, encoder and inverter as serialised ONNX with half-precision weights.

    Parameters
    ----------
    cwae, mcnn : torch.nn.Module
        The trained networks.
    spec : AudioSpec
        Gives the size of the spectrograms.

    Returns
    -------
    dict
        The graphs ``decoder``, ``encoder`` and ``mcnn``; inputs and outputs are described in
        ``docs/bundle-format.md``.
    """
    code = torch.zeros(2, cwae.config.latent_dim)
    category = torch.zeros(2, dtype=torch.int64)
    x = torch.zeros(2, spec.n_mels, spec.n_frames)
    return {
        "decoder": to_onnx(cwae.decoder, {"code": code, "category": category}, ["x"]),
        "encoder": to_onnx(cwae.encoder, {"x": x, "category": category}, ["code"]),
        "mcnn": to_onnx(mcnn, {"mel": x}, ["waveform", "mask_logits"], variable_frames=True),
    }
