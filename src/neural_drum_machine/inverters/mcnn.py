"""The paper's inverter."""

import numpy as np

from neural_drum_machine.runtime import Networks
from neural_drum_machine.stft import FloatArray


class McnnInverter:
    """The multi-head convolutional network, its output cut by its binary mask.

    Parameters
    ----------
    networks : Networks
        Of the model.
    """

    def __init__(self, networks: Networks) -> None:
        self._networks = networks

    def __call__(self, mel: FloatArray, take: int = 0) -> FloatArray:  # noqa: ARG002
        """Return the waveform ``(frames * hop_length,)`` of magnitudes ``(n_mels, frames)``."""
        waveform, mask_logits = self._networks.mcnn(mel[None])
        # The binary mask cuts the tail; a logit of exactly 0 (silent input) is outside.
        samples: FloatArray = np.where(mask_logits[0] > 0, waveform[0], np.float32(0.0))
        return samples
