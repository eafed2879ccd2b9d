"""Weights of an unfinished run in half precision, small enough to go with the source code.

A run's checkpoint holds weights, averaged weights and the optimiser's state in single precision:
sixteen times as much. A later run starts from the kept weights (``ndm train --start-from``), not
from the optimiser's state.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open

from neural_drum_machine.errors import TrainingError
from neural_drum_machine.files import atomic_file
from neural_drum_machine.training.run import LAST, StageName, load_run

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
            If the file is missing, truncated, or holds no kept weights.
        """
        try:
            with safe_open(path, "pt") as file:
                summary = json.loads((file.metadata() or {})[_KEY])
                state = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        except (OSError, KeyError, ValueError, SafetensorError) as error:
            raise TrainingError(
                f"{path}: no kept weights ({error}); make them with: scripts/keep_weights RUN FILE"
            ) from error
        return cls(path, state, summary)


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
    data = safetensors.torch.save(state, metadata={_KEY: json.dumps(summary)})
    out.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(out) as file:
        file.write(data)
    return len(data)
