"""Layers that encoders and decoders share."""

import torch
from torch import Tensor, nn


class ConditionalBatchNorm2d(nn.Module):
    """Batch normalisation whose scale and shift depend on the category.

    Statistics are shared by all categories; gain and bias are looked up
    (Dumoulin et al. 2017; de Vries et al. 2017).

    Parameters
    ----------
    num_features : int
        Channels of the input.
    num_categories : int
        Number of categories.
    """

    def __init__(self, num_features: int, num_categories: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(num_features, affine=False)
        self.gain = nn.Embedding(num_categories, num_features)
        self.bias = nn.Embedding(num_categories, num_features)
        nn.init.ones_(self.gain.weight)
        nn.init.zeros_(self.bias.weight)

    def forward(self, x: Tensor, category: Tensor) -> Tensor:
        """Normalise `x` ``(batch, features, height, width)``; `category` is ``(batch,)``."""
        gain = self.gain(category)[:, :, None, None]
        bias = self.bias(category)[:, :, None, None]
        out: Tensor = self.norm(x) * gain + bias
        return out


def one_hot(category: Tensor, num_categories: int) -> Tensor:
    """Return one-hot rows ``(batch, num_categories)``, float32, of categories ``(batch,)``."""
    return torch.nn.functional.one_hot(category, num_categories).to(torch.float32)
