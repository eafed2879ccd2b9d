"""A body as an oscillator: its samples, and the mel spectrogram that they would have."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.mel import mel_band_edges, mel_filterbank
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.signal.windows import hann

_DECIMATION: Final = 16
"""Bodies lie so low that a sixteenth of the core's rate holds them."""


@dataclass(frozen=True, slots=True)
class Body:
    """A sinusoid that glides.

    Attributes
    ----------
    frequency : numpy.ndarray
        Shape ``(frames,)``, Hz.
    level : numpy.ndarray
        Shape ``(frames,)``: its amplitude. Core's scale.
    """

    frequency: FloatArray
    level: FloatArray


class Echo:
    """The mel spectrogram that a body would have, made at a sixteenth of the core's rate.

    Parameters
    ----------
    spec : AudioSpec
        The core's format; 16 divides its hop.
    top_hz : float
        The mel bands up to this frequency are made.

    Attributes
    ----------
    centres : numpy.ndarray
        Shape ``(bands, 1)``, Hz.
    """

    def __init__(self, spec: AudioSpec, top_hz: float) -> None:
        self.hop = spec.hop_length // _DECIMATION
        self.window = spec.win_length // _DECIMATION
        self.sr = spec.sr / _DECIMATION
        self.onset = spec.pre_roll // _DECIMATION
        centres = mel_band_edges(spec)[1:-1]
        self.bands = int(np.searchsorted(centres, top_hz)) + 1
        self.centres = centres[: self.bands, None].astype(np.float32)
        bank = mel_filterbank(spec)[: self.bands]
        bins = int(np.flatnonzero(bank.any(axis=0))[-1]) + 1
        self.bank = bank[:, :bins] * np.float32(_DECIMATION)
        turns = np.arange(self.window)[:, None] * np.arange(bins) * (_DECIMATION / spec.n_fft)
        self.dft = (hann(self.window)[:, None] * np.exp(-2j * np.pi * turns)).astype(np.complex64)

    def mel(self, body: Body) -> FloatArray:
        """Return the mel magnitudes of a body, ``(bands, frames)``."""
        half = self.window // 2
        wave = _oscillate(body, self.hop, self.sr, self.onset)
        wave[: self.onset] = 0
        padded = np.pad(wave, (half, half))
        frames = np.lib.stride_tricks.sliding_window_view(padded, self.window)[:: self.hop]
        spectrum = frames[: len(body.frequency)].astype(np.complex64) @ self.dft
        out: FloatArray = self.bank @ np.abs(spectrum).T
        return out


@lru_cache(maxsize=4)
def echo(spec: AudioSpec, top_hz: float) -> Echo:
    """Return the echo of a spec; it is made once."""
    return Echo(spec, top_hz)


def _oscillate(body: Body, hop: int, sr: float, onset: int) -> FloatArray:
    """Return the samples ``(frames * hop,)`` of a body. Its phase is 0 at the onset."""
    share = (np.arange(hop) / hop).astype(np.float32)

    def between(values: FloatArray, after: np.float32) -> FloatArray:
        steps = np.diff(values, append=after)
        lines: FloatArray = (values[:, None] + share * steps[:, None]).reshape(-1)
        return lines

    turns = np.cumsum(between(body.frequency, body.frequency[-1]), dtype=np.float64) / sr
    turns -= turns[min(onset, len(turns) - 1)]
    wave = np.sin(np.float32(2 * np.pi) * (turns - np.floor(turns)).astype(np.float32))
    out: FloatArray = wave * between(body.level, np.float32(0))
    return out


def play_body(body: Body, spec: AudioSpec, sr: int, n: int) -> FloatArray:
    """Return the body's samples.

    Its phase is 0 at the onset, where it begins to rise.

    Parameters
    ----------
    body : Body
        From :func:`find_body`.
    spec : AudioSpec
        The core's format, with its onset at the same time.
    sr : int
        Sample rate in Hz: the core's or a multiple of it.
    n : int
        Number of samples.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``, float32, core's scale; zero after the body's last frame.
    """
    times = sr // spec.sr
    out = np.zeros(n, np.float32)
    frames = min(len(body.frequency), -(-n // (spec.hop_length * times)))
    part = Body(body.frequency[:frames], body.level[:frames])
    wave = _oscillate(part, spec.hop_length * times, sr, spec.pre_roll * times)[:n]
    out[: len(wave)] = wave
    return out
