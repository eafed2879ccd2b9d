"""MCNN, the paper's inverter."""

from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.inverters.frames import FLOOR_DB, sounding_frames
from neural_drum_machine.model_file.runtime import Networks

SPREAD: Final = 7
"""Frames that a mel frame spreads into before and after itself. Six of a kernel's 13 samples lie on
either side, at rates that double from layer to layer (6/2 + 6/4 + … is under 6); one is added."""


class McnnInverter:
    """The multi-head convolutional network; its binary mask cuts the output.

    Silent frames are not computed. The network has no biases, so silence stays silence.

    Parameters
    ----------
    networks : Networks
        The model's networks.
    """

    def __init__(self, networks: Networks) -> None:
        self._networks = networks

    def __call__(self, mel: FloatArray, take: int = 0) -> FloatArray:  # noqa: ARG002
        """Return the waveform ``(frames * hop_length,)`` of magnitudes ``(n_mels, frames)``."""
        sounding = sounding_frames(mel, FLOOR_DB)
        frames = min(mel.shape[1], sounding + SPREAD)
        waveform, mask_logits = self._networks.mcnn(mel[:, :frames])
        hop_length = len(waveform) // frames
        samples: FloatArray = np.zeros(mel.shape[1] * hop_length, np.float32)
        # The binary mask cuts the tail; a logit of exactly 0 (silent input) is outside.
        np.copyto(samples[: len(waveform)], waveform, where=mask_logits > 0)
        return samples
