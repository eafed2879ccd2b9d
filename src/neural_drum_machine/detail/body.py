"""The body of a drum: one sinusoid with a continuous phase, where the mel spectrogram has a ridge.

Kicks, toms and congas have a low partial that carries most of their energy. Inverted loosely, or
from a spectrogram with noise in it, it wobbles. So it is taken out of the spectrogram before the
inversion and played as an oscillator: its frequency follows the strongest ridge, found by the
Viterbi algorithm and refined by a parabola (Smith and Serra 1987), its level the ridge's height.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.signal.hit import FULL_PRE_ROLL, FULL_SR
from neural_drum_machine.signal.mel import hann_window, mel_band_edges, mel_filterbank
from neural_drum_machine.signal.spec import AudioSpec

RIDGE_HZ: Final = (32.0, 270.0)
REACH: Final = 1.7
"""The body stands for what lies under this many times its frequency."""
_JUMP_COST: Final = 6.0
"""Cost of a jump by an octave from one frame to the next, in nepers of level."""
_STEP_BANDS: Final = 2
"""The path goes over every second band; the parabola then looks at all of them."""
_DEPTH_DB: Final = 60.0
"""The body ends where its level has fallen this far under its loudest."""
_PURE: Final = (0.5, 0.8)
"""Shares of the energy under its reach that a ridge must explain: below the first there is no body,
above the second it stands for everything."""
_LEFT: Final = np.float32(0.5)
"""Share of what the sinusoid does not explain that stays beside it, so that it is not too pure."""
_GRID_HZ: Final = 1.0


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


@lru_cache(maxsize=4)
def _ridge_bands(spec: AudioSpec) -> tuple[int, int, npt.NDArray[np.float64]]:
    """Return the first band, the one after the last, and all centres in Hz."""
    centres = mel_band_edges(spec)[1:-1]
    low, high = np.searchsorted(centres, RIDGE_HZ)
    return int(low), int(high), centres


@lru_cache(maxsize=4)
def _responses(spec: AudioSpec) -> FloatArray:
    """Return the mel magnitudes of sines of amplitude 1, ``(frequencies, bands)``.

    The frequencies lie on a grid of 1 Hz from 0. The bands reach up to the highest reach.
    """
    _, high, centres = _ridge_bands(spec)
    bands = int(np.searchsorted(centres, REACH * RIDGE_HZ[1])) + 1
    time = (np.arange(spec.win_length) - spec.win_length / 2) / spec.sr
    frequencies = np.arange(0, RIDGE_HZ[1] + 2 * _GRID_HZ, _GRID_HZ)
    # With the crest in the middle of the window; other phases differ below some 40 Hz only.
    sines = np.cos(2 * np.pi * frequencies[:, None] * time) * hann_window(spec)
    magnitude = np.abs(np.fft.rfft(sines, spec.n_fft))
    out: FloatArray = (magnitude @ mel_filterbank(spec)[:bands].T).astype(np.float32)
    out.setflags(write=False)
    return out


def _response(frequency: FloatArray, spec: AudioSpec) -> FloatArray:
    """Return the mel magnitudes of sines of amplitude 1, ``(bands, len(frequency))``."""
    grid = _responses(spec)
    place = frequency / np.float32(_GRID_HZ)
    below = np.minimum(place.astype(np.int64), len(grid) - 2)
    share = (place - below)[:, None]
    out: FloatArray = ((1 - share) * grid[below] + share * grid[below + 1]).T
    return out


@lru_cache(maxsize=4)
def _jump_costs(spec: AudioSpec) -> FloatArray:
    low, high, centres = _ridge_bands(spec)
    octaves = np.log2(centres[low:high:_STEP_BANDS])
    out: FloatArray = (_JUMP_COST * np.abs(octaves[:, None] - octaves)).astype(np.float32)
    return out


def _ridge(logs: FloatArray, spec: AudioSpec) -> IntArray:
    """Return the band of the strongest ridge in each frame."""
    low, high, _ = _ridge_bands(spec)
    scores = logs[low:high:_STEP_BANDS].T
    costs = _jump_costs(spec)
    total = scores[0]
    back = np.zeros((len(scores), scores.shape[1]), np.int64)
    states = np.arange(scores.shape[1])
    for t in range(1, len(scores)):
        ways = total - costs
        back[t] = ways.argmax(axis=1)
        total = ways[states, back[t]] + scores[t]
    path = np.empty(len(scores), np.int64)
    path[-1] = total.argmax()
    for t in range(len(scores) - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    out: IntArray = low + _STEP_BANDS * path
    return out


def _smooth(x: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted mean over five frames with a triangle."""
    kernel = np.array([1, 2, 3, 2, 1], np.float32)
    over, under = (np.convolve(y, kernel, mode="same") for y in (x * weights, weights))
    out: FloatArray = over / np.maximum(under, np.float32(1e-20))
    return out


