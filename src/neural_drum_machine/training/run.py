"""A run's folder: ``run.json``, which describes it, and loading its weights."""

import dataclasses
import json
from pathlib import Path
from typing import Any, Final, Literal

import torch

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import TrainingError
from neural_drum_machine.files import atomic_file
from neural_drum_machine.networks.generator import Generator, build_generator
from neural_drum_machine.networks.mcnn import Mcnn, McnnConfig
from neural_drum_machine.regular_files import read_regular
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.training import checkpoint
from neural_drum_machine.training.config import CwaeTraining
from neural_drum_machine.training.config_file import merge
from neural_drum_machine.training.stages import AVERAGE

StageName = Literal["cwae", "mcnn"]
LAST: Final = "last"
BEST: Final = "best"
CPU_SECONDS: Final = "cpu_seconds"
NETWORK_KEYS: Final[tuple[str, ...]] = ("network", "model", "frames", "hits")


def checkpoint_path(folder: Path, which: str = LAST) -> Path:
    """Return the path of a run's newest (``last``) or best weights."""
    return folder / f"{which}{checkpoint.SUFFIX}"


def write(run: dict[str, Any], out: Path) -> None:
    """Write ``run.json``, complete or not at all."""
    with atomic_file(out / "run.json") as file:
        file.write((json.dumps(run, indent=1) + "\n").encode())


def describe(stage: str, part: Any, data: Dataset) -> dict[str, Any]:
    """Return a new run's description: stage, configuration, audio spec, dataset."""
    return {
        "stage": stage,
        "config": dataclasses.asdict(part),
        "spec": data.spec.to_dict(),
        "dataset": {
            "sounds": len(data),
            "training": len(data.rows("train")),
            "validation": len(data.rows("validation")),
            "fingerprint": data.fingerprint,
            "split": data.split,
        },
        "earlier": [],
        "started_from": None,
    }


def continued(run: dict[str, Any], old: dict[str, Any], step: int, out: Path) -> dict[str, Any]:
    """Return a resumed run's description, with the configurations it had before.

    Raises
    ------
    TrainingError
        If the run has another stage, network, audio spec or dataset.
    """
    for name, have, want in (
        ("stage", old["stage"], run["stage"]),
        ("network", _network(old["config"]), _network(_as_json(run["config"]))),
        ("audio spec", old["spec"], run["spec"]),
        ("dataset", old["dataset"], run["dataset"]),
    ):
        if have != want:
            raise TrainingError(
                f"{out}: cannot be resumed with another {name} (it has {have}, not {want}); "
                "use the old one, or another --out"
            )
    earlier = list(old["earlier"])
    if old["config"] != _as_json(run["config"]):
        earlier.append({"until_step": step, "config": old["config"]})
    return {**run, "earlier": earlier, "started_from": old.get("started_from")}


def _network(config: dict[str, Any]) -> list[Any]:
    """Return the name and sizes of a configuration's network, and whether it has a classifier."""
    network = config.get("network", "paper")  # older runs have no such key
    classifier = {"classifier": True} if config.get("category_weight") else {}
    sizes = config[network if network in ("frames", "hits") else "model"]
    return [network, {**sizes, **classifier}]


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def read(out: Path) -> dict[str, Any]:
    """Read ``run.json``.

    Raises
    ------
    TrainingError
        If it is missing or does not describe a run.
    """
    path = out / "run.json"
    try:
        run = json.loads(read_regular(path))
        for key in ("stage", "config", "spec", "dataset", "earlier"):
            run[key]
    except (OSError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise TrainingError(
            f"{path}: not the description of a run ({error!r}); train one with ndm train"
        ) from error
    return dict(run)


@dataclasses.dataclass(frozen=True, slots=True)
class TrainedRun:
    """A run's network and its description.

    Attributes
    ----------
    model : Generator or Mcnn
        The network, in evaluation mode, on the CPU.
    spec : AudioSpec
        The audio spec of its training sounds.
    summary : dict
        Steps of the run and of these weights, CPU minutes of the run, configuration (and
        earlier ones, if it was changed when resuming), dataset.
    state : dict
        The checkpoint's tensors by name; the generator's standardisation is among them.
    """

    model: Generator | Mcnn
    spec: AudioSpec
    summary: dict[str, Any]
    state: dict[str, torch.Tensor]


def build_network(stage: str, config: dict[str, Any]) -> Generator | Mcnn:
    """Return a stage's network with random weights, from the configuration in ``run.json``."""
    if stage == "mcnn":
        return Mcnn(merge(McnnConfig(), config["model"]))
    kept: dict[str, Any] = {key: config[key] for key in NETWORK_KEYS if key in config}
    part = merge(CwaeTraining(), kept)
    return build_generator(part.network, part.model, part.frames, part.hits)


def load_run(folder: Path, stage: StageName, which: str = BEST) -> TrainedRun:
    """Load the network of a run.

    Parameters
    ----------
    folder : Path
        A run's folder.
    stage : {"cwae", "mcnn"}
        The stage that the run must have.
    which : {"best", "last"}
        The weights with the lowest validation loss, or the newest.

    Returns
    -------
    TrainedRun
        The network.

    Raises
    ------
    TrainingError
        If the folder holds no complete run of that stage.
    """
    run = read(folder)
    if run["stage"] != stage:
        raise TrainingError(
            f"{folder}: holds a run of {run['stage']!r}, not of {stage!r}; use another folder"
        )
    needs = ("state_dict", "global_step", "callbacks")
    saved = checkpoint.load(checkpoint_path(folder, which), needs)
    model = build_network(stage, run["config"])
    state = saved["state_dict"]
    start = AVERAGE if any(key.startswith(AVERAGE) for key in state) else "model."
    whole = saved if which == LAST else checkpoint.load(checkpoint_path(folder), needs)
    try:
        model.load_state_dict(
            {k.removeprefix(start): v for k, v in state.items() if k.startswith(start)}
        )
        spent = next(s for s in whole["callbacks"].values() if CPU_SECONDS in s)
    except (AttributeError, RuntimeError, StopIteration, TypeError) as error:
        why = " ".join(str(error).split()) or "it does not say how long it took"
        raise TrainingError(
            f"{folder}: its weights are not those of its run.json ({why[:200]}); "
            "use another folder, or train again"
        ) from error
    summary = {
        "stage": stage,
        "steps": whole["global_step"],
        "steps_of_weights": saved["global_step"],
        "cpu_minutes": round(spent[CPU_SECONDS] / 60, 1),
        "config": run["config"],
        "earlier": run["earlier"],
        "started_from": run.get("started_from"),
        "dataset": run["dataset"],
    }
    return TrainedRun(model.eval(), AudioSpec.from_dict(run["spec"]), summary, state)
