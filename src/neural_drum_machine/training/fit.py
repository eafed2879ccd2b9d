"""Running a stage: trainer, precision, checkpoints, resuming."""

import contextlib
import functools
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

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import TrainingError
from neural_drum_machine.files import locked
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.training import checkpoint, cwae, mcnn
from neural_drum_machine.training.config import CwaeTraining, McnnTraining, Schedule, TrainingConfig
from neural_drum_machine.training.run import (
    BEST,
    CPU_SECONDS,
    LAST,
    StageName,
    checkpoint_path,
    continued,
    describe,
    read,
    write,
)
from neural_drum_machine.training.stages import MONITOR
from neural_drum_machine.training.warm_start import start_from


def pick_precision(wanted: str, accelerator: str = "auto") -> str:
    """Return Lightning's name of the precision: mixed bfloat16 if the hardware has it.

    Parameters
    ----------
    wanted : str
        ``auto`` or a name that is returned as it is.
    accelerator : str
        Lightning's name of the hardware that is asked for.
    """
    if wanted != "auto":
        return wanted
    if accelerator != "cpu" and torch.cuda.is_available():
        fast = torch.cuda.is_bf16_supported()
    else:
        fast = bool(torch.cpu._is_avx512_bf16_supported())
    return "bf16-mixed" if fast else "32-true"


class _Checkpoint(ModelCheckpoint):
    """Lightning's checkpoints under our suffix."""

    FILE_EXTENSION = checkpoint.SUFFIX


class _Keep(Callback):
    """Saves after every epoch and on an interruption, and counts the time spent.

    Timed checkpoints come on top: an epoch may last longer than what a kill may cost. Ctrl-C waits
    for the end of the batch, in whose middle weights and statistics would not belong together;
    the second does not wait.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cpu_seconds = 0.0
        self._start = time.process_time()
        self._asked_to_stop = False

    def state_dict(self) -> dict[str, Any]:
        now = time.process_time()
        self.cpu_seconds, self._start = self.cpu_seconds + now - self._start, now
        return {CPU_SECONDS: self.cpu_seconds}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.cpu_seconds = state_dict[CPU_SECONDS]

    def on_fit_start(self, *_: Any) -> None:
        self._start = time.process_time()

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Take Ctrl-C, in the thread that may."""
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
        self._stop_if_asked()

    def on_validation_batch_end(self, *_: Any) -> None:
        self._stop_if_asked()

    def on_train_epoch_end(self, trainer: Any, _module: Any) -> None:
        trainer.save_checkpoint(checkpoint_path(self.folder))

    def on_exception(self, trainer: Any, _module: Any, exception: BaseException) -> None:
        stopped = isinstance(exception, KeyboardInterrupt | SIGTERMException)
        if stopped and trainer.global_step:
            trainer.save_checkpoint(checkpoint_path(self.folder))


