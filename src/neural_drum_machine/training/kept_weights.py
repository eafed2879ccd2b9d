"""Weights of an unfinished run in half precision, small enough to go with the source code.

A run's checkpoint holds weights, averaged weights and the optimiser's state in single precision:
sixteen times as much. A later run starts from the kept weights (``ndm train --start-from``), not
from the optimiser's state.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch

from neural_drum_machine.errors import TrainingError
from neural_drum_machine.training.run import LAST, StageName, load_run
from neural_drum_machine.training.tensor_file import read_tensors, write_tensors

SUFFIX: Final = ".safetensors"
_KEY: Final = "neural-drum-machine weights"


@dataclass(frozen=True, slots=True)
class KeptWeights:
    """Weights that a run was stopped with.

    Attributes
    ----------
    path : Path
        Their file.
    state : dict
        The network's state, float32 tensors by name.
    summary : dict
        The `summary` of its :class:`~neural_drum_machine.training.run.TrainedRun`.
    """

    path: Path
    state: dict[str, torch.Tensor]
    summary: dict[str, Any]

    @classmethod
    def open(cls, path: Path) -> "KeptWeights":
        """Read kept weights.

        Raises
        ------
        TrainingError
            If the file is missing, truncated, altered, or holds no kept weights.
        """
        try:
            tensors, summary = read_tensors(path, _KEY)
            _check(summary)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise TrainingError(
                f"{path}: no kept weights ({why}); make them with: scripts/keep_weights RUN FILE"
            ) from error
        return cls(path, {name: tensor.float() for name, tensor in tensors.items()}, summary)


def keep(folder: Path, stage: StageName, out: Path) -> int:
    """Write the newest weights of a run, averaged if it averages, in half precision.

    Parameters
    ----------
    folder : Path
        The run's folder.
    stage : {"cwae", "mcnn"}
        The stage that the run must have.
    out : Path
        The file, complete or not at all.

    Returns
    -------
    int
        Its bytes.

    Raises
    ------
    TrainingError
        If the folder holds no complete run of that stage.
    """
    run = load_run(folder, stage, LAST)
    state = {
        name: value.half() if value.is_floating_point() else value
        for name, value in run.model.state_dict().items()
    }
    summary = {**run.summary, "spec": run.spec.to_dict()}
    return write_tensors(state, _KEY, summary, out)


def _check(summary: Any) -> None:
    """Raise ValueError unless a summary has what a later run takes over."""
    if not isinstance(summary, dict) or type(summary.get("steps_of_weights")) is not int:
        raise ValueError("it does not say after how many steps they were kept")
    started = summary.get("started_from") or {}
    datasets = started.get("datasets", []) if isinstance(started, dict) else None
    if not isinstance(datasets, list) or not isinstance(summary.get("dataset") or {}, dict):
        raise ValueError("it does not say what they were trained on")
