"""Weights between PyTorch networks and model files. Their names are PyTorch's."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from neural_drum_machine.model_file.layout import HALVED_FROM

MCNN: Final = "mcnn."
"""What the names of MCNN's weights begin with in a model file."""


def stored_weights(network: nn.Module, prefix: str = "") -> dict[str, npt.NDArray[Any]]:
    """Return a network's weights as a model file stores them: large ones in half precision.

    Parameters
    ----------
    network : torch.nn.Module
        The network.
    prefix : str
        Put before the names.
    """
    out: dict[str, npt.NDArray[Any]] = {}
    for name, values in network.state_dict().items():
        # The number of batches that a normalisation has seen is of no use afterwards.
        if values.is_floating_point():
            array = values.detach().cpu().numpy().astype(np.float32)
            out[prefix + name] = array.astype(np.float16) if array.size >= HALVED_FROM else array
    return out


def load_stored(
    network: nn.Module, weights: Mapping[str, npt.NDArray[np.float32]], prefix: str = ""
) -> None:
    """Load the weights of a model file into a network, in place.

    Raises
    ------
    RuntimeError
        If a weight is missing or has another shape.
    """
    state: dict[str, Tensor] = {
        name.removeprefix(prefix): torch.from_numpy(np.array(values))
        for name, values in weights.items()
        if name.startswith(prefix)
    }
    for name, values in network.state_dict().items():
        if not values.is_floating_point():
            state[name] = values
    network.load_state_dict(state)