def fit(
    stage: StageName,
    config: TrainingConfig,
    data: Dataset,
    out: Path,
    *,
    resume: bool = False,
    start: Bundle | None = None,
    generator: DrumMachine | None = None,
    devices: int = 1,
    num_nodes: int = 1,
    accelerator: str = "auto",
    callbacks: Sequence[Callback] = (),
    progress: bool = False,
) -> Path:
    """Train one network.

    Parameters
    ----------
    stage : {"cwae", "mcnn"}
        Which.
    config : TrainingConfig
        Of both; only the stage's part is used.
    data : Dataset
        The sounds.
    out : Path
        The run's folder: ``last.safetensors``, ``best.safetensors``, ``run.json``,
        TensorBoard's files.
    resume : bool
        Go on from ``last.safetensors``.
    start : Bundle, optional
        A model file whose weights a new run begins with; random ones otherwise.
    generator : DrumMachine, optional
        What decodes ``mcnn.decoded_share`` of the inverter's mels.
    devices, num_nodes, accelerator
        Lightning's; more than one device trains with DDP.
    callbacks : sequence of Callback
        More of Lightning's.
    progress : bool
        Show Lightning's Rich progress bar.

    Returns
    -------
    Path
        ``last.safetensors``.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C and SIGTERM, after a checkpoint was saved.
    TrainingError
        If the run exists and `resume` is not asked for (or the reverse), another process trains
        it, the checkpoint is foreign, there are no validation sounds, the model to start from
        is built otherwise, or the loss stops being finite.
    """
    last = checkpoint_path(out)
    if resume and not last.is_file():
        raise TrainingError(f"{last}: nothing to resume; leave out --resume")
    if resume and start:
        raise TrainingError("--resume goes on from the run's own weights; leave out --start-from")
    if last.is_file() and not resume:
        raise TrainingError(f"{out}: holds a run already; use --resume, or another --out")
    part: CwaeTraining | McnnTraining = getattr(config, stage)
    _check_sizes(stage, part, data)
    schedule = part.schedule
    run, step = describe(stage, part, data), 0
    if generator:
        run["generator"] = generator.hash
    out.mkdir(parents=True, exist_ok=True)
    if resume:
        step = checkpoint.load(last)["global_step"]
        run = continued(run, read(out), step, out)
    lightning.seed_everything(schedule.seed, verbose=False)
    keep = _Keep(out)
    trainer = _trainer(out, schedule, devices, num_nodes, accelerator, [keep, *callbacks], progress)
    build: Any = (
        cwae.build if stage == "cwae" else functools.partial(mcnn.build, generator=generator)
    )
    module, training, validation = build(part, data, trainer.global_rank)
    if start:
        run["started_from"] = start_from(module.model, start)
    training.sampler.skip(*divmod(step, schedule.steps_per_epoch))
    with contextlib.ExitStack() as held:
        if trainer.is_global_zero:  # the one that writes
            busy = f"{out}: another process trains this run; wait for its end, or use another --out"
            held.enter_context(locked(out / ".lock", busy, TrainingError))
            write(run, out)
        held.enter_context(keep.listening())
        try:
            trainer.fit(module, training, validation, ckpt_path=last if resume else None)
        except SystemExit as error:  # how Lightning ends on Ctrl-C and SIGTERM
            raise KeyboardInterrupt from error
    return last


def _check_sizes(stage: str, part: CwaeTraining | McnnTraining, data: Dataset) -> None:
    frames = isinstance(part, CwaeTraining) and part.network == "frames"
    table = "frames" if frames else "model"
    network = getattr(part, table)
    sizes = {
        name: (getattr(network, name), wanted)
        for name, wanted in (("n_mels", data.spec.n_mels), ("n_frames", data.spec.n_frames))
        if hasattr(network, name)
    }
    for name, (have, wanted) in sizes.items():
        if have != wanted:
            raise TrainingError(
                f"{stage}.{table}.{name} is {have}, the dataset's is {wanted}; change the config "
                "or prepare the dataset anew"
            )
    if isinstance(part, McnnTraining) and part.model.hop_length != data.spec.hop_length:
        raise TrainingError(
            f"mcnn.model.channels has {len(part.model.channels)} layers, which make "
            f"{part.model.hop_length} samples of a frame; the dataset's hop is "
            f"{data.spec.hop_length}"
        )


def _trainer(
    out: Path,
    schedule: Schedule,
    devices: int,
    num_nodes: int,
    accelerator: str,
    callbacks: Sequence[Callback],
    progress: bool,
) -> lightning.Trainer:
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
            callbacks=[
                _Checkpoint(
                    out,
                    LAST,
                    train_time_interval=timedelta(minutes=schedule.checkpoint_minutes),
                    enable_version_counter=False,
                ),
                # After the validation, that is, before `last`, which remembers what was best.
                _Checkpoint(
                    out,
                    BEST,
                    monitor=MONITOR,
                    save_on_train_epoch_end=False,
                    enable_version_counter=False,
                ),
                *([RichProgressBar()] if progress else []),
                *callbacks,
            ],
        )
    except (MisconfigurationException, ValueError) as error:
        raise TrainingError(
            f"--accelerator {accelerator}, --devices {devices}: not to be had here ({error})"
        ) from error
