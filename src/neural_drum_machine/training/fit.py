"""Running a stage: trainer, precision, checkpoints, resuming."""

import dataclasses
import functools
import json
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, cast

import lightning
import torch
from lightning.fabric.utilities.exceptions import MisconfigurationException
from lightning.pytorch.callbacks import Callback, ModelCheckpoint, RichProgressBar
from lightning.pytorch.loggers import TensorBoardLogger
from lightning.pytorch.utilities.exceptions import SIGTERMException

from neural_drum_machine.audio import atomic_file
from neural_drum_machine.data.store import Dataset
from neural_drum_machine.errors import TrainingError
from neural_drum_machine.models.cwae import Cwae, CwaeConfig
from neural_drum_machine.models.mcnn import Mcnn, McnnConfig
from neural_drum_machine.spec import AudioSpec
from neural_drum_machine.training import checkpoint, cwae, mcnn
from neural_drum_machine.training.config import CwaeTraining, McnnTraining, TrainingConfig, merge
from neural_drum_machine.training.stages import MONITOR

StageName = Literal["cwae", "mcnn"]
LAST = "last"
BEST = "best"


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

    Timed checkpoints come on top: an epoch may last longer than what a kill may cost.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cpu_seconds = 0.0
        self._start = time.process_time()

    def state_dict(self) -> dict[str, Any]:
        now = time.process_time()
        self.cpu_seconds, self._start = self.cpu_seconds + now - self._start, now
        return {"cpu_seconds": self.cpu_seconds}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.cpu_seconds = state_dict["cpu_seconds"]

    def on_fit_start(self, *_: Any) -> None:
        self._start = time.process_time()

    def on_train_epoch_end(self, trainer: Any, _module: Any) -> None:
        trainer.save_checkpoint(self.folder / f"{LAST}{checkpoint.SUFFIX}")

    def on_exception(self, trainer: Any, _module: Any, exception: BaseException) -> None:
        stopped = isinstance(exception, KeyboardInterrupt | SIGTERMException)
        if stopped and trainer.global_step:
            trainer.save_checkpoint(self.folder / f"{LAST}{checkpoint.SUFFIX}")


