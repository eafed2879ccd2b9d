"""The frame-rate generator: 1-D convolutions over time, with the mel bands as channels.

The paper's 2-D convolutions share their weights over the bands, so a few channels have to carry
the exact frequency of each partial. Here every layer sees all bands of a frame at once. With the
same amount of arithmetic the error on unseen kits is lower (``docs/training-log.md``). The blocks
are ConvNeXt's (Liu et al. 2022) in one dimension: a depthwise convolution, a normalisation whose
gain and bias depend on the category, and two linear layers.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from neural_drum_machine.errors import ConfigError
from neural_drum_machine.networks.blocks import one_hot


@dataclass(frozen=True, slots=True)
class FrameConfig:
    """Sizes of a :class:`FrameCwae`.

    Attributes
    ----------
    n_mels, n_frames : int
        Size of the spectrogram.
    num_categories : int
        Number of categories.
    latent_dim : int
        Length of the latent code.
    channels : tuple of int
        Width at the full frame rate and after each halving of it.
    hidden : int
        Width of the fully connected layer between convolutions and code.
    kernel_size : int
        Frames that a depthwise convolution sees; odd.
    expansion : int
        Width of the middle of a block, as a multiple of its channels.
    encoder_blocks, decoder_blocks : int
        Blocks at each frame rate.
    """

    n_mels: int = 512
    n_frames: int = 86
    num_categories: int = 11
    latent_dim: int = 64
    channels: tuple[int, ...] = (256, 256, 320, 384)
    hidden: int = 512
    kernel_size: int = 7
    expansion: int = 2
    encoder_blocks: int = 1
    decoder_blocks: int = 2

    def __post_init__(self) -> None:
        """Check ranges.

        Raises
        ------
        ConfigError
            If a size is not positive, the kernel is even, or the code has fewer than three
            dimensions.
        """
        sizes = (self.n_mels, self.n_frames, self.num_categories, self.hidden, self.kernel_size)
        counts = (*sizes, self.expansion, self.encoder_blocks, self.decoder_blocks, *self.channels)
        if not self.channels or min(counts) < 1:
            raise ConfigError(f"all sizes of the network must be positive, got {self}")
        if self.kernel_size % 2 == 0:
            raise ConfigError(f"kernel_size must be odd, got {self.kernel_size}")
        if self.latent_dim < 3:
            raise ConfigError(
                f"latent_dim must be at least 3 (for the three controls), got {self.latent_dim}"
            )

    @property
    def rows(self) -> int:
        """Values of a frame."""
        return self.n_mels

    @property
    def padded_frames(self) -> int:
        """Number of frames, padded so that every halving is exact."""
        step = self.slowest_step
        return -(-self.n_frames // step) * step

    @property
    def slowest_step(self) -> int:
        """Spectrogram frames in one frame of the slowest rate."""
        return 1 << (len(self.channels) - 1)

    @property
    def flat_size(self) -> int:
        """Number of values at the slowest frame rate."""
        return self.channels[-1] * self.padded_frames // self.slowest_step


class Block(nn.Module):
    """A residual block on ``(batch, channels, frames)``, conditioned on the category.

    Parameters
    ----------
    channels : int
        Channels of input and output.
    config : FrameConfig
        Kernel size, expansion and number of categories.
    """

    def __init__(self, channels: int, config: FrameConfig) -> None:
        super().__init__()
        width = config.kernel_size
        self.depthwise = nn.Conv1d(channels, channels, width, padding=width // 2, groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.gain = nn.Embedding(config.num_categories, channels)
        self.bias = nn.Embedding(config.num_categories, channels)
        self.expand = nn.Linear(channels, config.expansion * channels)
        self.contract = nn.Linear(config.expansion * channels, channels)
        nn.init.zeros_(self.gain.weight)
        nn.init.zeros_(self.bias.weight)

    def forward(self, x: Tensor, category: Tensor) -> Tensor:
        """Return `x` plus the block's output; `category` is ``(batch,)``."""
        y = self.norm(self.depthwise(x).transpose(1, 2))
        y = y * (1 + self.gain(category)[:, None]) + self.bias(category)[:, None]
        y = self.contract(nn.functional.gelu(self.expand(y), approximate="tanh"))
        out: Tensor = x + y.transpose(1, 2)
        return out


def _blocks(count: int, channels: int, config: FrameConfig) -> nn.ModuleList:
    return nn.ModuleList(Block(channels, config) for _ in range(count))


