"""The short-time Fourier transform of a spec and its inverse, in single precision."""

import numpy as np

from neural_drum_machine.arrays import ComplexArray, FloatArray
from neural_drum_machine.signal.mel import hann_window
from neural_drum_machine.signal.spec import AudioSpec

_LEAST_WEIGHT = 1e-2
"""Least sum of squared windows that is divided by: the last half window fades to nothing."""


def short_fft(spec: AudioSpec) -> int:
    """Return the shortest transform length that holds a window and divides `n_fft`."""
    return spec.n_fft // (spec.n_fft // spec.win_length)


class Stft:
    """STFT of a fixed number of frames, and the signal that fits a spectrogram best.

    Parameters
    ----------
    spec : AudioSpec
        Audio format.
    n_fft : int
        Transform length: the spec's, which pads the windowed frame with zeros and so samples its
        spectrum more densely, or down to `win_length`, which is faster.
    frames : int
        Frames of the spectrogram; signals have ``frames * hop_length`` samples.
    """

    def __init__(self, spec: AudioSpec, n_fft: int, frames: int) -> None:
        self.spec = spec
        self.n_fft = n_fft
        self.frames = frames
        self._window = hann_window(spec)
        hop, overlap = spec.hop_length, spec.win_length // spec.hop_length
        rows = frames + overlap - 1
        weight = np.zeros((rows, hop), np.float32)
        parts = np.square(self._window).reshape(overlap, hop)
        for k in range(overlap):
            weight[k : k + frames] += parts[k]
        self._gain = np.reciprocal(np.maximum(weight, np.float32(_LEAST_WEIGHT)))
        # The signal with half a window before and after it, and a view of every frame.
        self._padded = np.zeros(rows * hop, np.float32)
        self._views = np.lib.stride_tricks.sliding_window_view(self._padded, spec.win_length)[::hop]
        self._signal = slice(spec.win_length // 2, spec.win_length // 2 + frames * hop)
        self._framed = np.empty((frames, spec.win_length), np.float32)

    def forward(self, samples: FloatArray) -> ComplexArray:
        """Return the spectrogram ``(frames, n_fft // 2 + 1)`` of ``(frames * hop_length,)``.

        Frame `t` is centred on sample ``t * hop_length``, as in
        :func:`neural_drum_machine.signal.mel.mel_spectrogram`.
        """
        self._padded[: self._signal.start] = 0
        self._padded[self._signal] = samples
        self._padded[self._signal.stop :] = 0
        np.multiply(self._views, self._window, out=self._framed)
        out: ComplexArray = np.fft.rfft(self._framed, n=self.n_fft).astype(np.complex64, copy=False)
        return out

    def inverse(self, spectrogram: ComplexArray) -> FloatArray:
        """Return the signal ``(frames * hop_length,)`` whose spectrogram is nearest.

        Least squares over all frames (Griffin and Lim 1984, equation 6).
        """
        spec = self.spec
        hop, overlap = spec.hop_length, spec.win_length // spec.hop_length
        framed = np.fft.irfft(spectrogram, n=self.n_fft).astype(np.float32, copy=False)
        np.multiply(framed[:, : spec.win_length], self._window, out=self._framed)
        parts = self._framed.reshape(self.frames, overlap, hop)
        summed = self._padded.reshape(-1, hop)
        summed[: self.frames] = parts[:, 0]
        summed[self.frames :] = 0
        for k in range(1, overlap):
            summed[k : k + self.frames] += parts[:, k]
        summed *= self._gain
        return self._padded[self._signal].copy()
