"""The Lightning trainer of a run: precision, checkpoints, Ctrl-C."""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import lightning
import torch
from lightning.fabric.utilities.exceptions import MisconfigurationException
from lightning.pytorch.callbacks import Callback, ModelCheckpoint, RichProgressBar
from lightning.pytorch.loggers import TensorBoardLogger
from lightning.pytorch.utilities.exceptions import SIGTERMException

from neural_drum_machine.errors import TrainingError
from neural_drum_machine.training import checkpoint
from neural_drum_machine.training.config import Schedule
from neural_drum_machine.training.run import BEST, CPU_SECONDS, LAST, checkpoint_path
from neural_drum_machine.training.stages import MONITOR


def pick_precision(wanted: str, accelerator: str = "auto") -> str:
    """Return Lightning's name of a precision.

    Parameters
    ----------
    wanted : str
        ``auto``, which gives mixed bfloat16 if the hardware supports it and single precision
        otherwise, or a name that is returned unchanged.
    accelerator : str
        Lightning's name of the requested hardware.
    """
    if wanted != "auto":
        return wanted
    if accelerator != "cpu" and torch.cuda.is_available():
        fast = torch.cuda.is_bf16_supported()
    else:
        fast = bool(torch.cpu._is_avx512_bf16_supported())
    return "bf16-mixed" if fast else "32-true"


class SaveAndStop(Callback):
    """Saves after every epoch and on an interruption, and counts the CPU time.

    The first Ctrl-C waits for the end of the batch, so that weights and statistics in the
    checkpoint belong to the same step. The second one does not wait.

    Parameters
    ----------
    folder : Path
        The run's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cpu_seconds = 0.0
        self._start = time.process_time()
        self._asked_to_stop = False

    def state_dict(self) -> dict[str, Any]:
        """Return the CPU time until now, for a checkpoint."""
        now = time.process_time()
        self.cpu_seconds, self._start = self.cpu_seconds + now - self._start, now
        return {CPU_SECONDS: self.cpu_seconds}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue from the CPU time in a checkpoint."""
        self.cpu_seconds = state_dict[CPU_SECONDS]

    def on_fit_start(self, *_: Any) -> None:
        """Start the clock."""
        self._start = time.process_time()

    @contextlib.contextmanager
    def handling_ctrl_c(self) -> Iterator[None]:
        """Handle SIGINT inside the ``with`` block; only the main thread can."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        handler = signal.signal(signal.SIGINT, self._ask_to_stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, handler)

    def _ask_to_stop(self, *_: Any) -> None:
        if self._asked_to_stop:
            raise KeyboardInterrupt
        self._asked_to_stop = True

    def _stop_if_asked(self) -> None:
        if self._asked_to_stop:
            raise KeyboardInterrupt

    def on_train_batch_end(self, *_: Any) -> None:
        """Stop here after Ctrl-C."""
        self._stop_if_asked()

    def on_validation_batch_end(self, *_: Any) -> None:
        """Stop here after Ctrl-C."""
        self._stop_if_asked()

    def on_train_epoch_end(self, trainer: Any, _module: Any) -> None:
        """Save."""
        trainer.save_checkpoint(checkpoint_path(self.folder))

    def on_exception(self, trainer: Any, _module: Any, exception: BaseException) -> None:
        """Save if the run was interrupted after its first step."""
        stopped = isinstance(exception, KeyboardInterrupt | SIGTERMException)
        if stopped and trainer.global_step:
            trainer.save_checkpoint(checkpoint_path(self.folder))


class _Checkpoint(ModelCheckpoint):
    """Lightning's checkpoints with the suffix of this program, also in a folder that was moved."""

    FILE_EXTENSION = checkpoint.SUFFIX

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Restore the best loss; Lightning forgets it when the folder has another path."""
        folder = Path(self.dirpath or "")

        def moved(path: str) -> str:
            return str(folder / Path(path).name) if path else path

        paths = ("best_model_path", "kth_best_model_path", "last_model_path")
        here = {key: moved(state_dict[key]) for key in paths}
        best = {moved(path): score for path, score in state_dict["best_k_models"].items()}
        super().load_state_dict(
            {**state_dict, **here, "best_k_models": best, "dirpath": self.dirpath}
        )


def make_trainer(
    out: Path,
    schedule: Schedule,
    *,
    devices: int,
    num_nodes: int,
    accelerator: str,
    callbacks: Sequence[Callback],
    progress: bool,
) -> lightning.Trainer:
    """Return a trainer that writes into a run's folder.

    Parameters
    ----------
    out : Path
        The run's folder.
    schedule : Schedule
        Length, precision, gradient clipping, time between checkpoints.
    devices, num_nodes, accelerator
        Lightning's; more than one device trains with DDP.
    callbacks : sequence of Callback
        Added to the ones that write checkpoints.
    progress : bool
        Show a progress bar.

    Raises
    ------
    TrainingError
        If the hardware is not available.
    """
    last = _Checkpoint(
        out,
        LAST,
        # An epoch may take longer than the time that a killed run may lose.
        train_time_interval=timedelta(minutes=schedule.checkpoint_minutes),
        enable_version_counter=False,
    )
    best = _Checkpoint(
        out,
        BEST,
        monitor=MONITOR,
        # After the validation and so before `last`, which stores the best loss.
        save_on_train_epoch_end=False,
        enable_version_counter=False,
    )
    try:
        return lightning.Trainer(
            accelerator=accelerator,
            devices=devices,
            num_nodes=num_nodes,
            strategy="ddp" if devices * num_nodes > 1 else "auto",
            precision=cast("Any", pick_precision(schedule.precision, accelerator)),
            # In epochs: Lightning resumes a run that is limited by steps at the wrong place.
            max_epochs=schedule.epochs,
            gradient_clip_val=schedule.gradient_clip or None,
            check_val_every_n_epoch=1,
            num_sanity_val_steps=0,
            use_distributed_sampler=False,
            log_every_n_steps=min(10, schedule.steps_per_epoch),
            enable_progress_bar=progress,
            enable_model_summary=False,
            logger=TensorBoardLogger(out, name="tensorboard", version=""),
            plugins=[checkpoint.SafetensorsCheckpointIO()],
            callbacks=[last, best, *([RichProgressBar()] if progress else []), *callbacks],
        )
    except (MisconfigurationException, ValueError) as error:
        raise TrainingError(
            f"--accelerator {accelerator}, --devices {devices}: not available here ({error}); "
            "use --accelerator auto"
        ) from error
