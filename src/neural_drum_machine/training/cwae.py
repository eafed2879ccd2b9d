"""Training of the generator.

This file is longer than 250 lines because the terms of the loss are one class.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn.functional import adaptive_avg_pool2d, cross_entropy
from torch.optim.swa_utils import AveragedModel

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.networks.classifier import Classifier
from neural_drum_machine.networks.generator import build_generator
from neural_drum_machine.networks.losses import category_mmd2, spectral_convergence
from neural_drum_machine.prepare.labelling.classes import CLASSES
from neural_drum_machine.signal.mel import mel_ceiling
from neural_drum_machine.signal.standardisation import Standardisation
from neural_drum_machine.training.augment import augment
from neural_drum_machine.training.batches import (
    BalancedSampler,
    HitBatches,
    MelBatches,
    loader,
    reading_ahead,
    training_pools,
    validation_picks,
)
from neural_drum_machine.training.config import CwaeTraining
from neural_drum_machine.training.stages import AVERAGE, Stage


def running_mean(decay: float) -> Callable[..., None]:
    """Return the update of averaged weights: their mean at first, then an exponential average.

    Parameters
    ----------
    decay : float
        Share of the average that each later update keeps.
    """

    @torch.no_grad()
    def update(averages: list[Tensor], weights: list[Tensor], done: Tensor) -> None:
        share = max(1 - decay, 1 / (float(done) + 1))
        torch._foreach_lerp_(averages, weights, share)

    return update


def thumbnails(mel: Tensor) -> Tensor:
    """Return mel magnitudes ``(batch, n_mels, n_frames)`` in a classifier's 64 bands."""
    return adaptive_avg_pool2d(mel[:, None], (64, mel.shape[-1]))[:, 0]


