"""Base class of both trainings: optimiser, learning rate, validation by category."""

import math
from collections import defaultdict
from typing import Any

import lightning
import torch
from torch import Tensor
from torch.optim.lr_scheduler import ReduceLROnPlateau

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import TrainingError
from neural_drum_machine.training.config import Schedule

MONITOR = "val/loss"
PLATEAU = "plateau"
"""Key of the plateau scheduler's state in a checkpoint."""
AVERAGE = "average.module."
"""Prefix of the names of averaged weights in a checkpoint."""


class Stage(lightning.LightningModule):
    """Base of the two training modules.

    Subclasses compute their loss in ``training_step`` and call :meth:`note` for each
    validation batch. Every figure is averaged within each category first, so that rare
    categories count as much as frequent ones.

    Parameters
    ----------
    schedule : Schedule
        Length and learning rate.
    """

    def __init__(self, schedule: Schedule) -> None:
        super().__init__()
        self.schedule = schedule
        self._plateau: ReduceLROnPlateau | None = None
        self._plateau_state: dict[str, Any] | None = None
        self._notes: dict[str, dict[int, list[float]]] = {}

    def checked(self, loss: Tensor) -> Tensor:
        """Return `loss`, or raise if it is not finite.

        Raises
        ------
        TrainingError
            Names the step, and the settings that help.
        """
        if not torch.isfinite(loss):
            raise TrainingError(
                f"the loss is {float(loss.detach())} at step {self.global_step}; lower "
                f"schedule.lr (now {self.schedule.lr:g}) or set schedule.gradient_clip"
            )
        return loss

    def configure_optimizers(self) -> Any:
        """Return Adam with the configured decay."""
        schedule = self.schedule
        trained = [p for p in self.parameters() if p.requires_grad]
        optimizer = torch.optim.Adam(trained, lr=schedule.lr)
        if schedule.decay == "plateau":
            # Lightning would step it after the epoch's checkpoint, so this class does it.
            self._plateau = ReduceLROnPlateau(
                optimizer, factor=schedule.plateau_factor, patience=schedule.plateau_patience
            )
            if self._plateau_state is not None:
                self._plateau.load_state_dict(self._plateau_state)
            return optimizer

        def factor(step: int) -> float:
            if step < schedule.warmup_steps:
                return (step + 1) / schedule.warmup_steps
            done = (step - schedule.warmup_steps) / max(
                1, schedule.max_steps - schedule.warmup_steps
            )
            return 0.5 + 0.5 * math.cos(math.pi * min(1.0, done))

        cosine = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": cosine, "interval": "step"}}

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Store the plateau scheduler's state."""
        if self._plateau is not None:
            checkpoint[PLATEAU] = self._plateau.state_dict()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep the plateau scheduler's state until the optimiser exists."""
        self._plateau_state = checkpoint.get(PLATEAU)

    def on_validation_end(self) -> None:
        """Step the plateau scheduler with the validation loss, the mean over all devices."""
        loss = self.trainer.callback_metrics.get(MONITOR)
        if self._plateau is not None and loss is not None:
            self._plateau.step(float(loss))

    def on_validation_epoch_start(self) -> None:
        """Discard the figures of the last validation."""
        self._notes = defaultdict(lambda: defaultdict(list))

    def note(self, category: Tensor, **figures: Tensor) -> None:
        """Record figures of validation sounds, each ``(batch,)``."""
        for name, values in figures.items():
            for index, value in zip(category.tolist(), values.tolist(), strict=True):
                self._notes[name][index].append(value)

    def on_validation_epoch_end(self) -> None:
        """Log each figure: the mean over the categories, and each category's own."""
        for name, by_category in self._notes.items():
            means = {index: sum(v) / len(v) for index, v in by_category.items()}
            self.log(f"val/{name}", sum(means.values()) / len(means), sync_dist=True)
            for index, mean in means.items():
                self.log(f"val_{name}/{CATEGORIES[index]}", mean, sync_dist=True)
