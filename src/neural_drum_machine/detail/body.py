"""The body of a drum: one sinusoid with a continuous phase, where the mel spectrogram has a ridge.

Kicks, toms and congas have a low partial that carries most of their energy. Inverted loosely, or
from a spectrogram with noise in it, it wobbles. So it is taken out of the spectrogram before the
inversion and played as an oscillator: its frequency follows the strongest ridge, found by the
Viterbi algorithm and refined by a parabola (Smith and Serra 1987), its level the ridge's height.
"""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.detail.oscillator import Body, Echo, echo
from neural_drum_machine.signal.mel import mel_band_edges
from neural_drum_machine.signal.spec import AudioSpec

RIDGE_HZ: Final = (32.0, 270.0)
REACH: Final = 2.0
"""The body stands for what lies under this many times its frequency."""
_JUMP_COST: Final = 6.0
"""Cost of a jump by an octave from one frame to the next, in nepers of level."""
_STEP_BANDS: Final = 2
"""The path goes over every second band; the parabola then looks at all of them."""
_DEPTH_DB: Final = 60.0
"""The body ends where its level has fallen this far under its loudest."""
_PURE_SOUND: Final = (0.5, 0.65)
_PURE_FRAME: Final = (0.3, 0.5)
"""Shares of the energy under its reach that the sinusoid must explain, in the sound and in a frame:
below the first there is no body, above the second it stands for everything."""
_LEFT: Final = np.float32(0.2)
"""Share of the amplitude that it does not explain that stays beside it: a body that is too pure
sounds like a test tone."""
_FITS: Final = 2


@lru_cache(maxsize=4)
def _ridge_bands(spec: AudioSpec) -> tuple[int, int, npt.NDArray[np.float64]]:
    """Return the first band, the one after the last, and all centres in Hz."""
    centres = mel_band_edges(spec)[1:-1]
    low, high = np.searchsorted(centres, RIDGE_HZ)
    return int(low), int(high), centres


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


def _smooth(x: FloatArray, weights: FloatArray, frames: int) -> FloatArray:
    """Return the weighted mean over a few frames with a triangle."""
    kernel: FloatArray = np.bartlett(frames + 2)[1:-1].astype(np.float32)
    # Not mode="same", which returns the kernel's length where it is longer than the sound.
    half, n = frames // 2, len(x)
    over, under = (np.convolve(y, kernel)[half : half + n] for y in (x * weights, weights))
    return (over / np.maximum(under, 1e-20)).astype(np.float32)


def _slope(share: FloatArray | np.float32, limits: tuple[float, float]) -> FloatArray:
    """Return 0 below the first limit, 1 above the second, and a line between."""
    place = (np.asarray(share, np.float32) - limits[0]) / (limits[1] - limits[0])
    out: FloatArray = np.clip(place, 0, 1).astype(np.float32)
    return out


def find_body(mel: FloatArray, spec: AudioSpec) -> tuple[Body | None, FloatArray]:
    """Find the body of a sound.

    Parameters
    ----------
    mel : numpy.ndarray
        Shape ``(n_mels, frames)``, magnitudes.
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
    part = mel[: high + 1]
    top = part.max(axis=0)
    loudest = float(top.max())
    # A body carries the sound, or it is not worth an oscillator.
    if loudest <= 0.03 * float(mel.max()):
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
    frequency = _smooth(frequency, np.square(height), 5)
    small = echo(spec, REACH * RIDGE_HZ[1])
    target = mel[: small.bands, :frames]
    body = _fitted(Body(frequency, height / np.float32(spec.win_length / 4)), target, small)
    pure = small.mel(body)
    reach = small.centres < REACH * body.frequency
    power = np.square(target)
    explained = (np.square(np.minimum(pure, target)) * reach).sum(axis=0)
    share = explained / np.maximum((power * reach).sum(axis=0), np.float32(1e-20))
    whole = float(np.average(share, weights=np.square(height)))
    share = _smooth(share.astype(np.float32), np.square(height), 5)
    weight = _slope(share, _PURE_FRAME) * _slope(np.float32(whole), _PURE_SOUND)
    if not weight.any():
        return None, mel
    rest = mel.copy()
    under = rest[: small.bands, :frames]
    # A crossover a quarter of an octave wide.
    octaves = np.log2(REACH * body.frequency / small.centres)
    within = np.clip(4 * octaves + 0.5, 0, 1).astype(np.float32) * weight
    under += within * (_LEFT * np.maximum(under - pure, 0) - under)
    return Body(body.frequency, body.level * weight), rest


def _fitted(body: Body, target: FloatArray, small: Echo) -> Body:
    """Return the body whose own mel spectrogram is nearer to the target's ridge.

    A frame sees 46 ms at once. So a ridge that falls or fades is not where the sinusoid is, and
    what is played from it would be another ridge. Each round moves both by the difference.
    """
    frequency, level = body.frequency, body.level
    for _ in range(_FITS):
        made = small.mel(Body(frequency, level))
        both, own = made * target, np.square(made)
        under, square = both.sum(axis=0), np.maximum(own.sum(axis=0), np.float32(1e-20))
        ratio = np.clip(under / square, 0.5, 2.0)
        aims = (small.centres * both).sum(axis=0) / np.maximum(under, np.float32(1e-20))
        has = (small.centres * own).sum(axis=0) / square
        frequency = np.clip(frequency + np.where(under > 0, aims - has, 0), *RIDGE_HZ)
        frequency = frequency.astype(np.float32)
        level = level * ratio
    return Body(_smooth(frequency, np.square(level), 3), level)
