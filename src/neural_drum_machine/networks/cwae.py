"""CWAE, the conditional Wasserstein autoencoder (paper, section 3.2).

It works on standardised log-mel spectrograms. The caller standardises
(:class:`neural_drum_machine.signal.standardisation.Standardisation`).
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from neural_drum_machine.errors import ConfigError
from neural_drum_machine.networks.blocks import ConditionalBatchNorm2d, one_hot


@dataclass(frozen=True, slots=True)
class CwaeConfig:
    """Sizes of a :class:`Cwae`; the defaults are the paper's.

    Attributes
    ----------
    n_mels, n_frames : int
        Size of the spectrogram.
    num_categories : int
        Number of categories.
    latent_dim : int
        Length of the latent code.
    channels : tuple of int
        Output channels of each convolution. The paper does not give them; these make a
        network of about 15 M parameters, which a CPU can train.
    hidden : tuple of int
        Widths of the fully connected layers between convolutions and code.
    kernel_size, stride, padding : tuple of int
        Of every convolution, as (mel, time).
    """

    n_mels: int = 512
    n_frames: int = 86
    num_categories: int = 11
    latent_dim: int = 64
    channels: tuple[int, ...] = (16, 32, 32)
    hidden: tuple[int, ...] = (1024, 512)
    kernel_size: tuple[int, int] = (11, 5)
    stride: tuple[int, int] = (3, 2)
    padding: tuple[int, int] = (5, 2)

    def __post_init__(self) -> None:
        """Check the sizes.

        Raises
        ------
        ConfigError
            If the strides shrink the spectrogram to nothing, a list is empty, a size is not
            positive, or the code has fewer than three dimensions.
        """
        if not self.channels or not self.hidden:
            raise ConfigError(
                f"channels and hidden need at least one entry each, got {self.channels} "
                f"and {self.hidden}"
            )
        counts = (*self.channels, *self.hidden, *self.kernel_size, *self.stride)
        if min(counts) < 1 or min(self.padding) < 0:
            raise ConfigError(
                f"channels, hidden, kernel_size and stride must be positive, padding not "
                f"negative, got {self}"
            )
        if self.latent_dim < 3:
            raise ConfigError(
                f"latent_dim must be at least 3 (for the three controls), got {self.latent_dim}"
            )
        if min(min(size) for size in self.sizes) < 1:
            raise ConfigError(
                f"the convolutions leave nothing of a {self.n_mels} x {self.n_frames} "
                f"spectrogram: {self.sizes}; use fewer layers or smaller strides"
            )

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        """Spectrogram sizes (mel, time) from the input through each convolution."""
        sizes = [(self.n_mels, self.n_frames)]
        for _ in self.channels:
            mel, time = (
                (size + 2 * p - k) // s + 1
                for size, k, s, p in zip(
                    sizes[-1], self.kernel_size, self.stride, self.padding, strict=True
                )
            )
            sizes.append((mel, time))
        return tuple(sizes)

    @property
    def flat_size(self) -> int:
        """Number of values after the last convolution."""
        mel, time = self.sizes[-1]
        return self.channels[-1] * mel * time


class Encoder(nn.Module):
    """Standardised log-mel ``(batch, n_mels, n_frames)`` to code ``(batch, latent_dim)``."""

    def __init__(self, config: CwaeConfig) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv2d(c_in, c_out, config.kernel_size, config.stride, config.padding, bias=False)
            for c_in, c_out in pairwise((1, *config.channels))
        )
        self.norms = nn.ModuleList(
            ConditionalBatchNorm2d(c, config.num_categories) for c in config.channels
        )
        widths = (config.flat_size, *config.hidden, config.latent_dim)
        self.linears = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(widths))

    def forward(self, x: Tensor, category: Tensor) -> Tensor:
        """Encode `x` as sounds of `category` ``(batch,)`` (int64)."""
        x = x.unsqueeze(1)
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = torch.relu(norm(conv(x), category))
        x = x.flatten(1)
        for linear in self.linears[:-1]:
            x = torch.relu(linear(x))
        code: Tensor = self.linears[-1](x)
        return code


class Decoder(nn.Module):
    """Code ``(batch, latent_dim)`` to standardised log-mel ``(batch, n_mels, n_frames)``."""

    def __init__(self, config: CwaeConfig) -> None:
        super().__init__()
        self.config = config
        widths = (
            config.latent_dim + config.num_categories,
            *reversed(config.hidden),
            config.flat_size,
        )
        self.linears = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(widths))
        channels = (*reversed(config.channels), 1)
        sizes = config.sizes[::-1]
        convs: list[nn.Module] = []
        for (c_in, c_out), (small, large) in zip(pairwise(channels), pairwise(sizes), strict=True):
            # Output padding restores the rows and frames that the encoder's strides dropped.
            extra = tuple(
                big - ((little - 1) * s - 2 * p + k)
                for big, little, k, s, p in zip(
                    large, small, config.kernel_size, config.stride, config.padding, strict=True
                )
            )
            convs.append(
                nn.ConvTranspose2d(
                    c_in,
                    c_out,
                    config.kernel_size,
                    config.stride,
                    config.padding,
                    output_padding=(extra[0], extra[1]),
                    bias=c_out == 1,
                )
            )
        self.convs = nn.ModuleList(convs)
        self.norms = nn.ModuleList(
            ConditionalBatchNorm2d(c, config.num_categories) for c in channels[1:-1]
        )

    def forward(self, code: Tensor, category: Tensor) -> Tensor:
        """Decode `code` as a sound of `category` ``(batch,)`` (int64)."""
        x = torch.cat([code, one_hot(category, self.config.num_categories)], dim=1)
        for linear in self.linears:
            x = torch.relu(linear(x))
        mel, time = self.config.sizes[-1]
        x = x.reshape(x.shape[0], self.config.channels[-1], mel, time)
        for i, conv in enumerate(self.convs):
            x = conv(x)
            if i < len(self.norms):
                x = torch.relu(self.norms[i](x, category))
        return x.squeeze(1)


class Cwae(nn.Module):
    """Encoder and decoder.

    Parameters
    ----------
    config : CwaeConfig
        Sizes.
    """

    def __init__(self, config: CwaeConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or CwaeConfig()
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)

    def forward(self, x: Tensor, category: Tensor) -> tuple[Tensor, Tensor]:
        """Encode and decode.

        Parameters
        ----------
        x : torch.Tensor
            Shape ``(batch, n_mels, n_frames)``, standardised log-mel.
        category : torch.Tensor
            Shape ``(batch,)``, int64.

        Returns
        -------
        reconstruction : torch.Tensor
            Shape of `x`.
        code : torch.Tensor
            Shape ``(batch, latent_dim)``.
        """
        code = self.encoder(x, category)
        return self.decoder(code, category), code
