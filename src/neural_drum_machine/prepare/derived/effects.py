"""The effects of augmentation: each takes and returns a sound, and is deterministic."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import soxr
from scipy import signal

from neural_drum_machine.arrays import FloatArray


def audiomentations_effects(x: FloatArray, parameters: Mapping[str, float], sr: int) -> FloatArray:
    """Return a sound after the effects that audiomentations has: filter, saturation, bit crusher.

    Ranges without width make them deterministic. `parameters` are those of
    :func:`~neural_drum_machine.prepare.derived.augmentation.augment`.
    """
    import audiomentations

    steps: list[Any] = []
    if "band_hz" in parameters:
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
    if "saturation" in parameters:
        amount = parameters["saturation"]
        steps.append(
            audiomentations.TanhDistortion(min_distortion=amount, max_distortion=amount, p=1.0)
        )
    if "bits" in parameters:
        bits = int(parameters["bits"])
        steps.append(audiomentations.BitCrush(min_bit_depth=bits, max_bit_depth=bits, p=1.0))
    for step in steps:
        # Each gets full level: a filter may have raised it, and a bit crusher depends on it.
        x = step(x / np.abs(x).max(), sample_rate=sr)
    return x


def resampled(x: FloatArray, semitones: float, sr: int) -> FloatArray:
    """Return a sound tuned by resampling: a higher pitch is shorter, as on a sampler."""
    if not semitones:
        return x
    out: FloatArray = soxr.resample(x, sr * 2 ** (semitones / 12), sr, quality="HQ")
    return out


def decayed(x: FloatArray, db_per_second: float, sr: int) -> FloatArray:
    """Return a sound that decays faster (negative) or slower by decibels a second.

    The change starts at the loudest sample, so the attack stays. A slower decay stops changing
    after 0.6 s, because it would only raise the noise floor.
    """
    peak = int(np.abs(x).argmax())
    t = np.maximum(np.arange(len(x)) - peak, 0) / sr
    if db_per_second > 0:
        t = np.minimum(t, 0.6)
    return (x * 10 ** (db_per_second * t / 20)).astype(np.float32)


def tilted(x: FloatArray, db_per_octave: float, sr: int) -> FloatArray:
    """Return a sound with its spectrum tilted around 1 kHz (positive is brighter), without delay.

    The filter has zero phase. For a few decibels an octave its response is as short as that of a
    minimum-phase filter, and it needs no design.
    """
    padded = np.zeros(len(x) + 2048, np.float32)
    padded[1024 : 1024 + len(x)] = x
    hz = np.fft.rfftfreq(len(padded), 1 / sr)
    octaves = np.log2(np.clip(hz, 50.0, 10_000.0) / 1000.0)
    shaped = np.fft.irfft(np.fft.rfft(padded) * 10 ** (db_per_octave * octaves / 20), len(padded))
    return shaped[1024 : 1024 + len(x)].astype(np.float32)


def transient(x: FloatArray, gain_db: float, sr: int) -> FloatArray:
    """Return a sound with its attack emphasised or softened by up to `gain_db` decibels.

    The attack is where a fast envelope (1 ms) exceeds a slow one (30 ms).
    """
    level = np.abs(x)
    fast, slow = (
        signal.lfilter([1 - a], [1, -a], level)
        for a in np.exp(-1.0 / (sr * np.array([1e-3, 3e-2])))
    )
    attack = np.clip((fast - slow) / (fast + 1e-6), 0.0, 1.0)
    shaped: FloatArray = (x * 10 ** (gain_db * attack / 20)).astype(np.float32)
    return shaped


def buzzing(x: FloatArray, level_db: float, seed: int, sr: int) -> FloatArray:
    """Return a drum with rattling snare wires, whose energy is `level_db` relative to the drum's.

    The wires are noise above 1.2 kHz that follows the drum's envelope and lasts a little longer.
    """
    noise = np.random.default_rng(seed).standard_normal(len(x))
    wires = signal.sosfilt(signal.butter(2, 1200.0, "highpass", fs=sr, output="sos"), noise)
    a = np.exp(-1.0 / (0.04 * sr))
    wires *= signal.lfilter([1 - a], [1, -a], np.abs(x))
    wires *= 10 ** (level_db / 20) * np.sqrt(np.square(x).sum() / (np.square(wires).sum() + 1e-12))
    buzzed: FloatArray = (x + wires).astype(np.float32)
    return buzzed


def in_room(x: FloatArray, seconds: float, level_db: float, seed: int, sr: int) -> FloatArray:
    """Return a sound in a diffuse room: noise that falls by 60 dB in `seconds`.

    The room's energy is `level_db` relative to the direct sound's. It starts 2 to 12 ms later.
    """
    rng = np.random.default_rng(seed)
    n = round(seconds * sr)
    response = rng.standard_normal(n) * 10 ** (-3.0 * np.arange(n) / n)
    response[: round(rng.uniform(0.002, 0.012) * sr)] = 0.0
    # Air and walls absorb the treble first.
    response = signal.lfilter([0.5], [1, -0.5], response)
    response *= 10 ** (level_db / 20) / np.sqrt(np.square(response).sum() + 1e-12)
    response[0] += 1.0
    wet: FloatArray = signal.fftconvolve(x, response).astype(np.float32)
    return wet
