"""The two networks that can be the generator: the paper's and the frame-rate one."""

from typing import Literal

from neural_drum_machine.networks.cwae import Cwae, CwaeConfig
from neural_drum_machine.networks.frames import FrameConfig, FrameCwae

Generator = Cwae | FrameCwae
NetworkName = Literal["paper", "frames"]


def build_generator(network: NetworkName, model: CwaeConfig, frames: FrameConfig) -> Generator:
    """Return the paper's network with the sizes `model`, or the frame-rate one with `frames`."""
    return Cwae(model) if network == "paper" else FrameCwae(frames)
