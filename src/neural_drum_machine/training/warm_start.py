"""Networks to start a run with, or to export unchanged into another model."""

from typing import Any

import torch
from torch import nn

from neural_drum_machine.errors import ConfigError, TrainingError
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.lineage import trained_on
from neural_drum_machine.networks.generator import Generator
from neural_drum_machine.networks.mcnn import Mcnn
from neural_drum_machine.networks.weights import half_state, mcnn_state
from neural_drum_machine.training.kept_weights import KeptWeights
from neural_drum_machine.training.run import StageName, TrainedRun, build_network


def start_from(network: Generator | Mcnn, source: Bundle | KeptWeights) -> dict[str, Any]:
    """Load the weights of a model file, or kept ones, into a network, in place.

    Parameters
    ----------
    network : Generator or Mcnn
        A network with the sizes of the source's.
    source : Bundle or KeptWeights
        The model file, or the weights of an unfinished run.

    Returns
    -------
    dict
        For ``started_from`` in ``run.json``: the model's name and hash (of kept weights, the file's
        name and the steps), and the datasets that its network, and the networks that this one
        started from, were trained on.

    Raises
    ------
    TrainingError
        If the model's network has other sizes. Some of the network's weights may have changed.
    """
    try:
        if isinstance(source, KeptWeights):
            network.load_state_dict(source.state)
        elif isinstance(network, Mcnn):
            network.load_state_dict(mcnn_state(bytes(source.graph("mcnn"))))
        else:
            halves: tuple[tuple[str, nn.Module], ...] = (
                ("encoder", network.encoder),
                ("decoder", network.decoder),
            )
            for part, half in halves:
                half.load_state_dict(half_state(half, bytes(source.graph(part))))
    except (KeyError, RuntimeError) as error:
        # The second line of PyTorch's message is the first weight that does not fit.
        what = f"no {error}" if isinstance(error, KeyError) else str(error).split("\n")[1].strip()
        raise TrainingError(
            f"{source.path}: its network has other sizes than this configuration's ({what}); "
            "use the configuration that it was trained with, or leave out --start-from"
        ) from error
    if isinstance(source, KeptWeights):
        steps = f"{source.summary['steps_of_weights']} steps"
        return {
            "model": source.path.name,
            "hash": steps,
            "datasets": trained_on(source.summary),
        }
    stage = "mcnn" if isinstance(network, Mcnn) else "cwae"
    return {
        "model": str(source.header.get("name") or ""),
        "hash": source.hash,
        "datasets": trained_on(source.header.get("training", {}).get(stage, {})),
    }


def network_of(bundle: Bundle, stage: StageName) -> TrainedRun:
    """Return one of a model file's two networks in the form in which a run's is loaded.

    Raises
    ------
    TrainingError
        If the file's header does not say how the network was trained, or its weights do not fit
        what the header says.
    """
    try:
        summary = bundle.header["training"][stage]
        model = build_network(stage, summary["config"])
        start_from(model, bundle)
        summary["dataset"]["fingerprint"]
    except (LookupError, TypeError, ConfigError, TrainingError) as error:
        raise TrainingError(
            f"{bundle.path}: its {stage.upper()} cannot be used ({error}); train one with "
            f"ndm train {stage}"
        ) from error
    state = {
        name: torch.from_numpy(bundle.tensor(f"standardisation.{name}").copy())
        for name in ("mean", "std")
    }
    return TrainedRun(model.eval(), bundle.spec, summary, state)
