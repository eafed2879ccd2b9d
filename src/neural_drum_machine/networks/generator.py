"""The networks that can be the generator: the paper's, and the frame-rate ones."""

from typing import Literal

from neural_drum_machine.networks.cwae import Cwae, CwaeConfig
from neural_drum_machine.networks.frames import FrameConfig, FrameCwae
from neural_drum_machine.networks.hits import HitConfig, HitCwae

Generator = Cwae | FrameCwae | HitCwae
NetworkName = Literal["paper", "frames", "hits"]


def build_generator(
    network: NetworkName, model: CwaeConfig, frames: FrameConfig, hits: HitConfig
) -> Generator:
    """Return the network of a name: the paper's with the sizes `model`, and so on."""
    if network == "paper":
        return Cwae(model)
    return FrameCwae(frames) if network == "frames" else HitCwae(hits)
