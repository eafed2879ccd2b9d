"""The effects of augmentation: each takes and returns a sound, and is deterministic.

A sound is float32 ``(n,)``. Its onset stays where it is.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import soxr
from scipy import fft, signal

from neural_drum_machine.arrays import DoubleArray, FloatArray
from neural_drum_machine.prepare.derived.envelope import exponential
from neural_drum_machine.prepare.derived.tilt import tilt_response
from neural_drum_machine.signal.windows import rise

_RINGING_SECONDS = 0.05
"""Silence after a sound that is filtered by a transform, for what rings on."""
_ROOM_PEAK = 0.25


def audiomentations_effects(x: FloatArray, parameters: Mapping[str, float], sr: int) -> FloatArray:
    """Return a sound after the effects that audiomentations has: peaking filter and bit crusher.

    Ranges without width make them deterministic. `parameters` are those of
    :func:`~neural_drum_machine.prepare.derived.augmentation.augment`.
    """
    import audiomentations

    steps: list[Any] = []
    # At a lower rate than 44.1 kHz the filter may lie above all that the sound has.
    if parameters.get("band_hz", sr) < 0.45 * sr:
        hz, db, q = (parameters[f"band_{name}"] for name in ("hz", "db", "q"))
        steps.append(
            audiomentations.PeakingFilter(
                min_center_freq=hz,
                max_center_freq=hz,
                min_gain_db=db,
                max_gain_db=db,
                min_q=q,
                max_q=q,
                p=1.0,
            )
        )
    if "bits" in parameters:
        bits = int(parameters["bits"])
        steps.append(audiomentations.BitCrush(min_bit_depth=bits, max_bit_depth=bits, p=1.0))
    for step in steps:
        # Each gets full level: a filter may have raised it, and a bit crusher depends on it.
        x = step(x / np.abs(x).max(), sample_rate=sr)
    return x


def tuned(x: FloatArray, semitones: float, sr: int, onset: int) -> FloatArray:
    """Return a sound tuned by resampling: a higher pitch is shorter, as on a sampler.

    `onset` is the sample where the sound begins, before and after. A sound tuned down by n
    semitones has nothing above ``sr / 2 / 2 ** (n / 12)``.
    """
    if not semitones:
        return x
    ratio = 2 ** (semitones / 12)
    out: FloatArray = soxr.resample(x, sr * ratio, sr, quality="HQ")
    late = onset - round(onset / ratio)
    return np.pad(out, (late, 0)) if late > 0 else out[-late:]


def decayed(x: FloatArray, db_per_second: float, sr: int) -> FloatArray:
    """Return a sound that decays faster (negative) or slower by decibels a second.

    The change starts at the loudest sample, so the attack stays. A slower decay stops changing
    after 0.6 s, because it would only raise the noise floor.
    """
    peak = int(np.abs(x).argmax())
    n = len(x) - peak
    if db_per_second > 0:
        n = min(n, round(0.6 * sr))
    gain = exponential(n, db_per_second, sr)
    out = x.copy()
    out[peak : peak + n] *= gain
    out[peak + n :] *= gain[-1]
    return out


def tilted(x: FloatArray, db_per_octave: float, sr: int) -> FloatArray:
    """Return a sound with its spectrum tilted around 1 kHz (positive is brighter)."""
    # Few sizes, so that their filters are computed once.
    size = -(-(len(x) + round(_RINGING_SECONDS * sr)) // 8192) * 8192
    shaped = fft.irfft(fft.rfft(x, size) * tilt_response(size, sr, db_per_octave), size)
    out: FloatArray = shaped[: len(x)]
    return out


def transient(x: FloatArray, gain_db: float, sr: int) -> FloatArray:
    """Return a sound with its attack emphasised or softened by up to `gain_db` decibels.

    The attack is where a fast envelope (1 ms) exceeds a slow one (30 ms).
    """
    level = np.abs(x)
    fast, attack = (
        signal.lfilter(np.array([1 - a], np.float32), np.array([1, -a], np.float32), level)
        for a in np.exp(-1.0 / (sr * np.array([1e-3, 3e-2])))
    )
    np.subtract(fast, attack, out=attack)
    fast += 1e-6
    attack /= fast
    np.clip(attack, 0.0, 1.0, out=attack)
    attack *= float(np.log(10) / 20 * gain_db)
    shaped: FloatArray = x * np.exp(attack, out=attack)
    return shaped


def saturated(x: FloatArray, drive_db: float) -> FloatArray:
    """Return a sound through a soft limit (tanh), its peak raised above the limit by decibels.

    The peak is 1 afterwards. Unlike audiomentations' distortion, whose gain follows from the share
    of loud samples, this one does the same to long sounds as to short ones.
    """
    driven = np.tanh(x * (10 ** (drive_db / 20) / float(np.abs(x).max())))
    out: FloatArray = driven / np.abs(driven).max()
    return out


@lru_cache(maxsize=4)
def _wires(sr: int) -> DoubleArray:
    """Return the colour of snare wires: from 1.2 kHz up, and softer from 6 kHz up."""
    sections: DoubleArray = np.concatenate(
        [
            signal.butter(2, 1200.0, "highpass", fs=sr, output="sos"),
            signal.butter(1, 6000.0, "lowpass", fs=sr, output="sos"),
        ]
    )
    return sections


def buzzing(x: FloatArray, level_db: float, seed: int, sr: int) -> FloatArray:
    """Return a drum with rattling snare wires, whose energy is `level_db` relative to the drum's.

    The wires are noise above 1.2 kHz that follows the drum's envelope and lasts a little longer.
    """
    noise = np.random.default_rng(seed).standard_normal(len(x), dtype=np.float32)
    wires = signal.sosfilt(_wires(sr), noise)
    a = np.exp(-1.0 / (0.04 * sr))
    wires *= signal.lfilter([1 - a], [1, -a], np.abs(x))
    wires *= 10 ** (level_db / 20) * np.sqrt(np.square(x).sum() / (np.square(wires).sum() + 1e-12))
    buzzed: FloatArray = (x + wires).astype(np.float32)
    return buzzed


def in_room(x: FloatArray, seconds: float, level_db: float, seed: int, sr: int) -> FloatArray:
    """Return a sound in a diffuse room: noise that falls by 60 dB in `seconds`.

    The room's energy is `level_db` relative to the direct sound's, but its peak reaches at most a
    quarter of the direct sound's, so that the attack stays the loudest moment. It starts 2 to 12 ms
    later.
    """
    rng = np.random.default_rng(seed)
    n = round(seconds * sr)
    response = rng.standard_normal(n, dtype=np.float32) * exponential(n, -60.0 / seconds, sr)
    response[: round(rng.uniform(0.002, 0.012) * sr)] = 0.0
    # Air and walls absorb the treble first: 6 dB an octave from 2.4 kHz up.
    pole = np.exp(-2 * np.pi * 2430.0 / sr)
    response = signal.lfilter([1 - pole], [1, -pole], response)
    response *= 10 ** (level_db / 20) / np.sqrt(np.square(response).sum() + 1e-12)
    wet: FloatArray = signal.oaconvolve(x, response.astype(np.float32))
    wet *= min(1.0, _ROOM_PEAK * float(np.abs(x).max()) / (float(np.abs(wet).max()) + 1e-12))
    wet[: len(x)] += x
    return wet


def without_step(x: FloatArray, sr: int) -> FloatArray:
    """Return a sound that starts at 0 and fades in over half a millisecond, before its onset."""
    n = min(len(x), round(0.0005 * sr))
    out = x.copy()
    out[:n] *= rise(n).astype(np.float32)
    return out
