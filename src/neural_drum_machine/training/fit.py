"""Training one network: starting and resuming a run."""

import contextlib
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lightning
from lightning.pytorch.callbacks import Callback

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import TrainingError
from neural_drum_machine.files import locked
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.training import checkpoint, cwae, hits, mcnn
from neural_drum_machine.training.config import CwaeTraining, McnnTraining, TrainingConfig
from neural_drum_machine.training.kept_weights import KeptWeights
from neural_drum_machine.training.run import (
    StageName,
    checkpoint_path,
    continued,
    describe,
    read,
    write,
)
from neural_drum_machine.training.trainer import SaveAndStop, make_trainer
from neural_drum_machine.training.warm_start import start_from


def fit(
    stage: StageName,
    config: TrainingConfig,
    data: Dataset,
    out: Path,
    *,
    resume: bool = False,
    start: Bundle | KeptWeights | None = None,
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
        The network.
    config : TrainingConfig
        Configuration of both networks; only the stage's part is used.
    data : Dataset
        Training and validation sounds.
    out : Path
        The run's folder. It gets ``last.safetensors``, ``best.safetensors``, ``run.json`` and
        TensorBoard's files.
    resume : bool
        Continue from ``last.safetensors``.
    start : Bundle or KeptWeights, optional
        A model file, or kept weights, from which a new run takes its first weights; they are
        random otherwise.
    generator : DrumMachine, optional
        Encodes and decodes the share ``mcnn.decoded_share`` of the inverter's mels.
    devices, num_nodes, accelerator
        Lightning's; more than one device trains with DDP.
    callbacks : sequence of Callback
        More Lightning callbacks.
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
        If `out` holds a run and `resume` is false, or holds none and `resume` is true; if another
        process trains the run, the checkpoint is not usable, there are no validation sounds, the
        network does not fit the dataset or the model to start from, the hardware is not
        available, or the loss is not finite.
    """
    _check_place(out, resume, start)
    part: CwaeTraining | McnnTraining = getattr(config, stage)
    _check_sizes(stage, part, data)
    schedule, last = part.schedule, checkpoint_path(out)
    save_and_stop = SaveAndStop(out)
    trainer = make_trainer(
        out,
        schedule,
        devices=devices,
        num_nodes=num_nodes,
        accelerator=accelerator,
        callbacks=[save_and_stop, *callbacks],
        progress=progress,
    )
    out.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        if trainer.is_global_zero:  # only this process writes
            stack.enter_context(_run_lock(out))
            # Another process may have begun this run, and ended, since the first check.
            _check_place(out, resume, start)
        # Only now: a process that held the lock until a moment ago may have gone on training.
        step = checkpoint.load(last, ("global_step", "state_dict"))["global_step"] if resume else 0
        run = describe(stage, part, data)
        if generator:
            run["generator"] = generator.hash
        if resume:
            run = continued(run, read(out), step, out)
        lightning.seed_everything(schedule.seed, verbose=False)
        build: Any = functools.partial(mcnn.build, generator=generator)
        if isinstance(part, CwaeTraining):
            build = (hits if part.network == "hits" else cwae).build
        module, training, validation = build(part, data, trainer.global_rank)
        if start:
            run["started_from"] = start_from(module.model, start)
        training.sampler.skip(*divmod(step, schedule.steps_per_epoch))
        if trainer.is_global_zero:
            write(run, out)
        stack.enter_context(save_and_stop.handling_ctrl_c())
        try:
            trainer.fit(module, training, validation, ckpt_path=last if resume else None)
        except SystemExit as error:  # Lightning's way to end on Ctrl-C and SIGTERM
            raise KeyboardInterrupt from error
    return last


def _run_lock(out: Path) -> contextlib.AbstractContextManager[None]:
    busy = f"{out}: another process trains this run; wait until it ends, or use another --out"
    return locked(out / ".lock", busy, TrainingError)


def _check_place(out: Path, resume: bool, start: Bundle | KeptWeights | None) -> None:
    last = checkpoint_path(out)
    if resume and not last.is_file():
        raise TrainingError(f"{last}: nothing to resume; leave out --resume")
    if resume and start:
        raise TrainingError("--resume continues with the run's own weights; leave out --start-from")
    if last.is_file() and not resume:
        raise TrainingError(f"{out}: holds a run already; use --resume, or another --out")


def _check_sizes(stage: str, part: CwaeTraining | McnnTraining, data: Dataset) -> None:
    table = "model"
    if isinstance(part, CwaeTraining) and part.network != "paper":
        table = part.network
    network = getattr(part, table)
    for name, wanted in (("n_mels", data.spec.n_mels), ("n_frames", data.spec.n_frames)):
        have = getattr(network, name, wanted)  # an inverter takes any number of frames
        if have != wanted:
            raise TrainingError(
                f"{stage}.{table}.{name} is {have}, the dataset's is {wanted}; change the "
                "configuration, or prepare the dataset again"
            )
    if isinstance(part, McnnTraining) and part.model.hop_length != data.spec.hop_length:
        raise TrainingError(
            f"mcnn.model.channels has {len(part.model.channels)} layers, which make "
            f"{part.model.hop_length} samples of a frame; the dataset's hop is "
            f"{data.spec.hop_length}; change the configuration, or prepare the dataset again"
        )
