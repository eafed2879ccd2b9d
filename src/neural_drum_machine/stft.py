"""The short-time Fourier transform of a spec and its inverse, in single precision."""

import numpy as np
import numpy.typing as npt

from neural_drum_machine.mel import hann_window
from neural_drum_machine.spec import AudioSpec

FloatArray = npt.NDArray[np.float32]
ComplexArray = npt.NDArray[np.complex64]
_LEAST_WEIGHT = 1e-2  # of the summed squared windows: the last half window fades to nothing


class Stft:
    """STFT of a fixed number of frames, and the signal that fits a spectrogram best.

    Parameters
    ----------
    spec : AudioSpec
        The signal's numbers.
    n_fft : int
        Length of the transform: the spec's, which pads the windowed frame with zeros and so
        samples its spectrum more densely, or down to `win_length`, which is faster.
    frames : int
        Frames of the spectrogram; signals have ``frames * hop_length`` samples.
    """

    def __init__(self, spec: AudioSpec, n_fft: int, frames: int) -> None:
        self.spec = spec
        self.n_fft = n_fft
        self.frames = frames
        self._window = hann_window(spec)
        hop, overlap = spec.hop_length, spec.win_length // spec.hop_length
        weight = np.zeros((frames + overlap - 1, hop), np.float32)
        parts = np.square(self._window).reshape(overlap, hop)
        for k in range(overlap):
            weight[k : k + frames] += parts[k]
        self._weight: FloatArray = np.maximum(weight, np.float32(_LEAST_WEIGHT)).reshape(-1)

    def forward(self, samples: FloatArray) -> ComplexArray:
        """Return the spectrogram ``(frames, n_fft // 2 + 1)`` of ``(frames * hop_length,)``.

        Frame `t` is centred on sample ``t * hop_length``, as in
        :func:`neural_drum_machine.mel.mel_spectrogram`.
        """
        half = self.spec.win_length // 2
        padded = np.pad(samples, (half, half))
        windows = np.lib.stride_tricks.sliding_window_view(padded, self.spec.win_length)
        framed = windows[:: self.spec.hop_length][: self.frames] * self._window
        out: ComplexArray = np.fft.rfft(framed, n=self.n_fft).astype(np.complex64, copy=False)
        return out

    def inverse(self, spectrogram: ComplexArray) -> FloatArray:
        """Return the signal ``(frames * hop_length,)`` whose spectrogram is nearest.

        Least squares over all frames (Griffin and Lim 1984, equation 6).
        """
        spec = self.spec
        hop, overlap = spec.hop_length, spec.win_length // spec.hop_length
        framed = np.fft.irfft(spectrogram, n=self.n_fft).astype(np.float32, copy=False)
        framed = framed[:, : spec.win_length]
        parts = (framed * self._window).reshape(self.frames, overlap, hop)
        summed = np.zeros((self.frames + overlap - 1, hop), np.float32)
        for k in range(overlap):
            summed[k : k + self.frames] += parts[:, k]
        start = spec.win_length // 2
        out: FloatArray = (summed.reshape(-1) / self._weight)[start:][: self.frames * hop]
        return out
