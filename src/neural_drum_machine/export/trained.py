"""Trained networks as a model file will hold them: half-precision weights, run by NumPy."""

import dataclasses
import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import ExportError
from neural_drum_machine.inference.frames import FrameSizes
from neural_drum_machine.inference.mcnn import McnnSizes
from neural_drum_machine.inference.paper import PaperSizes
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.model_file.sizes import GeneratorSizes, stated
from neural_drum_machine.networks.cwae import Cwae
from neural_drum_machine.networks.generator import Generator
from neural_drum_machine.networks.hits import HitCwae
from neural_drum_machine.networks.mcnn import Mcnn
from neural_drum_machine.networks.weights import MCNN, stored_weights
from neural_drum_machine.signal.levels import LevelScale
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.signal.standardisation import Standardisation
from neural_drum_machine.training.run import TrainedRun


class Trained:
    """A generator, and MCNN if there is one, as a model file will hold them.

    Parameters
    ----------
    generator : TrainedRun
        Its network is a generator; its state has means and deviations.
    mcnn : TrainedRun, optional
        Its network is MCNN.

    Attributes
    ----------
    tensors : dict
        Weights by name, as a model file stores them.
    generator : FrameSizes or PaperSizes
        Sizes of the generator.
    mcnn : McnnSizes or None
        Sizes of MCNN.
    scale : LevelScale
        Scales levels for the generator.
    networks : Networks
        The networks, run by NumPy.

    Raises
    ------
    ExportError
        If the run of the generator has no means and deviations.
    """

    def __init__(self, generator: TrainedRun, mcnn: TrainedRun | None) -> None:
        network = generator.model
        assert not isinstance(network, Mcnn)
        self.kind = _kind(network)
        self.generator: GeneratorSizes = _sizes(
            PaperSizes if self.kind == "paper" else FrameSizes, network.config
        )
        self.mcnn: McnnSizes | None = None
        self.tensors = stored_weights(network)
        if mcnn:
            assert isinstance(mcnn.model, Mcnn)
            self.mcnn = _sizes(McnnSizes, mcnn.model.config)
            self.tensors |= stored_weights(mcnn.model, MCNN)
        self.scale = _scale(generator)
        self.networks = Networks(self)

    def weights(self, prefix: str) -> dict[str, FloatArray]:
        """Return the weights whose names begin with a prefix, float32, by name."""
        return {
            name: values.astype(np.float32)
            for name, values in self.tensors.items()
            if name.startswith(prefix)
        }

    @property
    def identity(self) -> str:
        """SHA-256 of the generator's weights and scales as hex digits."""
        digest = hashlib.sha256()
        for name, values in sorted({**self.tensors, **self.moments()}.items()):
            if not name.startswith(MCNN):
                digest.update(name.encode() + values.tobytes())
        return digest.hexdigest()

    def header(self) -> dict[str, Any]:
        """Return what a model file's header states of the networks."""
        generator = {"network": self.kind, **stated(self.generator)}
        mcnn = {"mcnn": stated(self.mcnn)} if self.mcnn else {}
        return {"latent_dim": self.generator.latent_dim, "generator": generator, **mcnn}

    def moments(self) -> dict[str, npt.NDArray[Any]]:
        """Return means and deviations as a model file stores them."""
        out = {
            "standardisation.mean": self.scale.mel.mean,
            "standardisation.std": self.scale.mel.std,
        }
        for name, moments in (("air", self.scale.air), ("attack", self.scale.attack)):
            if moments:
                out[f"{name}.mean"], out[f"{name}.std"] = moments
        return {name: values.astype(np.float32) for name, values in out.items()}


def _kind(network: Generator) -> str:
    if isinstance(network, Cwae):
        return "paper"
    return "hits" if isinstance(network, HitCwae) else "frames"


def _sizes(kind: Any, config: Any) -> Any:
    given = {**dataclasses.asdict(config), "n_mels": config.n_mels}
    return kind(**{f.name: given[f.name] for f in dataclasses.fields(kind) if f.name in given})


def _scale(run: TrainedRun) -> LevelScale:
    spec: AudioSpec = run.spec
    parts = {name: values.numpy() for name, values in run.state.items() if values.ndim == 2}
    if "mean" not in parts or "std" not in parts:
        raise ExportError("the generator's run has no means and deviations; train it again")
    air, attack = (
        (parts[f"{name}_mean"], parts[f"{name}_std"]) if f"{name}_mean" in parts else None
        for name in ("air", "attack")
    )
    return LevelScale(Standardisation(parts["mean"], parts["std"], spec), air, attack)