def fit(
    stage: StageName,
    config: TrainingConfig,
    data: Dataset,
    out: Path,
    *,
    resume: bool = False,
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
        If the run exists and `resume` is not asked for (or the reverse), the checkpoint is
        foreign, there are no validation sounds, or the loss stops being finite.
    """
    last = out / f"{LAST}{checkpoint.SUFFIX}"
    if resume and not last.is_file():
        raise TrainingError(f"{last}: nothing to resume; leave out --resume")
    if last.is_file() and not resume:
        raise TrainingError(f"{out}: holds a run already; use --resume, or another --out")
    part: CwaeTraining | McnnTraining = getattr(config, stage)
    sizes = {
        name: (getattr(part.model, name), wanted)
        for name, wanted in (("n_mels", data.spec.n_mels), ("n_frames", data.spec.n_frames))
        if hasattr(part.model, name)
    }
    for name, (have, wanted) in sizes.items():
        if have != wanted:
            raise TrainingError(
                f"{stage}.model.{name} is {have}, the dataset's is {wanted}; change the config "
                "or prepare the dataset anew"
            )
    if isinstance(part, McnnTraining) and part.model.hop_length != data.spec.hop_length:
        raise TrainingError(
            f"mcnn.model.channels has {len(part.model.channels)} layers, which make "
            f"{part.model.hop_length} samples of a frame; the dataset's hop is "
            f"{data.spec.hop_length}"
        )
    schedule = part.schedule
    run, step = _describe(stage, part, data), 0
    out.mkdir(parents=True, exist_ok=True)
    if resume:
        step = checkpoint.load(last)["global_step"]
        run = _continue(run, _read_run(out), step, out)
    lightning.seed_everything(schedule.seed, verbose=False)
    make = functools.partial(
        lightning.Trainer,
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
            _Checkpoint(out, BEST, monitor=MONITOR, enable_version_counter=False),
            _Keep(out),
            *([RichProgressBar()] if progress else []),
            *callbacks,
        ],
    )
    try:
        trainer = make()
    except (MisconfigurationException, ValueError) as error:
        raise TrainingError(
            f"--accelerator {accelerator}, --devices {devices}: not to be had here ({error})"
        ) from error
    build: Any = cwae.build if stage == "cwae" else mcnn.build
    module, training, validation = build(part, data, trainer.global_rank)
    training.sampler.skip(*divmod(step, schedule.steps_per_epoch))
    with atomic_file(out / "run.json") as file:
        file.write((json.dumps(run, indent=1) + "\n").encode())
    try:
        trainer.fit(module, training, validation, ckpt_path=last if resume else None)
    except SystemExit as error:  # how Lightning ends on Ctrl-C and SIGTERM
        raise KeyboardInterrupt from error
    return last


def _describe(stage: str, part: Any, data: Dataset) -> dict[str, Any]:
    return {
        "stage": stage,
        "config": dataclasses.asdict(part),
        "spec": data.spec.to_dict(),
        "dataset": {
            "sounds": len(data),
            "training": len(data.rows("train")),
            "validation": len(data.rows("validation")),
            "fingerprint": data.fingerprint,
        },
        "earlier": [],
    }


def _continue(run: dict[str, Any], old: dict[str, Any], step: int, out: Path) -> dict[str, Any]:
    """Return a resumed run's description, which keeps the configurations it had before.

    Raises
    ------
    TrainingError
        If the run is another stage's, another network's or another dataset's.
    """
    for name, have, want in (
        ("stage", old["stage"], run["stage"]),
        ("network", old["config"]["model"], _as_json(run["config"]["model"])),
        ("audio spec", old["spec"], run["spec"]),
        ("dataset", old["dataset"], run["dataset"]),
    ):
        if have != want:
            raise TrainingError(
                f"{out}: cannot be resumed with another {name} ({have}, now {want}); "
                "use the old one, or another --out"
            )
    earlier = list(old["earlier"])
    if old["config"] != _as_json(run["config"]):
        earlier.append({"until_step": step, "config": old["config"]})
    return {**run, "earlier": earlier}


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _read_run(out: Path) -> dict[str, Any]:
    """Read ``run.json``.

    Raises
    ------
    TrainingError
        If it is absent or not one of ours.
    """
    path = out / "run.json"
    try:
        run = json.loads(path.read_bytes())
        for key in ("stage", "config", "spec", "dataset", "earlier"):
            run[key]
    except (OSError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise TrainingError(
            f"{path}: not the description of a run ({error!r}); train first with ndm train"
        ) from error
    return dict(run)


@dataclasses.dataclass(frozen=True, slots=True)
class TrainedRun:
    """A run's weights and what is known about them.

    Attributes
    ----------
    model : Cwae or Mcnn
        The network, in evaluation mode, on the CPU.
    spec : AudioSpec
        The signal it was trained on.
    summary : dict
        Steps of the run and of these weights, CPU minutes of the run, configuration (and
        earlier ones, where it was changed on the way), dataset.
    state : dict
        The checkpoint's tensors, by name (the generator's standardisation is in it).
    """

    model: Cwae | Mcnn
    spec: AudioSpec
    summary: dict[str, Any]
    state: dict[str, torch.Tensor]


def load_run(folder: Path, stage: StageName, which: str = BEST) -> TrainedRun:
    """Load the network of a run.

    Parameters
    ----------
    folder : Path
        A run's folder.
    stage : {"cwae", "mcnn"}
        What it must hold.
    which : {"best", "last"}
        Lowest validation loss, or newest.

    Returns
    -------
    TrainedRun
        The network.

    Raises
    ------
    TrainingError
        If the folder holds no complete run of that stage.
    """
    run = _read_run(folder)
    if run["stage"] != stage:
        raise TrainingError(f"{folder}: holds a run of {run['stage']!r}, need {stage!r}")
    saved = checkpoint.load(folder / f"{which}{checkpoint.SUFFIX}")
    sizes = merge(CwaeConfig() if stage == "cwae" else McnnConfig(), run["config"]["model"])
    model = Cwae(sizes) if stage == "cwae" else Mcnn(sizes)
    state = saved["state_dict"]
    model.load_state_dict(
        {k.removeprefix("model."): v for k, v in state.items() if k.startswith("model.")}
    )
    whole = checkpoint.load(folder / f"{LAST}{checkpoint.SUFFIX}")
    spent = next(state for name, state in whole["callbacks"].items() if "_Keep" in name)
    summary = {
        "stage": stage,
        "steps": whole["global_step"],
        "steps_of_weights": saved["global_step"],
        "cpu_minutes": round(spent["cpu_seconds"] / 60, 1),
        "config": run["config"],
        "earlier": run["earlier"],
        "dataset": run["dataset"],
    }
    return TrainedRun(model.eval(), AudioSpec.from_dict(run["spec"]), summary, state)
