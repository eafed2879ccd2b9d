"""The generator of the second generation: core, air and fine attack of a hit in one code.

It is the frame-rate network (:mod:`neural_drum_machine.networks.frames`) with more to say. Air, the
bands above 10.5 kHz, has the frames of the mel spectrogram and joins its bands as further rows. The
fine attack has steps of a millisecond and no frames; linear layers read and write it beside the
fully connected layer between convolutions and code.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from neural_drum_machine.networks.frames import FrameConfig, FrameDecoder, FrameEncoder


class HitTensors(NamedTuple):
    """Sounds as the network sees them, all standardised.

    Attributes
    ----------
    mel : torch.Tensor
        Log-mel ``(batch, n_mels, n_frames)``.
    air : torch.Tensor
        Levels ``(batch, air_bands, n_frames)``.
    attack : torch.Tensor
        Levels ``(batch, attack_bands, attack_steps)``.
    """

    mel: Tensor
    air: Tensor
    attack: Tensor


@dataclass(frozen=True, slots=True)
class HitConfig(FrameConfig):
    """Sizes of a :class:`HitCwae`; see :class:`FrameConfig` for the others.

    Attributes
    ----------
    air_bands : int
        Bands above the core.
    attack_bands, attack_steps : int
        Size of the fine attack.
    attack_hidden : int
        Width of the layer that makes the fine attack.
    """

    n_frames: int = 128
    channels: tuple[int, ...] = (192, 192, 256, 320)
    air_bands: int = 8
    attack_bands: int = 5
    attack_steps: int = 40
    attack_hidden: int = 256

    @property
    def rows(self) -> int:
        """Values of a frame: the bands of the core and those of the air."""
        return self.n_mels + self.air_bands

    @property
    def attack_size(self) -> int:
        """Number of values of the fine attack."""
        return self.attack_bands * self.attack_steps


class HitEncoder(FrameEncoder):
    """Core, air and fine attack to code ``(batch, latent_dim)``."""

    def __init__(self, config: HitConfig) -> None:
        super().__init__(config)
        self.attack = nn.Linear(config.attack_size, config.hidden)

    def forward(self, hit: HitTensors, category: Tensor) -> Tensor:  # type: ignore[override]
        """Encode hits as sounds of `category` ``(batch,)`` (int64)."""
        hidden = self.summary(torch.cat([hit.mel, hit.air], dim=1), category)
        hidden = hidden + self.attack(hit.attack.flatten(1))
        code: Tensor = self.leave(nn.functional.gelu(hidden, approximate="tanh"))
        return code


class HitDecoder(FrameDecoder):
    """Code ``(batch, latent_dim)`` to core, air and fine attack."""

    config: HitConfig

    def __init__(self, config: HitConfig) -> None:
        super().__init__(config)
        self.attack_hidden = nn.Linear(config.hidden, config.attack_hidden)
        self.attack = nn.Linear(config.attack_hidden, config.attack_size)

    def forward(self, code: Tensor, category: Tensor) -> HitTensors:  # type: ignore[override]
        """Decode `code` as a sound of `category` ``(batch,)`` (int64)."""
        config, plan = self.config, self.plan(code, category)
        frames = self.frames(plan, category)
        attack = self.attack(nn.functional.gelu(self.attack_hidden(plan), approximate="tanh"))
        return HitTensors(
            frames[:, : config.n_mels],
            frames[:, config.n_mels :],
            attack.reshape(-1, config.attack_bands, config.attack_steps),
        )


class HitCwae(nn.Module):
    """Encoder and decoder.

    Parameters
    ----------
    config : HitConfig
        Sizes.
    """

    def __init__(self, config: HitConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or HitConfig()
        self.encoder = HitEncoder(config)
        self.decoder = HitDecoder(config)

    def forward(self, hit: HitTensors, category: Tensor) -> tuple[HitTensors, Tensor]:
        """Encode and decode; return reconstructions and codes."""
        code = self.encoder(hit, category)
        return self.decoder(code, category), code