def find_body(mel: FloatArray, spec: AudioSpec) -> tuple[Body | None, FloatArray]:
    """Find the body of a sound.

    Parameters
    ----------
    mel : numpy.ndarray
        Shape ``(n_mels, frames)``, magnitudes, not all zero.
    spec : AudioSpec
        Audio format.

    Returns
    -------
    Body or None
        None where no ridge stands out.
    numpy.ndarray
        The magnitudes without the body.
    """
    low, high, centres = _ridge_bands(spec)
    part = mel[:high + 1]
    top = part.max(axis=0)
    loudest = float(top.max())
    # A body carries the sound, or it is not worth an oscillator.
    if loudest < 0.03 * float(mel.max()):
        return None, mel
    frames = int(np.flatnonzero(top > loudest * 10 ** (-_DEPTH_DB / 20))[-1]) + 1
    logs = np.log(part[:, :frames] + np.float32(1e-6 * loudest))
    band = _ridge(logs, spec)
    every = np.arange(frames)
    # The path took every second band: climb to the peak beside it.
    near = np.stack([band - 1, band, band + 1])
    band = np.clip(near[logs[near, every].argmax(axis=0), every], low, high - 1)
    left, middle, right = (logs[band + k, every] for k in (-1, 0, 1))
    bend = np.minimum(left - 2 * middle + right, np.float32(-1e-6))
    shift = np.clip(0.5 * (left - right) / bend, -1, 1)
    frequency = np.interp(band + shift, np.arange(len(centres)), centres).astype(np.float32)
    height = np.exp(middle - 0.25 * (left - right) * shift)
    frequency = _smooth(frequency, np.square(height))
    response = _response(frequency, spec)
    level = height / response.max(axis=0)
    pure = level * response
    reach = centres[: len(response), None] < REACH * frequency
    power = np.square(mel[: len(response), :frames])
    explained = (np.square(np.minimum(pure, mel[: len(response), :frames])) * reach).sum(axis=0)
    share = explained / np.maximum((power * reach).sum(axis=0), np.float32(1e-20))
    share = _smooth(share.astype(np.float32), np.square(height))
    weight = np.clip((share - _PURE[0]) / (_PURE[1] - _PURE[0]), 0, 1).astype(np.float32)
    if not weight.any():
        return None, mel
    rest = mel.copy()
    under = rest[: len(response), :frames]
    beside = np.maximum(under - pure, 0) * _LEFT
    # A crossover a quarter as wide as the reach.
    octaves = np.log2(REACH * frequency / centres[: len(response), None])
    within = np.clip(4 * octaves + 0.5, 0, 1).astype(np.float32) * weight
    under += within * (beside - under)
    return Body(frequency, level * weight), rest


def play_body(body: Body, spec: AudioSpec, n: int) -> FloatArray:
    """Return the body's samples at 44,100 Hz.

    Its phase is 0 at the onset, where it begins to rise.

    Parameters
    ----------
    body : Body
        From :func:`find_body`.
    spec : AudioSpec
        The core's format, with its onset at the same time.
    n : int
        Number of samples.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``, float32, core's scale; zero after the body's last frame.
    """
    hop = spec.hop_length * FULL_SR // spec.sr
    frames = len(body.frequency)
    sounding = min(n, frames * hop)
    out = np.zeros(n, np.float32)
    if not sounding:
        return out
    share = ((np.arange(hop) + 0.5) / hop).astype(np.float32)

    def between(values: FloatArray) -> FloatArray:
        steps = np.diff(values, append=values[-1:])
        lines: FloatArray = (values[:, None] + share * steps[:, None]).reshape(-1)[:sounding]
        return lines

    turns = np.cumsum(between(body.frequency), dtype=np.float64) / FULL_SR
    turns -= turns[min(FULL_PRE_ROLL, sounding - 1)]
    level = np.append(body.level[:-1], np.float32(0))
    wave = np.sin((2 * np.pi) * (turns - np.floor(turns)).astype(np.float32))
    out[:sounding] = wave * between(level)
    return out
