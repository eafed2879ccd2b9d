"""Parity: the graphs of a model file compute what the PyTorch networks compute."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from neural_drum_machine.errors import ExportError
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.networks.generator import Generator
from neural_drum_machine.networks.mcnn import Mcnn
from neural_drum_machine.signal.standardisation import Standardisation

TOLERANCE: Final = 1e-3
"""Largest difference between ONNX and PyTorch, as a share of full scale."""
CODES: Final = 32
"""Codes that are compared."""


def measure_parity(
    bundle: Bundle,
    cwae: Generator,
    mcnn: Mcnn,
    codes: npt.NDArray[np.float32],
    categories: npt.NDArray[np.int64],
    standardisation: Standardisation,
) -> dict[str, float]:
    """Return how far the graphs of a model differ from the PyTorch networks, on 32 codes.

    Parameters
    ----------
    bundle : Bundle
        The model, with half-precision weights.
    cwae, mcnn : torch.nn.Module
        The trained networks.
    codes, categories : numpy.ndarray
        Codes ``(n, latent_dim)`` of training sounds and their categories ``(n,)``; 32 of them,
        evenly spaced, are compared.
    standardisation : Standardisation
        The generator's.

    Returns
    -------
    dict
        The largest difference of decoder and encoder as a share of PyTorch's largest magnitude,
        and that of the masked waveforms as a share of full scale. The inverter is given the
        decoder's own spectrograms, so its figure is that of the sound.
    """
    pick = np.linspace(0, len(codes) - 1, CODES).round().astype(int)
    code, category = codes[pick], categories[pick]
    networks = Networks(bundle)
    with torch.inference_mode():
        torch_category = torch.from_numpy(category)
        x = cwae.decoder(torch.from_numpy(code), torch_category)
        mel = torch.from_numpy(standardisation.inverse(x.numpy()))
        waveform, logits = mcnn(mel)
        mask = logits.sigmoid()
        again = cwae.encoder(x, torch_category)
    onnx_waveform, onnx_logits = networks.mcnn(mel.numpy())
    onnx_mask = 1 / (1 + np.exp(-onnx_logits.astype(np.float64)))

    def share(ours: npt.NDArray[Any], theirs: Tensor) -> float:
        return float(np.abs(ours - theirs.numpy()).max() / np.abs(theirs.numpy()).max())

    return {
        "decoder": share(networks.decode(code, category), x),
        "encoder": share(networks.encode(x.numpy(), category), again),
        "mcnn": float(np.abs(onnx_waveform * onnx_mask - (waveform * mask).numpy()).max()),
    }


def check_parity(differences: Mapping[str, float]) -> None:
    """Check the differences that :func:`measure_parity` returns.

    Raises
    ------
    ExportError
        If one is over 1e-3 or is not a number.
    """
    # "not <=" instead of ">", which would let NaN pass.
    bad = {part: value for part, value in differences.items() if not value <= TOLERANCE}
    if bad:
        raise ExportError(
            "ONNX and PyTorch differ by "
            + ", ".join(f"{value:.2g} of full scale in {part}" for part, value in bad.items())
            + f", more than {TOLERANCE:g}; nothing was written. Try other versions of torch and "
            "onnxscript"
        )
