"""MCNN, the multi-head convolutional inverter (paper, section 3.3; Arik et al. 2018).

No layer has a bias and every nonlinearity keeps zero, so silence stays silence.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from neural_drum_machine.errors import ConfigError


@dataclass(frozen=True, slots=True)
class McnnConfig:
    """Sizes of an :class:`Mcnn`; the defaults are the paper's.

    Attributes
    ----------
    n_mels : int
        Mel bands of the input.
    heads : int
        Parallel stacks of layers.
    channels : tuple of int
        Output channels of each layer of a head; the last layer's two are the signal and the
        mask logit. Each layer doubles the rate, so the hop is ``2 ** len(channels)`` samples.
    kernel_size : int
        Width of every kernel, odd.
    """

    n_mels: int = 512
    heads: int = 8
    channels: tuple[int, ...] = (128, 64, 32, 16, 8, 4, 2, 2)
    kernel_size: int = 13

    def __post_init__(self) -> None:
        """Check the sizes.

        Raises
        ------
        ConfigError
            If the last layer does not have two channels, a size is not positive, or the kernel
            is even or too narrow.
        """
        if self.channels[-1:] != (2,):
            raise ConfigError(
                f"the last MCNN layer puts out 2 channels (signal, mask), got {self.channels}"
            )
        if self.heads < 1 or min(self.channels) < 1:
            raise ConfigError(
                f"heads and channels must be positive, got {self.heads} and {self.channels}"
            )
        if self.kernel_size < 3 or self.kernel_size % 2 == 0:
            raise ConfigError(
                f"kernel_size must be odd and at least 3 (so that each layer doubles the "
                f"length exactly), got {self.kernel_size}"
            )

    @property
    def hop_length(self) -> int:
        """Samples per mel frame: each layer has stride 2."""
        return int(2 ** len(self.channels))


class Mcnn(nn.Module):
    """Mel magnitudes to a waveform and a mask.

    The heads are the groups of one convolution per layer; weights and arithmetic are those of
    separate heads.

    Parameters
    ----------
    config : McnnConfig
        Sizes.
    """

    def __init__(self, config: McnnConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or McnnConfig()
        layers: list[nn.Module] = []
        c_in, groups = config.n_mels, 1
        for c_out in config.channels:
            # Keep torch's default initialisation: it damps the large, unscaled input to the size
            # of the output. An initialisation that keeps the variance trains far worse.
            layers.append(
                nn.ConvTranspose1d(
                    c_in * groups,
                    c_out * config.heads,
                    config.kernel_size,
                    stride=2,
                    padding=(config.kernel_size - 1) // 2,
                    output_padding=1,
                    groups=groups,
                    bias=False,
                )
            )
            c_in, groups = c_out, config.heads
        self.layers = nn.ModuleList(layers)
        self.head_weights = nn.Parameter(torch.full((config.heads,), config.heads**-0.5))
        self.softsign_scale = nn.Parameter(torch.tensor([1.0, 1.0]))

    def forward(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        """Invert a batch.

        Parameters
        ----------
        mel : torch.Tensor
            Shape ``(batch, n_mels, frames)``, mel magnitudes, not scaled.

        Returns
        -------
        waveform : torch.Tensor
            Shape ``(batch, frames * hop_length)``: the heads' weighted sum after a scaled
            softsign ``a x / (1 + |b x|)``, before masking.
        mask_logits : torch.Tensor
            Same shape; the mask is their sigmoid.
        """
        x = mel
        for i, layer in enumerate(self.layers):
            x = layer(nn.functional.elu(x) if i else x)
        heads = x.reshape(x.shape[0], self.config.heads, 2, -1).float()
        signal = torch.einsum("bht,h->bt", heads[:, :, 0], self.head_weights)
        a, b = self.softsign_scale[0], self.softsign_scale[1]
        return a * signal / (1 + (b * signal).abs()), heads[:, :, 1].sum(dim=1)
