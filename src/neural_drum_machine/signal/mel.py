"""The mel front end in NumPy, the reference for all others.

A mel spectrogram is the magnitude of a short-time Fourier transform (Hann window, frames centred
on every hop, zeros beyond the ends) times a mel filter bank.

The paper leaves the bank's scale and normalisation open. ``benchmarks/mel_choice.py`` compared
them on two real hits of each category. HTK's scale keeps the STFT magnitude best under the
pseudo-inverse (relative error 0.091; Slaney's has 0.098). Row normalisation changes nothing, so
the rows keep their peak of 1. A scale whose bands never lie closer than a bin does no better
(0.093). With 512 bands over 1025 bins, the lowest bands are narrower than a bin. Empty rows would
break the standardisation, so each triangle reaches at least one bin's width to either side of its
centre.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray, FloatArray, IntArray
from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.spec import DEFAULT_SPEC, AudioSpec
from neural_drum_machine.signal.windows import hann


def mel_band_edges(spec: AudioSpec = DEFAULT_SPEC) -> npt.NDArray[np.float64]:
    """Return the edges and centres of the mel bands in Hz.

    Parameters
    ----------
    spec : AudioSpec
        Audio format.

    Returns
    -------
    numpy.ndarray
        Shape ``(n_mels + 2,)``: equally spaced on HTK's mel scale,
        ``mel = 2595 log10(1 + f / 700)``, from 0 Hz to half the sample rate. Band `m`
        rises from edge `m`, peaks at `m + 1`, ends at `m + 2`.
    """
    top = 2595.0 * np.log10(1.0 + spec.sr / 2 / 700.0)
    mels = np.linspace(0.0, top, spec.n_mels + 2)
    edges: npt.NDArray[np.float64] = 700.0 * (10.0 ** (mels / 2595.0) - 1.0)
    return edges


@lru_cache(maxsize=8)
def mel_filterbank(spec: AudioSpec = DEFAULT_SPEC) -> FloatArray:
    """Return the mel filter bank.

    Parameters
    ----------
    spec : AudioSpec
        Audio format.

    Returns
    -------
    numpy.ndarray
        Shape ``(n_mels, n_bins)``, float32, read-only. Triangles of height 1, no row
        empty; rows wider than a bin equal
        ``librosa.filters.mel(htk=True, norm=None)``.
    """
    edges = mel_band_edges(spec)
    bins = np.arange(spec.n_bins) * (spec.sr / spec.n_fft)
    width = spec.sr / spec.n_fft
    centre = edges[1:-1, None]
    low = np.minimum(edges[:-2, None], centre - width)
    high = np.maximum(edges[2:, None], centre + width)
    rows = np.minimum((bins - low) / (centre - low), (high - bins) / (high - centre))
    bank: FloatArray = np.maximum(rows, 0.0).astype(np.float32)
    bank.setflags(write=False)
    return bank


@lru_cache(maxsize=8)
def _bands(spec: AudioSpec) -> list[tuple[IntArray, DoubleArray]]:
    """Return the filter bank as terms: for each a bin and a weight of every band.

    A band is at most a dozen bins wide, so that this takes a fifth of the time of the product with
    the whole matrix. Its sums have one order everywhere, unlike those of a BLAS, which depend on
    its number of threads; a dataset must be the same to the last bit on every machine.
    """
    bank = mel_filterbank(spec).astype(np.float64)
    first = (bank > 0).argmax(axis=1)
    width = int((bank > 0).sum(axis=1).max())
    terms = []
    for k in range(width):
        bins = np.minimum(first + k, spec.n_bins - 1)
        weights = bank[np.arange(spec.n_mels), bins] * (first + k < spec.n_bins)
        terms.append((bins, weights[:, None]))
    return terms


@lru_cache(maxsize=8)
def hann_window(spec: AudioSpec = DEFAULT_SPEC) -> FloatArray:
    """Return the periodic Hann window, shape ``(win_length,)``, float32, read-only."""
    window: FloatArray = hann(spec.win_length).astype(np.float32)
    window.setflags(write=False)
    return window


def mel_spectrogram(x: npt.ArrayLike, spec: AudioSpec = DEFAULT_SPEC) -> FloatArray:
    """Return the mel magnitudes of a signal.

    Parameters
    ----------
    x : array_like
        Shape ``(..., n)``, mono samples.
    spec : AudioSpec
        Audio format.

    Returns
    -------
    numpy.ndarray
        Shape ``(..., n_mels, 1 + n // hop_length)``, float32, not negative. A
        full-scale sine in the middle of a band gives about ``win_length / 4``.

    Raises
    ------
    AudioError
        If the signal is empty or holds NaN or infinities.
    """
    samples = np.asarray(x, dtype=np.float32)
    if samples.ndim == 0 or samples.shape[-1] == 0:
        raise AudioError(f"a signal needs at least one sample, got shape {samples.shape}")
    if not np.isfinite(samples).all():
        raise AudioError("the signal holds NaN or infinite samples; remove or replace them first")
    half = spec.win_length // 2
    # Only the windowed middle of an FFT frame is not zero, and its place in the frame changes the
    # phase alone. So padding by half a window suffices.
    padded = np.pad(samples, [(0, 0)] * (samples.ndim - 1) + [(half, half)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, spec.win_length, axis=-1)
    n_frames = 1 + samples.shape[-1] // spec.hop_length
    frames = frames[..., :: spec.hop_length, :][..., :n_frames, :]
    spectrum = np.fft.rfft(frames * hann_window(spec), n=spec.n_fft, axis=-1)
    magnitude = np.swapaxes(np.abs(spectrum).astype(np.float64), -1, -2)
    mel = np.zeros((*magnitude.shape[:-2], spec.n_mels, n_frames))
    for bins, weights in _bands(spec):
        mel += weights * magnitude[..., bins, :]
    return mel.astype(np.float32)


def log_mel(mel: npt.ArrayLike, spec: AudioSpec = DEFAULT_SPEC) -> FloatArray:
    """Return ``log(mel + log_eps)``, float32: the scale that the generator works on."""
    out: FloatArray = np.log(np.asarray(mel, dtype=np.float32) + np.float32(spec.log_eps))
    return out


@lru_cache(maxsize=8)
def mel_ceiling(spec: AudioSpec = DEFAULT_SPEC) -> float:
    """Return a bound on the mel magnitudes of a signal within ±1: window sum times row sum."""
    return float(hann_window(spec).sum() * mel_filterbank(spec).sum(axis=1).max())


@lru_cache(maxsize=8)
def log_mel_range(spec: AudioSpec = DEFAULT_SPEC) -> tuple[np.float32, np.float32]:
    """Return the log-mel of silence and that of :func:`mel_ceiling`."""
    floor = np.log(np.float32(spec.log_eps))
    # Rounding must not leave silence with a magnitude.
    while np.exp(floor) > np.float32(spec.log_eps):
        floor = np.nextafter(floor, np.float32(-np.inf))
    return floor, np.log(np.float32(mel_ceiling(spec)))


def clip_log_mel(logs: npt.ArrayLike, spec: AudioSpec = DEFAULT_SPEC) -> FloatArray:
    """Return log-mel limited to the range from silence to :func:`mel_ceiling`, float32."""
    floor, top = log_mel_range(spec)
    out: FloatArray = np.clip(np.asarray(logs, dtype=np.float32), floor, top)
    return out


def exp_mel(logs: npt.ArrayLike, spec: AudioSpec = DEFAULT_SPEC) -> FloatArray:
    """Undo :func:`log_mel`.

    Values under the log-mel of silence become exactly 0. Values over :func:`mel_ceiling` are cut to
    it, so that no code decodes to infinity.
    """
    values = np.exp(clip_log_mel(logs, spec))
    out: FloatArray = np.maximum(values - np.float32(spec.log_eps), np.float32(0.0))
    return out
