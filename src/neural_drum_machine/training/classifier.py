"""Training of the classifier that judges datasets and labels sounds whose names say nothing."""

import contextlib
import logging
import math
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.utils.data import Dataset as TorchDataset

from neural_drum_machine.dataset.store import Dataset, release
from neural_drum_machine.files import atomic_file
from neural_drum_machine.networks.classifier import Classifier, folded_weights
from neural_drum_machine.prepare.labelling.classes import CLASSES
from neural_drum_machine.prepare.recordings.thumbnail import thumbnail
from neural_drum_machine.signal.air import AIR_BANDS
from neural_drum_machine.training.batches import BalancedSampler, Picks, loader

Thumbnails = npt.NDArray[np.float16]
_AIR_SCALE = 1274.0
"""Median over recorded hi-hats, shakers and tambourines: their loudest value in the six highest
bands of the thumbnail, over the loudest of their air."""


def thumbnails(data: Dataset, rows: Sequence[int] | npt.NDArray[np.int64]) -> Thumbnails:
    """Return the thumbnails of sounds of a dataset from their onsets on, ``(n, 64, 86)``."""
    out = np.empty((len(rows), 64, 86), np.float16)
    for i, row in enumerate(rows):
        out[i] = thumbnail(data.wave(int(row))[data.spec.pre_roll :], data.spec.sr)
        if i % 512 == 511:
            release(data.waves)
    return out


def full_band_thumbnails(data: Dataset, rows: Sequence[int] | npt.NDArray[np.int64]) -> Thumbnails:
    """Return thumbnails with the air above them, ``(n, 64 + AIR_BANDS, 86)``.

    The air's levels have another scale than the core's. :data:`_AIR_SCALE` makes the spectra of
    recorded hi-hats go on evenly.
    """
    core = thumbnails(data, rows)
    first = data.spec.pre_roll // data.spec.hop_length
    out = np.empty((len(rows), core.shape[1] + AIR_BANDS, core.shape[2]), np.float16)
    out[:, : core.shape[1]] = core
    for start in range(0, len(rows), 512):
        part = np.asarray(rows[start : start + 512])
        air = np.exp(data.air[part, :, first : first + core.shape[2]].astype(np.float32))
        out[start : start + 512, core.shape[1] :] = 0
        out[start : start + 512, core.shape[1] :, : air.shape[2]] = air * _AIR_SCALE
        release(data.air)
    return out


class _Batches(TorchDataset[tuple[Tensor, Tensor]]):
    def __init__(self, mels: Thumbnails, classes: npt.NDArray[np.int64]) -> None:
        self.mels = mels
        self.classes = classes

    def __getitem__(self, picks: Picks) -> tuple[Tensor, Tensor]:
        mels = torch.from_numpy(self.mels[picks.rows].astype(np.float32))
        return mels, torch.from_numpy(self.classes[picks.rows])


class _Stage(lightning.LightningModule):
    def __init__(self, model: Classifier, steps: int, lr: float) -> None:
        super().__init__()
        self.model = model
        self.steps = steps
        self.lr = lr

    def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
        mel, target = batch
        mel = _hide(mel)
        # Mix pairs of sounds and their classes (mixup): with few kits a network memorises kits.
        order = torch.randperm(len(mel), device=mel.device)
        share = float(np.random.default_rng(self.global_step).beta(0.3, 0.3))
        scores = self.model(share * mel + (1 - share) * mel[order])
        loss = nn.functional.cross_entropy(scores, target, label_smoothing=0.05)
        other = nn.functional.cross_entropy(scores, target[order], label_smoothing=0.05)
        total = share * loss + (1 - share) * other
        self.log("train/loss", total, prog_bar=True)
        return total

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.AdamW(self.parameters(), lr=self.lr, weight_decay=0.02)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, self.lr, self.steps)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }


