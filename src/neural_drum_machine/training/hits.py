"""Training of the second generation's generator: core, air and fine attack in one code."""

import math
from typing import Final

import numpy as np
import torch
from torch import Tensor

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.networks.hits import HitCwae, HitTensors
from neural_drum_machine.networks.losses import spectral_convergence
from neural_drum_machine.signal.air import AIR_BANDS, AIR_FLOOR, AIR_RANGE_HZ
from neural_drum_machine.signal.fine_attack import ATTACK_EDGES_HZ, ATTACK_STEP_SECONDS
from neural_drum_machine.signal.mel import mel_band_edges
from neural_drum_machine.training.augment import gain, octaves_of, same_peak
from neural_drum_machine.training.batches import HitBatches
from neural_drum_machine.training.config import CwaeTraining
from neural_drum_machine.training.cwae import CwaeStage, loaders

ONSET_SECONDS: Final = 0.06
"""The frames up to here have `onset_weight`."""
DECIBELS: Final = 20 / math.log(10)
"""Decibels in a unit of the natural logarithm."""


class HitStage(CwaeStage):
    """Squared errors of core, air and fine attack plus β times the codes' MMD².

    If configured, also SC and the cross-entropy of a classifier on decoded sounds.

    Parameters
    ----------
    config : CwaeTraining
        Network, loss and schedule.
    data : Dataset
        Its statistics are stored in the checkpoint.
    """

    model: HitCwae
    air_mean: Tensor
    air_std: Tensor
    attack_mean: Tensor
    attack_std: Tensor
    weight: Tensor
    core_octaves: Tensor
    air_octaves: Tensor
    attack_octaves: Tensor

    def __init__(self, config: CwaeTraining, data: Dataset) -> None:
        super().__init__(config, data.standardisation)
        for name, moments in (("air", data.air_moments), ("attack", data.attack_moments)):
            for part, values in zip(("mean", "std"), moments, strict=True):
                self.register_buffer(f"{name}_{part}", torch.from_numpy(values.copy()))
        spec = data.spec
        seconds = (torch.arange(spec.n_frames) * spec.hop_length - spec.pre_roll) / spec.sr
        weight = torch.where(seconds < ONSET_SECONDS, config.onset_weight, 1.0)
        self.register_buffer("weight", weight, persistent=False)
        edges = torch.tensor((60.0, *ATTACK_EDGES_HZ, AIR_RANGE_HZ[1]))
        air = torch.from_numpy(np.geomspace(*AIR_RANGE_HZ, AIR_BANDS + 1).astype(np.float32))
        centres = [(f[1:] * f[:-1]).sqrt() for f in (air, edges)]
        core = torch.tensor(mel_band_edges(spec)[1:-1], dtype=torch.float32)
        for name, hz in zip(("core", "air", "attack"), (core, *centres), strict=True):
            self.register_buffer(f"{name}_octaves", octaves_of(hz), persistent=False)

    def scaled(self, mel: Tensor, air: Tensor, attack: Tensor) -> HitTensors:
        """Return standardised tensors of magnitudes and levels."""
        return HitTensors(
            self.standardise(mel),
            (air - self.air_mean) / self.air_std,
            (attack - self.attack_mean) / self.attack_std,
        )

    def varied(
        self, mel: Tensor, air: Tensor, attack: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return a batch brighter or darker, and shorter or longer, in all its parts alike.

        Tuning and stretching are left to the dataset's variations: the fine attack cannot follow
        them here.
        """
        config = self.config.augment
        draws = torch.rand(2, len(mel), generator=generator, device=mel.device) * 2 - 1
        tilt, decay = draws[0] * config.tilt_db, draws[1] * config.decay_db
        spec = self.spec
        frames = torch.arange(spec.n_frames, device=mel.device) * (spec.hop_length / spec.sr)
        steps = torch.arange(attack.shape[-1], device=mel.device) * ATTACK_STEP_SECONDS
        shaped = mel * gain(tilt, decay, self.core_octaves, frames)
        whole = same_peak(mel, shaped)

        def moved(levels: Tensor, by: Tensor) -> Tensor:
            rms = (torch.exp(levels) - AIR_FLOOR).clamp_min(0)
            return torch.log(rms * by * whole + AIR_FLOOR)

        return (
            shaped * whole,
            moved(air, gain(tilt, decay, self.air_octaves, frames)),
            moved(attack, gain(tilt, decay, self.attack_octaves, steps)),
        )

    def errors(self, estimate: HitTensors, target: HitTensors) -> dict[str, Tensor]:
        """Return the weighted squared errors of each sound, sums over elements, ``(batch,)``."""
        config = self.config
        parts = {"core": 1.0, "air": config.air_weight, "attack": config.attack_weight}
        out = {}
        for (name, weight), x, y in zip(parts.items(), estimate, target, strict=True):
            squared = (x.float() - y).square()
            frames = squared * self.weight if name != "attack" else squared
            out[name] = weight * frames.sum(dim=(1, 2))
        return out

    def training_step(self, batch: tuple[Tensor, ...], _: int) -> Tensor:
        """Return the loss; see :class:`HitStage`."""
        mel, air, attack, category = batch
        generator = self.random(category.device)
        with torch.autocast(category.device.type, enabled=False):
            if self.config.augment.active:
                mel, air, attack = self.varied(mel, air, attack, generator)
            x = self.scaled(mel, air, attack)
        reconstruction, code = self.autoencode(x, category, generator)
        errors = self.errors(reconstruction, x)
        for name, error in errors.items():
            self.log(f"train/{name}", error.mean() / mel[0].numel(), prog_bar=True)
        loss = torch.stack([error.sum() for error in errors.values()]).sum()
        return self.with_other_terms(
            loss, mel, reconstruction.mel.float(), code, category, generator
        )

    def new_mel(self, code: Tensor, category: Tensor) -> Tensor:
        """Return the core of sounds that are decoded from drawn codes."""
        out: Tensor = self.model.decoder(code, category).mel.float()
        return out

    def validation_step(self, batch: tuple[Tensor, ...], _: int) -> None:
        """Note the errors, as shares of a sound's elements, and the SC of decoded mels."""
        mel, air, attack, category = batch
        x = self.scaled(mel, air, attack)
        reconstruction, _code = (self.average or self.model)(x, category)
        numel = mel[0].numel()
        errors = {k: v / numel for k, v in self.errors(reconstruction, x).items()}
        magnitudes = self.magnitudes(reconstruction.mel.float()).clamp_min(0)
        sc = spectral_convergence(mel, magnitudes)
        # In decibels, for people: the mean error of a level of the fine attack and of the air.
        attack_error = (reconstruction.attack - x.attack) * self.attack_std
        air_error = (reconstruction.air - x.air) * self.air_std
        self.note(
            category,
            loss=torch.stack(list(errors.values())).sum(dim=0),
            core=errors["core"],
            mel_sc=sc,
            attack_db=attack_error.abs().mean(dim=(1, 2)) * DECIBELS,
            air_db=air_error.abs().mean(dim=(1, 2)) * DECIBELS,
        )


def build(config: CwaeTraining, data: Dataset, rank: int) -> tuple[HitStage, object, object]:
    """Return the stage and its training and validation loaders."""
    return (HitStage(config, data), *loaders(config, data, HitBatches(data), rank))
