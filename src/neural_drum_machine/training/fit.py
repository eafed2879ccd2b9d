"""Running a stage: trainer, precision, checkpoints, resuming."""

import dataclasses
import json
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, cast

import lightning
import torch
from lightning.pytorch.callbacks import Callback, ModelCheckpoint
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


def pick_precision(wanted: str) -> str:
    """Return Lightning's name of the precision: mixed bfloat16 if the hardware has it.

    Parameters
    ----------
    wanted : str
        ``auto`` or a name that is returned as it is.
    """
    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
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
        self.seconds = 0.0
        self.cpu_seconds = 0.0
        self._start = time.monotonic()
        self._cpu_start = time.process_time()

    def state_dict(self) -> dict[str, Any]:
        now, cpu = time.monotonic(), time.process_time()
        self.seconds, self._start = self.seconds + now - self._start, now
        self.cpu_seconds, self._cpu_start = self.cpu_seconds + cpu - self._cpu_start, cpu
        return {"seconds": self.seconds, "cpu_seconds": self.cpu_seconds}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.seconds = state_dict["seconds"]
        self.cpu_seconds = state_dict["cpu_seconds"]

    def on_fit_start(self, *_: Any) -> None:
        self._start, self._cpu_start = time.monotonic(), time.process_time()

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
    lightning.seed_everything(schedule.seed, verbose=False)
    keep = _Keep(out)
    trainer = lightning.Trainer(
        accelerator=accelerator,
        devices=devices,
        num_nodes=num_nodes,
        strategy="ddp" if devices * num_nodes > 1 else "auto",
        precision=cast("Any", pick_precision(schedule.precision)),
        # In epochs: Lightning resumes a run that is limited by steps at the wrong place.
        max_epochs=schedule.epochs,
        gradient_clip_val=schedule.gradient_clip or None,
        check_val_every_n_epoch=1,
        num_sanity_val_steps=0,
        use_distributed_sampler=False,
        log_every_n_steps=min(10, schedule.steps_per_epoch),
        enable_progress_bar=progress,
        enable_model_summary=False,
        logger=TensorBoardLogger(out, name="", version="tensorboard"),
        plugins=[checkpoint.SafetensorsCheckpointIO()],
        callbacks=[
            _Checkpoint(
                out,
                LAST,
                train_time_interval=timedelta(minutes=schedule.checkpoint_minutes),
                enable_version_counter=False,
            ),
            _Checkpoint(out, BEST, monitor=MONITOR, enable_version_counter=False),
            keep,
            *callbacks,
        ],
    )
    build: Any = cwae.build if stage == "cwae" else mcnn.build
    module, training, validation = build(part, data, trainer.global_rank)
    _write_run(out, stage, part, data)
    try:
        trainer.fit(module, training, validation, ckpt_path=last if resume else None)
    except SystemExit as error:  # how Lightning ends on Ctrl-C and SIGTERM
        raise KeyboardInterrupt from error
    return last


def _write_run(out: Path, stage: str, part: Any, data: Dataset) -> None:
    run = {
        "stage": stage,
        "config": dataclasses.asdict(part),
        "spec": data.spec.to_dict(),
        "dataset": {
            "sounds": len(data),
            "training": len(data.rows("train")),
            "validation": len(data.rows("validation")),
            "waves_sha256": data.meta["files"]["waves.npy"]["sha256"],
        },
    }
    out.mkdir(parents=True, exist_ok=True)
    with atomic_file(out / "run.json") as file:
        file.write((json.dumps(run, indent=1) + "\n").encode())


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
        Steps, epochs, seconds, CPU seconds, configuration, dataset's size.
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
    path = folder / "run.json"
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"{path}: not readable ({error}); train first with ndm train"
        ) from error
    if run.get("stage") != stage:
        raise TrainingError(f"{folder}: holds a run of {run.get('stage')!r}, need {stage!r}")
    saved = checkpoint.load(folder / f"{which}{checkpoint.SUFFIX}")
    sizes = merge(CwaeConfig() if stage == "cwae" else McnnConfig(), run["config"]["model"])
    model = Cwae(sizes) if stage == "cwae" else Mcnn(sizes)
    state = saved["state_dict"]
    model.load_state_dict(
        {k.removeprefix("model."): v for k, v in state.items() if k.startswith("model.")}
    )
    spent: dict[str, float] = next(
        (s for name, s in saved["callbacks"].items() if "_Keep" in name), {}
    )
    summary = {
        "stage": stage,
        "steps": saved["global_step"],
        "epochs": saved["epoch"],
        "cpu_minutes": round(spent.get("cpu_seconds", 0.0) / 60, 1),
        "config": run["config"],
        "dataset": run["dataset"],
    }
    return TrainedRun(model.eval(), AudioSpec.from_dict(run["spec"]), summary, state)
