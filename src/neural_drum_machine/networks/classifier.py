"""A small network that predicts the class of a sound from its thumbnail.

It judges datasets, labels sounds whose names say nothing, and guides the generator's training.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

_HALVED_FROM: Final = 1024
"""Smaller arrays stay in single precision: they add next to nothing to the file."""


class Classifier(nn.Module):
    """Thumbnails to class scores: four convolutions, pooled over the whole picture.

    Input ``(batch, 64, 86)``, magnitudes as
    :func:`~neural_drum_machine.prepare.recordings.thumbnail.thumbnail` gives them; output
    ``(batch, num_classes)``, one score for each class.

    Parameters
    ----------
    num_classes : int
        Number of classes.
    channels : tuple of int
        Output channels of each convolution.
    dropout : float
        Share of the pooled values that is dropped before the last layer in training.
    """

    def __init__(
        self,
        num_classes: int,
        channels: tuple[int, ...] = (16, 32, 64, 96),
        dropout: float = 0.3,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 1
        for i, width in enumerate(channels):
            layers += [
                # The first convolution halves the bands and moves by four frames.
                nn.Conv2d(1, width, (5, 7), stride=(2, 4), padding=(2, 3))
                if i == 0
                else nn.Conv2d(before, width, 3, stride=2, padding=1),
                nn.BatchNorm2d(width),
                nn.ReLU(),
                nn.Conv2d(width, width, 3, padding=1, groups=width),
                nn.Conv2d(width, width, 1),
                nn.BatchNorm2d(width),
                nn.ReLU(),
            ]
            before = width
        self.blocks = len(channels)
        self.layers = nn.Sequential(*layers)
        self.dropout = nn.Dropout(dropout)
        # Means say how much of a pattern there is, maxima whether there is any.
        self.out = nn.Linear(2 * before, num_classes)

    def forward(self, mel: Tensor) -> Tensor:
        """Return class scores (logits)."""
        logs = torch.log(mel[:, None].float() + 1e-3)
        # The level of a sound says nothing about its class: scale the loudest point to 0.
        x = self.layers((logs - logs.amax(dim=(1, 2, 3), keepdim=True) + 5.0) / 3.0)
        pooled = torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)
        scores: Tensor = self.out(self.dropout(pooled))
        return scores


class Probabilities(nn.Module):
    """A classifier that returns probabilities instead of scores.

    Parameters
    ----------
    classifier : Classifier
        The trained network.
    temperature : float
        Divides the scores; above 1 the probabilities become less certain.
    """

    def __init__(self, classifier: Classifier, temperature: float) -> None:
        super().__init__()
        self.classifier = classifier
        self.temperature = temperature

    def forward(self, mel: Tensor) -> Tensor:
        """Return ``(batch, num_classes)``; each row sums to 1."""
        return torch.softmax(self.classifier(mel) / self.temperature, dim=1)


def folded_weights(model: Classifier, temperature: float) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays that NumPy computes a classifier from.

    Batch normalisation is folded into the convolution before it. Large arrays have half precision.

    Parameters
    ----------
    model : Classifier
        The trained network.
    temperature : float
        Divides the scores.

    Returns
    -------
    dict
        Arrays by the names of :func:`neural_drum_machine.inference.classifier.weight_names`.
    """
    out: dict[str, Tensor] = {}
    layers: list[Any] = list(model.layers)
    for i in range(model.blocks):
        wide, norm, _, depth, point, last_norm, _ = layers[7 * i : 7 * i + 7]
        out |= _folded(f"wide.{i}", wide, norm)
        out |= {f"depth.{i}.weight": depth.weight, f"depth.{i}.bias": depth.bias}
        out |= _folded(f"point.{i}", point, last_norm)
    out |= {"out.weight": model.out.weight, "out.bias": model.out.bias}
    arrays = {name: values.detach().numpy() for name, values in out.items()}
    halved = {
        name: values.astype(np.float16) if values.size >= _HALVED_FROM else values
        for name, values in arrays.items()
    }
    return {**halved, "temperature": np.array(temperature, np.float32)}


def _folded(name: str, conv: Any, norm: Any) -> dict[str, Tensor]:
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    bias = (conv.bias - norm.running_mean) * scale + norm.bias
    return {f"{name}.weight": conv.weight * scale[:, None, None, None], f"{name}.bias": bias}
