"""The grain of noise that a mean spectrogram lacks.

The generator's loss makes its spectrograms means of all sounds that a code may stand for. Where a
sound is noise, the magnitudes of a recording jump from frame to frame (their logarithm by about
5 dB), and a mean of many does not: it sounds blurred, which is what the authors of the paper say of
theirs. But the jumps themselves carry nothing that a listener could tell from other jumps, so they
need not be stored in a code: it is enough to know how much of them is missing where. Then they are
taken from white noise (for ``--inverter griffin-lim`` with its phases).

Three parts: what is missing in a spectrogram beside a recording (:func:`missing_noise`, used when
a model is exported), how it follows from a code (:class:`Texture`, a linear map for each
category), and the noise itself (:func:`noise_take`). Other takes are other hits of the same drum.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from neural_drum_machine.arrays import ComplexArray, FloatArray
from neural_drum_machine.errors import ControlError
from neural_drum_machine.signal.mel import mel_filterbank
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.signal.stft import Stft

TAKES: Final = 64
"""Takes there are: 0 to 63."""
BANDS, FRAMES = 8, 4
"""Mel bands and frames that share one number of a :class:`Texture`."""
_SHORT = 5
"""Frames over whose mean a magnitude must jump: only along time, for partials are peaks along
frequency, and a partial is no noise."""
_TOGETHER = 17
"""Bands over whose mean it must jump as well: what they do together is an attack, and no noise."""
_AROUND = (9, 5)
"""Bands and frames over which the jumps are averaged."""
_TAKES_FOR_MEAN = 24


def _box_mean(x: FloatArray, width: int, axis: int) -> FloatArray:
    """Return the running mean over an odd number of places, the ends repeated."""
    half = width // 2
    pads = [(0, 0)] * x.ndim
    pads[axis] = (half, half)
    padded = np.pad(x, pads, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, width, axis=axis)
    out: FloatArray = windows.mean(axis=-1)
    return out


def roughness(log_mel: FloatArray) -> FloatArray:
    """Return how much a log-mel jumps from frame to frame.

    Parameters
    ----------
    log_mel : numpy.ndarray
        Shape ``(..., n_mels, n_frames)``, natural logarithms.

    Returns
    -------
    numpy.ndarray
        The same shape: variance about the mean of five frames, less what 17 bands have in common
        of it, averaged over nine bands and five frames.
    """
    jumps = log_mel - _box_mean(log_mel, _SHORT, -1)
    squares = np.square(jumps - _box_mean(jumps, _TOGETHER, -2))
    return _box_mean(_box_mean(squares, _AROUND[0], -2), _AROUND[1], -1)


@dataclass(frozen=True, slots=True)
class Take:
    """White noise as an inverter and a spectrogram need it.

    Attributes
    ----------
    jumps : numpy.ndarray
        Shape ``(n_mels, n_frames)``: its log-mel without the mean of each band. Read-only.
    phases : numpy.ndarray
        Shape ``(n_frames, bins)``, complex of magnitude 1: of the short transform. Read-only.
    """

    jumps: FloatArray
    phases: ComplexArray


def _noise(spec: AudioSpec, take: int) -> FloatArray:
    # RandomState is frozen by NumPy's promise; default_rng may change its stream. Two frames more
    # at either end: the first and the last of an STFT see less than a whole window.
    samples = (spec.n_frames + 4) * spec.hop_length
    return np.random.RandomState(take).standard_normal(samples).astype(np.float32)


def _log_mel(spec: AudioSpec, noise: FloatArray) -> FloatArray:
    spectrum = Stft(spec, spec.n_fft, spec.n_frames + 4).forward(noise)[2:-2]
    out: FloatArray = np.log(mel_filterbank(spec) @ np.abs(spectrum).T)
    return out


@lru_cache(maxsize=8)
def noise_roughness(spec: AudioSpec) -> FloatArray:
    """Return the roughness of white noise, ``(n_mels,)``, read-only."""
    takes = [roughness(_log_mel(spec, _noise(spec, take))) for take in range(_TAKES_FOR_MEAN)]
    mean: FloatArray = np.mean(takes, axis=(0, 2))
    mean.setflags(write=False)
    return mean


def short_fft(spec: AudioSpec) -> int:
    """Return the length of the shortest transform that holds a window, a divisor of `n_fft`."""
    return spec.n_fft // (spec.n_fft // spec.win_length)


def noise_take(spec: AudioSpec, take: int, n_fft: int) -> Take:
    """Return one of the takes.

    Parameters
    ----------
    spec : AudioSpec
        The signal's numbers.
    take : int
        Its number, 0 to 63; the same number gives the same noise, also in later versions.
    n_fft : int
        Of the transform that the phases belong to.

    Raises
    ------
    ControlError
        If there is no such take.
    """
    if isinstance(take, bool) or not isinstance(take, int) or not 0 <= take < TAKES:
        raise ControlError(f"take must be a whole number from 0 to {TAKES - 1}, got {take!r}")
    return _take(spec, take, n_fft)


@lru_cache(maxsize=2 * TAKES)
def _take(spec: AudioSpec, take: int, n_fft: int) -> Take:
    noise = _noise(spec, take)
    log_mel = _log_mel(spec, noise)
    jumps = log_mel - log_mel.mean(axis=1, keepdims=True)
    short = Stft(spec, n_fft, spec.n_frames + 4).forward(noise)[2:-2]
    phases = (short / np.maximum(np.abs(short), np.float32(1e-12))).astype(np.complex64)
    for array in (jumps, phases):
        array.setflags(write=False)
    return Take(jumps, phases)


def missing_noise(recorded: FloatArray, decoded: FloatArray, spec: AudioSpec) -> FloatArray:
    """Return the share of white noise's roughness that a decoded log-mel lacks.

    Parameters
    ----------
    recorded, decoded : numpy.ndarray
        Shape ``(..., n_mels, n_frames)``, natural logarithms.
    spec : AudioSpec
        The signal's numbers.

    Returns
    -------
    numpy.ndarray
        Shape ``(..., groups of bands, groups of frames)``, 0 (nothing) to 1 (all noise) but for
        chance: one measurement of noise scatters, and only the mean of many is right.
    """
    lack = (roughness(recorded) - roughness(decoded)) / noise_roughness(spec)[:, None]
    # As far below 0 as above 1, so that the mean stays right; what lies further out is no noise,
    # but a band that begins or ends.
    lack = np.clip(lack, -1.0, 2.0)
    return group_means(lack, BANDS, FRAMES)


def grid(spec: AudioSpec) -> tuple[int, int]:
    """Return the number of groups of bands and of frames."""
    return -(-spec.n_mels // BANDS), -(-spec.n_frames // FRAMES)


def group_means(x: FloatArray, *sizes: int) -> FloatArray:
    """Return the means of groups of so many places of each of the last axes, the ends repeated."""
    kept = x.ndim - len(sizes)
    pads = [-n % size for n, size in zip(x.shape[kept:], sizes, strict=True)]
    padded = np.pad(x, [(0, 0)] * kept + [(0, n) for n in pads], mode="edge")
    shape = [
        part
        for n, size in zip(padded.shape[kept:], sizes, strict=True)
        for part in (n // size, size)
    ]
    grouped = padded.reshape(*x.shape[:kept], *shape)
    out: FloatArray = grouped.mean(axis=tuple(range(kept + 1, grouped.ndim, 2)))
    return out


def amplified(mel: FloatArray, by: FloatArray, spec: AudioSpec) -> FloatArray:
    """Return magnitudes whose logarithms are raised `by` so much, never under 0."""
    eps = np.float32(spec.log_eps)
    out: FloatArray = np.maximum((mel + eps) * np.exp(by) - eps, np.float32(0))
    return out


def interpolation(n: int, group: int) -> FloatArray:
    """Return the matrix ``(n, groups)`` that interpolates linearly between groups' middles."""
    groups = -(-n // group)
    place = np.clip((np.arange(n) + 0.5) / group - 0.5, 0, groups - 1)
    distance = np.abs(place[:, None] - np.arange(groups))
    out: FloatArray = np.maximum(0, 1 - distance).astype(np.float32)
    return out


class Texture:
    """How much noise the spectrogram of a code lacks, and spectrograms with it.

    Parameters
    ----------
    spec : AudioSpec
        The signal's numbers.
    weights : numpy.ndarray
        Shape ``(categories, latent_dim + 1, groups of bands * groups of frames)``: for each
        category a linear map from the code and a 1 to variances, as :func:`missing_noise`
        gives them.
    """

    def __init__(self, spec: AudioSpec, weights: FloatArray) -> None:
        self.spec = spec
        self.weights = weights
        self._bands = interpolation(spec.n_mels, BANDS)
        self._frames = interpolation(spec.n_frames, FRAMES).T.copy()

    def grained(self, mel: FloatArray, amount: FloatArray, take: Take) -> FloatArray:
        """Return the magnitudes `mel` with an `amount` of a take's jumps, all ``(n_mels, T)``."""
        return amplified(mel, amount * take.jumps, self.spec)

    def amount(self, code: FloatArray, category: int) -> FloatArray:
        """Return the factor of a take's jumps, 0 to 1.

        Parameters
        ----------
        code : numpy.ndarray
            Shape ``(latent_dim,)``.
        category : int
            Its number.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_mels, n_frames)``.
        """
        weights = self.weights[category]
        variance = (code @ weights[:-1] + weights[-1]).reshape(grid(self.spec))
        out: FloatArray = np.sqrt(np.clip(self._bands @ variance @ self._frames, 0, 1))
        return out