def _hide(mel: Tensor) -> Tensor:
    """Return spectrograms up to two frames later, with some bands and late frames set to zero."""
    batch, bands, frames = mel.shape
    mel = torch.roll(mel, int(torch.randint(0, 3, ())), dims=2)
    rows = torch.arange(bands, device=mel.device)
    width = torch.randint(0, bands // 6, (batch, 1), device=mel.device)
    start = torch.randint(0, bands, (batch, 1), device=mel.device)
    hidden = (rows >= start) & (rows < start + width)
    columns = torch.arange(frames, device=mel.device)
    # Never the attack: without it a hit is another sound.
    later = torch.randint(frames // 4, 2 * frames, (batch, 1), device=mel.device)
    gone = (columns >= later) & (columns < later + frames // 8)
    return mel * ~(hidden[:, :, None] | gone[:, None, :])


def train_classifier(
    mels: Thumbnails,
    classes: npt.NDArray[np.int64],
    *,
    steps: int = 3000,
    batch_size: int = 128,
    lr: float = 4e-3,
    seed: int = 0,
    progress: bool = False,
) -> Classifier:
    """Train a classifier; all classes are equally frequent in its batches.

    Parameters
    ----------
    mels : numpy.ndarray
        Shape ``(n, 64, 86)``, thumbnails.
    classes : numpy.ndarray
        Shape ``(n,)``, indices of :data:`~neural_drum_machine.prepare.labelling.classes.CLASSES`.
    steps : int
        Optimiser steps.
    batch_size : int
        Sounds in each.
    lr : float
        Highest learning rate.
    seed : int
        Seed of everything random.
    progress : bool
        Show Lightning's Rich progress bar.

    Returns
    -------
    Classifier
        Trained, in evaluation mode.
    """
    lightning.seed_everything(seed, verbose=False)
    pools = [np.flatnonzero(classes == number) for number in range(len(CLASSES))]
    sampler = BalancedSampler(pools, batch_size, steps, seed=seed)
    model = Classifier(len(CLASSES))
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    with _quiet():
        trainer = _trainer(progress)
        trainer.fit(_Stage(model, steps, lr), loader(_Batches(mels, classes), sampler))
    return model.eval()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Hide Lightning's messages about the hardware."""
    logger = logging.getLogger("lightning.pytorch")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _trainer(progress: bool) -> lightning.Trainer:
    return lightning.Trainer(
        max_epochs=1,
        # For convolutions this small, single precision is several times faster than bfloat16.
        precision="32-true",
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_model_summary=False,
        enable_progress_bar=progress,
        gradient_clip_val=5.0,
    )


def scores(model: Classifier, mels: Thumbnails) -> npt.NDArray[np.float32]:
    """Return the class scores of thumbnails ``(n, 64, 86)`` as ``(n, 12)``."""
    with torch.inference_mode():
        parts = [
            model(torch.from_numpy(part.astype(np.float32))).numpy()
            for part in np.array_split(mels, max(1, math.ceil(len(mels) / 256)))
        ]
    return np.concatenate(parts)


def temperature_of(logits: npt.NDArray[np.float32], classes: npt.NDArray[np.int64]) -> float:
    """Return the temperature that calibrates scores of unseen sounds.

    It maximises their likelihood, with equal weight for each class, between 0.3 and 5.

    Parameters
    ----------
    logits : numpy.ndarray
        Shape ``(n, 12)``, class scores.
    classes : numpy.ndarray
        Shape ``(n,)``, the right classes.
    """
    weights = 1.0 / np.bincount(classes, minlength=len(CLASSES))[classes]

    def loss(temperature: float) -> float:
        z = logits.astype(np.float64) / temperature
        logs = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
        return float(-(weights * logs[np.arange(len(classes)), classes]).sum())

    grid = np.geomspace(0.3, 5.0, 60)
    return float(grid[np.argmin([loss(t) for t in grid])])


def save(model: Classifier, temperature: float, path: Path) -> None:
    """Write a classifier as the file of arrays that the labeller reads."""
    with atomic_file(path) as file:
        np.savez(file, **folded_weights(model, temperature))  # type: ignore[arg-type]