class CwaeStage(Stage):
    """Squared error of the standardised log-mel plus β times the codes' MMD².

    If configured, also SC and the cross-entropy of a classifier on decoded sounds.

    Parameters
    ----------
    config : CwaeTraining
        Network, loss and schedule.
    standardisation : Standardisation
        The dataset's; it is stored in the checkpoint.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, config: CwaeTraining, standardisation: Standardisation) -> None:
        super().__init__(config.schedule)
        self.config = config
        self.model = build_generator(config.network, config.model, config.frames, config.hits)
        self.average = (
            AveragedModel(self.model, multi_avg_fn=running_mean(config.ema_decay))
            if config.ema_decay
            else None
        )
        if self.average:
            self.average.requires_grad_(False)
        # Without dropout: a resumed run would not repeat its draws.
        self.classifier = Classifier(len(CLASSES), dropout=0.0) if config.category_weight else None
        self.spec = standardisation.spec
        self.log_ceiling = math.log(mel_ceiling(self.spec))
        self.register_buffer("mean", torch.from_numpy(standardisation.mean.copy()))
        self.register_buffer("std", torch.from_numpy(standardisation.std.copy()))

    def standardise(self, mel: Tensor) -> Tensor:
        """Return standardised log-mel of magnitudes."""
        return (torch.log(mel + self.spec.log_eps) - self.mean) / self.std

    def magnitudes(self, x: Tensor) -> Tensor:
        """Return mel magnitudes of standardised log-mel; silence can be slightly below 0."""
        logs = (x * self.std + self.mean).clamp_max(self.log_ceiling)
        return torch.exp(logs) - self.spec.log_eps

    def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
        """Return the paper's loss, summed squared error + β·D, plus the configured other terms."""
        mel, category = batch
        generator = self.random(mel.device)
        with torch.autocast(mel.device.type, enabled=False):
            mel = augment(mel, self.spec, self.config.augment, generator)
            x = self.standardise(mel)
        reconstruction, code = self.autoencode(x, category, generator)
        reconstruction = reconstruction.float()
        squared = (reconstruction - x).square()
        self.log("train/mse", squared.mean(), prog_bar=True)
        return self.with_other_terms(squared.sum(), mel, reconstruction, code, category, generator)

    def autoencode(
        self, x: Any, category: Tensor, generator: torch.Generator
    ) -> tuple[Any, Tensor]:
        """Return decoded sounds, and their codes without the configured noise.

        Parameters
        ----------
        x : torch.Tensor or HitTensors
            Standardised sounds.
        category : torch.Tensor
            Shape ``(batch,)``.
        generator : torch.Generator
            Of the step's random numbers.
        """
        if not self.config.code_noise:
            decoded, code = self.model(x, category)
            return decoded, code
        code = self.model.encoder(x, category)
        noise = torch.randn(code.shape, generator=generator, device=code.device)
        return self.model.decoder(code + self.config.code_noise * noise, category), code

    def new_mel(self, code: Tensor, category: Tensor) -> Tensor:
        """Return the standardised log-mels of sounds that are decoded from drawn codes."""
        out: Tensor = self.model.decoder(code, category).float()
        return out

    def with_other_terms(
        self,
        loss: Tensor,
        mel: Tensor,
        reconstruction: Tensor,
        code: Tensor,
        category: Tensor,
        generator: torch.Generator,
    ) -> Tensor:
        """Return the squared error with the MMD², and with SC and the classifier if configured.

        Parameters
        ----------
        loss : torch.Tensor
            Scalar: the squared errors, summed over elements and batch.
        mel : torch.Tensor
            Magnitudes ``(batch, n_mels, n_frames)`` of the sounds.
        reconstruction : torch.Tensor
            Their standardised log-mels after encoding and decoding.
        code : torch.Tensor
            Shape ``(batch, latent_dim)``.
        category : torch.Tensor
            Shape ``(batch,)``.
        generator : torch.Generator
            Of the step's random numbers.
        """
        mmd2 = category_mmd2(code, category, self.config.mmd_scales, generator)
        loss = loss + self.config.beta * mmd2
        if self.config.sc_weight:
            sc = spectral_convergence(mel, self.magnitudes(reconstruction))
            # Times the elements of a sound, because the squared errors are a sum over them.
            loss = loss + self.config.sc_weight * mel[0].numel() * sc.sum()
            self.log("train/sc", sc.mean(), prog_bar=True)
        if self.classifier:
            # Half as many drawn sounds as reconstructions: decoding takes most of a step.
            asked = category[::2]
            drawn = torch.randn(
                (len(asked), code.shape[1]), generator=generator, device=code.device
            )
            decoded = torch.cat([reconstruction, self.new_mel(drawn, asked)])
            own, others = self.classifier_losses(mel, decoded, torch.cat([category, asked]))
            # The classifier's own loss is not multiplied by a sound's elements: it would be most of
            # the gradient norm that clipping limits.
            loss = loss + own + self.config.category_weight * mel[0].numel() * others
        self.log("train/mmd2", mmd2, prog_bar=True)
        self.log("train/code_std", code.float().std())
        return self.checked(loss)

    def random(self, device: torch.device) -> torch.Generator:
        """Return the generator of a step's random numbers.

        It depends on seed, step and process alone, so that a resumed run draws the same numbers as
        an unbroken one.
        """
        seeds = np.random.SeedSequence([self.schedule.seed, self.global_step, self.global_rank])
        generator = torch.Generator(device)
        generator.manual_seed(int(seeds.generate_state(1, np.uint64)[0]))
        return generator

    def classifier_losses(
        self, mel: Tensor, decoded: Tensor, asked: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the classifier's cross-entropy on sounds and on decoded sounds.

        The first has gradients for the classifier alone, the second for the generator alone.

        Parameters
        ----------
        mel : torch.Tensor
            Magnitudes ``(batch, n_mels, n_frames)``.
        decoded : torch.Tensor
            Standardised log-mels ``(n, n_mels, n_frames)``: reconstructions, then new sounds.
        asked : torch.Tensor
            Shape ``(n,)``: the categories of the decoded sounds. The first are the sounds'.

        Returns
        -------
        tuple of torch.Tensor
            Scalars in nats: the mean over the sounds, and the sum over the decoded sounds.
        """
        classifier = self.classifier
        assert classifier is not None
        with torch.autocast(mel.device.type, enabled=False):
            own = cross_entropy(classifier(thumbnails(mel)), asked[: len(mel)])
            frozen = {name: value.detach() for name, value in classifier.state_dict().items()}
            # Evaluation mode: decoded sounds must not change its batch statistics.
            classifier.eval()
            small = thumbnails(self.magnitudes(decoded).clamp_min(0))
            scores = functional_call(classifier, frozen, (small,))
            classifier.train()
            others = cross_entropy(scores, asked, reduction="sum")
        self.log("train/category", others / len(decoded), prog_bar=True)
        return own, others

    def optimizer_step(self, *args: Any, **kwargs: Any) -> None:
        """Take a step and update the averaged weights.

        Not at the end of the batch: timed checkpoints are written before that.
        """
        super().optimizer_step(*args, **kwargs)
        if self.average:
            self.average.update_parameters(self.model)

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Start the average with the run's weights if the checkpoint has none."""
        super().on_load_checkpoint(checkpoint)
        state = checkpoint["state_dict"]
        if self.average and not any(key.startswith(AVERAGE) for key in state):
            own = {k.removeprefix("model."): v for k, v in state.items() if k.startswith("model.")}
            state.update({AVERAGE + key: value.clone() for key, value in own.items()})
            state["average.n_averaged"] = self.average.n_averaged.clone()
        elif not self.average:
            for key in [key for key in state if key.startswith("average.")]:
                del state[key]

    def validation_step(self, batch: tuple[Tensor, Tensor], _: int) -> None:
        """Note the squared error (standardised, mean over elements) and the SC of decoded mels."""
        mel, category = batch
        x = self.standardise(mel)
        # The averaged weights, if there are any, because those get exported.
        reconstruction, _code = (self.average or self.model)(x, category)
        reconstruction = reconstruction.float()
        mse = (reconstruction - x).square().mean(dim=(1, 2))
        sc = spectral_convergence(mel, self.magnitudes(reconstruction).clamp_min(0))
        self.note(category, loss=mse, mel_sc=sc)


def loaders(
    config: CwaeTraining, data: Dataset, batches: MelBatches | HitBatches, rank: int
) -> tuple[object, object]:
    """Return the training and the validation loader of a dataset's batches."""
    pools = training_pools(data)
    size = config.per_category * sum(len(pool) > 0 for pool in pools)
    schedule = config.schedule
    sampler = BalancedSampler(pools, size, schedule.steps_per_epoch, seed=schedule.seed, rank=rank)
    training = loader(batches, sampler, reading_ahead())
    return training, loader(batches, validation_picks(data, 128))


def build(config: CwaeTraining, data: Dataset, rank: int) -> tuple[CwaeStage, object, object]:
    """Return the stage and its training and validation loaders."""
    stage = CwaeStage(config, data.standardisation)
    return (stage, *loaders(config, data, MelBatches(data), rank))
