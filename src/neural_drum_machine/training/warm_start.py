"""Networks out of model files: to begin a run with, or to go into another model as they are."""

from typing import Any

import torch
from torch import nn

from neural_drum_machine.errors import ConfigError, TrainingError
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.lineage import trained_on
from neural_drum_machine.networks.generator import Generator
from neural_drum_machine.networks.mcnn import Mcnn
from neural_drum_machine.networks.weights import half_state, mcnn_state
from neural_drum_machine.training.run import StageName, TrainedRun, build_network


def start_from(network: Generator | Mcnn, bundle: Bundle) -> dict[str, Any]:
    """Give a network the weights of the same part of a model file, in place.

    Parameters
    ----------
    network : Generator or Mcnn
        Of the sizes that the model file's networks have.
    bundle : Bundle
        The model file.

    Returns
    -------
    dict
        What to remember of where a run began: the model's name and hash, and what its network,
        and those that it began with, were trained on.

    Raises
    ------
    TrainingError
        If the model's network is built otherwise than this one; the network may then have been
        changed in part.
    """
    try:
        if isinstance(network, Mcnn):
            network.load_state_dict(mcnn_state(bytes(bundle.graph("mcnn"))))
        else:
            halves: tuple[tuple[str, nn.Module], ...] = (
                ("encoder", network.encoder),
                ("decoder", network.decoder),
            )
            for part, half in halves:
                half.load_state_dict(half_state(half, bytes(bundle.graph(part))))
    except (KeyError, RuntimeError) as error:
        # PyTorch's list of all that does not fit begins with a title; its first entry is enough.
        what = f"no {error}" if isinstance(error, KeyError) else str(error).split("\n")[1].strip()
        raise TrainingError(
            f"{bundle.path}: its network is built otherwise than this configuration's ({what}); "
            "use the configuration that it was trained with, or leave out --start-from"
        ) from error
    stage = "mcnn" if isinstance(network, Mcnn) else "cwae"
    return {
        "model": str(bundle.header.get("name") or ""),
        "hash": bundle.hash,
        "datasets": trained_on(bundle.header.get("training", {}).get(stage, {})),
    }


def network_of(bundle: Bundle, stage: StageName) -> TrainedRun:
    """Return one of a model file's two networks, as if its run were still there.

    Raises
    ------
    TrainingError
        If the file does not say how it was trained, or its weights are not what it says.
    """
    try:
        summary = bundle.header["training"][stage]
        model = build_network(stage, summary["config"])
        start_from(model, bundle)
        summary["dataset"]["fingerprint"]
    except (LookupError, TypeError, ConfigError, TrainingError) as error:
        raise TrainingError(
            f"{bundle.path}: its {stage.upper()} cannot be taken over ({error}); train one: "
            f"ndm train {stage}"
        ) from error
    state = {
        name: torch.from_numpy(bundle.tensor(f"standardisation.{name}").copy())
        for name in ("mean", "std")
    }
    return TrainedRun(model.eval(), bundle.spec, summary, state)
