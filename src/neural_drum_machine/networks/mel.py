"""Differentiable mel spectrogram; computes what :mod:`neural_drum_machine.signal.mel` computes."""

import numpy as np
import torch
from torch import Tensor, nn

from neural_drum_machine.signal.mel import hann_window, mel_filterbank
from neural_drum_machine.signal.spec import DEFAULT_SPEC, AudioSpec


class MelSpectrogram(nn.Module):
    """Mel magnitudes of a batch of waveforms, with gradients.

    Shapes: ``(..., n)`` in, ``(..., n_mels, 1 + n // hop_length)`` out, always in float32, also
    under autocast: a 16-bit FFT would be too coarse for the losses.

    Parameters
    ----------
    spec : AudioSpec
        Sample rate, FFT and mel sizes.
    """

    window: Tensor
    filterbank: Tensor

    def __init__(self, spec: AudioSpec = DEFAULT_SPEC) -> None:
        super().__init__()
        self.spec = spec
        self.register_buffer("window", torch.from_numpy(hann_window(spec).copy()), persistent=False)
        bank = torch.from_numpy(np.array(mel_filterbank(spec)))
        self.register_buffer("filterbank", bank, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return the mel magnitudes of `x`."""
        spec = self.spec
        with torch.autocast(device_type=x.device.type, enabled=False):
            half = spec.win_length // 2
            padded = nn.functional.pad(x.float(), (half, half))
            frames = padded.unfold(-1, spec.win_length, spec.hop_length)
            frames = frames[..., : 1 + x.shape[-1] // spec.hop_length, :]
            spectrum = torch.fft.rfft(frames * self.window, n=spec.n_fft, dim=-1)
            # torch gives |z| the gradient 0 at z = 0, so silence causes no NaN.
            mel: Tensor = self.filterbank @ spectrum.abs().transpose(-1, -2)
            return mel
