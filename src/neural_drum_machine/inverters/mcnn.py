"""The paper's inverter."""

from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.inverters.frames import FLOOR_DB, sounding_frames
from neural_drum_machine.model_file.runtime import Networks

REACH: Final = 7
"""Frames by which a frame of the mel is heard earlier or later: six of a kernel's 13 samples lie to
either side, at rates that double from layer to layer (6/2 + 6/4 + … under 6), and one more."""


class McnnInverter:
    """The multi-head convolutional network, its output cut by its binary mask.

    Nothing is computed where nothing sounds: there are no biases, so that silence stays silence.

    Parameters
    ----------
    networks : Networks
        Of the model.
    """

    def __init__(self, networks: Networks) -> None:
        self._networks = networks

    def __call__(self, mel: FloatArray, take: int = 0) -> FloatArray:  # noqa: ARG002
        """Return the waveform ``(frames * hop_length,)`` of magnitudes ``(n_mels, frames)``."""
        sounding = sounding_frames(mel, FLOOR_DB)
        frames = min(mel.shape[1], sounding + REACH)
        waveform, mask_logits = self._networks.mcnn(mel[None, :, :frames])
        hop_length = waveform.shape[1] // frames
        samples: FloatArray = np.zeros(mel.shape[1] * hop_length, np.float32)
        # The binary mask cuts the tail; a logit of exactly 0 (silent input) is outside.
        np.copyto(samples[: waveform.shape[1]], waveform[0], where=mask_logits[0] > 0)
        return samples
