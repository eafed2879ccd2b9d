"""Networks to start a run with, or to export unchanged into another model."""

from typing import Any

import numpy as np
import torch

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import ConfigError, SpecError, TrainingError
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.lineage import trained_on
from neural_drum_machine.networks.generator import Generator
from neural_drum_machine.networks.mcnn import Mcnn
from neural_drum_machine.networks.weights import MCNN, load_stored
from neural_drum_machine.signal.spec import AudioSpec
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
            load_stored(network, source.weights(MCNN), MCNN)
        else:
            load_stored(network, {**source.weights("encoder."), **source.weights("decoder.")})
    except RuntimeError as error:
        # The second line of PyTorch's message is the first weight that does not fit.
        what = (str(error).split("\n")[1:] or [str(error)])[0].strip()
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
    names = {
        f"{part}{kind}": f"{stored}.{kind}"
        for part, stored in (("", "standardisation"), ("air_", "air"), ("attack_", "attack"))
        for kind in ("mean", "std")
    }
    state = {
        name: torch.from_numpy(bundle.tensor(stored).copy())
        for name, stored in names.items()
        if stored in bundle.header["parts"]
    }
    return TrainedRun(model.eval(), bundle.spec, summary, state)


def kept_network(kept: KeptWeights, stage: StageName, data: Dataset) -> TrainedRun:
    """Return a network of kept weights in the form in which a run's is loaded.

    Parameters
    ----------
    kept : KeptWeights
        The weights.
    stage : {"cwae", "mcnn"}
        The stage that they must be of.
    data : Dataset
        The dataset that a generator was trained on: it has the means and deviations.

    Raises
    ------
    TrainingError
        If the weights are of another stage, or do not fit their description.
    """
    summary = kept.summary
    try:
        if summary["stage"] != stage:
            raise TrainingError(f"they are of {summary['stage']!r}, not of {stage!r}")
        model = build_network(stage, summary["config"])
        start_from(model, kept)
        spec = AudioSpec.from_dict(summary["spec"])
    except (LookupError, TypeError, ConfigError, SpecError, TrainingError) as error:
        raise TrainingError(
            f"{kept.path}: its weights cannot be used ({error}); make them again with: "
            "scripts/keep_weights RUN FILE"
        ) from error
    scale = data.level_scale
    moments = {"": (scale.mel.mean, scale.mel.std), "air_": scale.air, "attack_": scale.attack}
    state = {
        f"{part}{kind}": torch.from_numpy(np.array(values))
        for part, pair in moments.items()
        for kind, values in zip(("mean", "std"), pair or (), strict=True)
    }
    # MCNN depends on the mel bands alone.
    return TrainedRun(model.eval(), data.spec if stage == "mcnn" else spec, summary, state)