class FrameEncoder(nn.Module):
    """Standardised log-mel ``(batch, n_mels, n_frames)`` to code ``(batch, latent_dim)``."""

    def __init__(self, config: FrameConfig) -> None:
        super().__init__()
        self.config = config
        self.enter = nn.Conv1d(config.rows, config.channels[0], 1)
        self.levels = nn.ModuleList(
            _blocks(config.encoder_blocks, c, config) for c in config.channels
        )
        self.down = nn.ModuleList(
            nn.Conv1d(c_in, c_out, 4, stride=2, padding=1)
            for c_in, c_out in pairwise(config.channels)
        )
        self.norm = nn.LayerNorm(config.channels[-1])
        self.hidden = nn.Linear(config.flat_size, config.hidden)
        self.leave = nn.Linear(config.hidden, config.latent_dim)

    def summary(self, x: Tensor, category: Tensor) -> Tensor:
        """Return the last layer but one before its activation, ``(batch, hidden)``."""
        added = self.config.padded_frames - self.config.n_frames
        x = nn.functional.pad(self.enter(x), (0, added))
        for i, blocks in enumerate(self.levels):
            if i:
                x = self.down[i - 1](x)
            for block in blocks:  # type: ignore[attr-defined]
                x = block(x, category)
        out: Tensor = self.hidden(self.norm(x.transpose(1, 2)).flatten(1))
        return out

    def forward(self, x: Tensor, category: Tensor) -> Tensor:
        """Encode `x` as sounds of `category` ``(batch,)`` (int64)."""
        hidden = nn.functional.gelu(self.summary(x, category), approximate="tanh")
        code: Tensor = self.leave(hidden)
        return code


class FrameDecoder(nn.Module):
    """Code ``(batch, latent_dim)`` to standardised log-mel ``(batch, n_mels, n_frames)``."""

    def __init__(self, config: FrameConfig) -> None:
        super().__init__()
        self.config = config
        channels = config.channels[::-1]
        self.enter = nn.Linear(config.latent_dim + config.num_categories, config.hidden)
        self.hidden = nn.Linear(config.hidden, config.flat_size)
        self.levels = nn.ModuleList(_blocks(config.decoder_blocks, c, config) for c in channels)
        self.up = nn.ModuleList(
            nn.ConvTranspose1d(c_in, c_out, 4, stride=2, padding=1)
            for c_in, c_out in pairwise(channels)
        )
        self.norm = nn.LayerNorm(channels[-1])
        self.leave = nn.Linear(channels[-1], config.rows)

    def plan(self, code: Tensor, category: Tensor) -> Tensor:
        """Return the first layer of a sound of `category` ``(batch,)``, ``(batch, hidden)``."""
        x = torch.cat([code, one_hot(category, self.config.num_categories)], dim=1)
        out: Tensor = nn.functional.gelu(self.enter(x), approximate="tanh")
        return out

    def frames(self, plan: Tensor, category: Tensor) -> Tensor:
        """Return all frames of a planned sound, ``(batch, rows, n_frames)``."""
        config = self.config
        x = self.hidden(plan)
        x = x.reshape(x.shape[0], config.channels[-1], -1)
        for i, blocks in enumerate(self.levels):
            if i:
                x = self.up[i - 1](x)
            for block in blocks:  # type: ignore[attr-defined]
                x = block(x, category)
        x = self.norm(x[..., : config.n_frames].transpose(1, 2))
        out: Tensor = self.leave(x).transpose(1, 2)
        return out

    def forward(self, code: Tensor, category: Tensor) -> Tensor:
        """Decode `code` as a sound of `category` ``(batch,)`` (int64)."""
        return self.frames(self.plan(code, category), category)


class FrameCwae(nn.Module):
    """Encoder and decoder, with the interface of :class:`neural_drum_machine.networks.cwae.Cwae`.

    Parameters
    ----------
    config : FrameConfig
        Sizes.
    """

    def __init__(self, config: FrameConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or FrameConfig()
        self.encoder = FrameEncoder(config)
        self.decoder = FrameDecoder(config)

    def forward(self, x: Tensor, category: Tensor) -> tuple[Tensor, Tensor]:
        """Encode and decode ``(batch, n_mels, n_frames)``; return reconstruction and code."""
        code = self.encoder(x, category)
        return self.decoder(code, category), code
