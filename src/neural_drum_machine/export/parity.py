"""Parity: what NumPy computes from a model file is what the PyTorch networks compute."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from neural_drum_machine.errors import ExportError
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.networks.hits import HitTensors
from neural_drum_machine.networks.mcnn import Mcnn
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.training.run import TrainedRun

TOLERANCE: Final = 1e-3
"""Largest difference between NumPy and PyTorch, as a share of full scale."""
CODES: Final = 32
"""Codes that are compared."""


def measure_parity(
    networks: Networks,
    generator: TrainedRun,
    mcnn: TrainedRun | None,
    codes: npt.NDArray[np.float32],
    categories: npt.NDArray[np.int64],
) -> dict[str, float]:
    """Return how far a model file differs from the PyTorch networks, on 32 codes.

    Parameters
    ----------
    networks : Networks
        The model, with half-precision weights.
    generator, mcnn : TrainedRun
        The trained networks.
    codes, categories : numpy.ndarray
        Codes ``(n, latent_dim)`` of training sounds and their categories ``(n,)``; 32 of them,
        evenly spaced, are compared.

    Returns
    -------
    dict
        The largest difference of decoder and encoder as a share of PyTorch's largest magnitude,
        and that of the masked waveform of one sound as a share of full scale. The inverter is given
        the decoder's own spectrogram, so its figure is that of the sound.
    """
    pick = np.linspace(0, len(codes) - 1, CODES).round().astype(int)
    code, category = codes[pick], categories[pick]
    cwae = generator.model
    assert not isinstance(cwae, Mcnn)
    with torch.inference_mode():
        torch_category = torch.from_numpy(category)
        x = cwae.decoder(torch.from_numpy(code), torch_category)
        again = cwae.encoder(x, torch_category)
    parts = x if isinstance(x, HitTensors) else (x,)
    levels = Levels(*(part.numpy() for part in parts))
    decoded = networks.decode(code, category)
    out = {
        "decoder": max(
            _share(ours, theirs)
            for ours, theirs in zip(decoded, parts, strict=False)
            if ours is not None
        ),
        "encoder": _share(networks.encode(levels, category), again),
    }
    if mcnn:
        logs = levels.mel[0] * generator.state["std"].numpy() + generator.state["mean"].numpy()
        mel = np.exp(logs.clip(-20, 8)).astype(np.float32)
        with torch.inference_mode():
            waveform, logits = mcnn.model(torch.from_numpy(mel)[None])
            theirs = (waveform * logits.sigmoid())[0].numpy()
        ours, our_logits = networks.mcnn(mel)
        mask = 1 / (1 + np.exp(-our_logits.astype(np.float64)))
        out["mcnn"] = float(np.abs(ours * mask - theirs).max())
    return out


def _share(ours: npt.NDArray[Any], theirs: Tensor) -> float:
    return float(np.abs(ours - theirs.numpy()).max() / np.abs(theirs.numpy()).max())


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
            "NumPy and PyTorch differ by "
            + ", ".join(f"{value:.2g} of full scale in {part}" for part, value in bad.items())
            + f", more than {TOLERANCE:g}; nothing was written. Is a weight too large for half "
            "precision?"
        )
