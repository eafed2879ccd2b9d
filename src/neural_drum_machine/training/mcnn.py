"""Training of the inverter."""

import numpy as np
import numpy.typing as npt
from torch import Tensor

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import TrainingError
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.networks.losses import (
    log_spectral_convergence,
    mask_bce,
    spectral_convergence,
)
from neural_drum_machine.networks.mcnn import Mcnn
from neural_drum_machine.networks.mel import MelSpectrogram
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.mel import exp_mel
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.training.batches import (
    BalancedSampler,
    Decode,
    WaveBatches,
    loader,
    reading_ahead,
    training_pools,
    validation_picks,
)
from neural_drum_machine.training.config import McnnTraining
from neural_drum_machine.training.stages import Stage


class McnnStage(Stage):
    """3·SC + 10·SClog on the mels of the masked output, plus the mask's cross-entropy.

    Parameters
    ----------
    config : McnnTraining
        Network, loss and schedule.
    spec : AudioSpec
        Sample rate, FFT and mel sizes.
    """

    def __init__(self, config: McnnTraining, spec: AudioSpec) -> None:
        super().__init__(config.schedule)
        self.config = config
        self.spec = spec
        self.model = Mcnn(config.model)
        self.mel = MelSpectrogram(spec)

    def training_step(self, batch: tuple[Tensor, Tensor, Tensor, Tensor], _: int) -> Tensor:
        """Return the paper's loss."""
        mel, wave, mask, _category = batch
        raw, logits = self.model(mel)
        target, estimate = self.mel(wave), self.mel(raw * logits.sigmoid())
        sc = spectral_convergence(target, estimate).mean()
        log_sc = log_spectral_convergence(target, estimate, self.spec.log_eps).mean()
        bce = mask_bce(logits, mask)
        config = self.config
        loss = config.sc_weight * sc + config.log_sc_weight * log_sc + config.mask_weight * bce
        self.log("train/sc", sc, prog_bar=True)
        self.log("train/log_sc", log_sc, prog_bar=True)
        self.log("train/mask_bce", bce, prog_bar=True)
        return self.checked(loss)

    def validation_step(self, batch: tuple[Tensor, Tensor, Tensor, Tensor], _: int) -> None:
        """Note SC, SClog and mask accuracy of whole sounds, masked as in use: 0 or 1."""
        mel, wave, mask, category = batch
        raw, logits = self.model(mel)
        inside = logits > 0
        target, estimate = self.mel(wave), self.mel(raw * inside)
        sc = spectral_convergence(target, estimate)
        log_sc = log_spectral_convergence(target, estimate, self.spec.log_eps)
        accuracy = (inside == (mask > 0.5)).float().mean(dim=1)
        config = self.config
        loss = config.sc_weight * sc + config.log_sc_weight * log_sc
        self.note(category, loss=loss, sc=sc, log_sc=log_sc, mask_accuracy=accuracy)


def build(
    config: McnnTraining, data: Dataset, rank: int, generator: DrumMachine | None = None
) -> tuple[McnnStage, object, object]:
    """Return the stage and its training and validation loaders.

    Parameters
    ----------
    config : McnnTraining
        Network, loss and schedule.
    data : Dataset
        The sounds.
    rank : int
        Number of this process.
    generator : DrumMachine, optional
        Encodes and decodes the configured share of the mels.

    Raises
    ------
    TrainingError
        If the configuration has such a share and there is no generator.
    """
    if config.decoded_share and generator is None:
        raise TrainingError(
            f"mcnn.decoded_share is {config.decoded_share}, which needs a model that decodes: use "
            "--generator MODEL.ndm, or set it to 0"
        )
    decode = _decoding(generator) if generator else None
    spec, schedule = data.spec, config.schedule
    frames = min(config.crop_frames, spec.n_frames)
    # A generator runs in this process: its threads do not survive a fork.
    ahead = 0 if decode else reading_ahead()
    sampler = BalancedSampler(
        training_pools(data),
        config.batch_size,
        schedule.steps_per_epoch,
        seed=schedule.seed,
        rank=rank,
        max_start=spec.n_frames - frames if frames else 0,
        onset_share=config.onset_share,
    )
    return (
        McnnStage(config, spec),
        loader(WaveBatches(data, frames, decode, config.decoded_share), sampler, ahead),
        loader(WaveBatches(data), validation_picks(data, 32)),
    )


def _decoding(machine: DrumMachine) -> Decode:
    """Return a function that encodes and decodes the mels of a dataset's sounds."""

    def decode(levels: Levels, categories: npt.NDArray[np.int64]) -> FloatArray:
        return exp_mel(machine.autoencode(levels, categories).mel, machine.spec)

    return decode
