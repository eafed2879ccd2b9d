"""Giving a sound the values that were wished for: resampling, a filter, gains over time."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import soxr

from neural_drum_machine.arrays import ComplexArray, FloatArray
from neural_drum_machine.signal.descriptors import loudest_partial, loudest_sample
from neural_drum_machine.wishes import spectrum as filters
from neural_drum_machine.wishes.envelope import Attack, decay_gain, stretch_for
from neural_drum_machine.wishes.noise import like_noise, noise_share
from neural_drum_machine.wishes.qualities import BY_NAME
from neural_drum_machine.wishes.resonance import MOST as MOST_SHARP
from neural_drum_machine.wishes.resonance import Resonances
from neural_drum_machine.wishes.stretch import MOST, stretched

ROUNDS: Final = 2
"""Each quality is set in turn, and setting one moves the others a little."""
MOST_OCTAVES: Final = 2.0
LONGEST_SECONDS: Final = 2.5
_MOST_RETUNED: Final = 0.5
"""Octaves. Farther away, another partial has become the loudest."""
_STRETCHED: Final = 1.02
"""From here on, a decay that is out of a gain's reach is worth stretching the sound."""
_HEARD_NOISINESS: Final = 0.01
_UNHEARD_DB: Final = 0.02
_HELD_NOISE, _HELD_SHARP = 0.3, 0.5
"""Where noisiness is only held, it must not change a sound much."""
_HELD: Final = 0.15
"""How much a quality that is only held counts beside one that was asked for."""


def shaped(
    samples: FloatArray,
    sr: int,
    onset: int,
    asked: Mapping[str, float],
    held: Mapping[str, float],
    pitch: float,
) -> FloatArray:
    """Return a sound with the values that were asked for, and the others as they are to be held.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(channels, n)``, float32.
    sr : int
        Sample rate in Hz.
    onset : int
        The sample of the onset.
    asked, held : mapping of str to float
        Values of qualities, in their units. Loudness is not set here.
    pitch : float
        Frequency of the sound's loudest partial, in Hz; NaN if it has none.

    Returns
    -------
    numpy.ndarray
        Shape ``(channels, m)``, not normalised. It is longer or shorter if its pitch changes.
    """
    wanted = {**held, **asked}
    samples, onset = _tuned(samples, sr, onset, tuning(asked, pitch))
    for number in range(ROUNDS):
        samples = _filtered(samples, sr, asked, held)
        # Where noisiness is only held, it is not worth the time of a second look.
        if "noisiness" in (wanted if number == 0 else asked):
            samples = _noisy(samples, sr, onset, wanted["noisiness"], "noisiness" in asked)
        samples = _over_time(samples, sr, onset, wanted)
    # What was asked for has the last word.
    if not asked.keys().isdisjoint((*filters.NAMES, "noisiness")):
        samples = _filtered(samples, sr, asked, held)
    if "noisiness" in asked:
        samples = _noisy(samples, sr, onset, asked["noisiness"], True)
    if "pitch" in asked and np.isfinite(pitch):
        # A drum's pitch falls, so another decay or attack shows another part of its way.
        mono = _mono(samples)
        now, _ = loudest_partial(mono, sr, loudest_sample(mono, sr))
        if np.isfinite(now) and abs(np.log2(asked["pitch"] / now)) < _MOST_RETUNED:
            samples, onset = _tuned(samples, sr, onset, asked["pitch"] / now)
    return _over_time(samples, sr, onset, asked)


def _over_time(samples: FloatArray, sr: int, onset: int, wanted: Mapping[str, float]) -> FloatArray:
    """Return a sound with an attack and a decay."""
    if "attack" in wanted:
        samples = samples * Attack(_mono(samples), sr, onset).gain(wanted["attack"])
    # The decay's gain begins at the loudest moment, so it leaves the attack alone.
    if "decay" in wanted:
        factor = stretch_for(_mono(samples), sr, wanted["decay"])
        if factor > _STRETCHED:
            most = round(LONGEST_SECONDS * sr)
            samples = stretched(samples, sr, onset, min(MOST, factor), most)
        samples = samples * decay_gain(_mono(samples), sr, wanted["decay"])
    return samples


def tuning(asked: Mapping[str, float], pitch: float) -> float:
    """Return the number by which a wish multiplies frequencies: the onset comes so much earlier.

    Parameters
    ----------
    asked : mapping of str to float
        The wish.
    pitch : float
        Frequency of the sound's loudest partial, in Hz; NaN if it has none.
    """
    if "pitch" not in asked or not np.isfinite(pitch):
        return 1.0
    return float(np.clip(asked["pitch"] / pitch, 2**-MOST_OCTAVES, 2**MOST_OCTAVES))


def _mono(channels: Any) -> Any:
    return channels[0] if len(channels) == 1 else channels.mean(axis=0)


def _tuned(samples: FloatArray, sr: int, onset: int, ratio: float) -> tuple[FloatArray, int]:
    """Return a sound whose frequencies are multiplied, and its onset."""
    if ratio == 1:
        return samples, onset
    moved = soxr.resample(samples.T, sr * ratio, sr, quality="HQ").T
    return np.ascontiguousarray(moved, np.float32), round(onset / ratio)


def _filtered(
    samples: FloatArray, sr: int, asked: Mapping[str, float], held: Mapping[str, float]
) -> FloatArray:
    values, weights = np.zeros(3), np.zeros(3)
    for place, name in enumerate(filters.NAMES):
        if name in asked or name in held:
            values[place] = BY_NAME[name].scale(asked.get(name, held.get(name, 0.0)))
            weights[place] = 1.0 if name in asked else _HELD
    if not weights.any():
        return samples
    n = samples.shape[1]
    size = filters.spectrum_size(n)
    spectrum, power = _spectrum(samples, size)
    settings = filters.Spectrum(power, sr).solve(values, weights)
    if np.abs(settings).max() < _UNHEARD_DB:
        return samples
    response = filters.smooth_response(settings, sr, len(power))
    return np.fft.irfft(spectrum * response, size)[:, :n].astype(np.float32)


def _noisy(samples: FloatArray, sr: int, onset: int, wanted: float, is_asked: bool) -> FloatArray:
    n = samples.shape[1]
    size = filters.spectrum_size(n)
    spectrum, power = _spectrum(samples, size)
    resonances = Resonances(power, sr)
    off = wanted - resonances.noisiness(0.0)
    if abs(off) < _HEARD_NOISINESS:
        return samples
    if off > 0:
        noise, most = like_noise(samples, onset), 1.0 if is_asked else _HELD_NOISE
        own, its = noise_share(_mono(spectrum), _mono(_spectrum(noise, size)[0]), sr, wanted, most)
        return np.float32(own) * samples + np.float32(its) * noise
    most = MOST_SHARP if is_asked else _HELD_SHARP
    return filters.filtered(spectrum, resonances.gain(resonances.solve(wanted, most)))[:, :n]


def _spectrum(samples: FloatArray, size: int) -> tuple[ComplexArray, FloatArray]:
    """Return the spectra of the channels, and the power of their mean."""
    spectrum = np.fft.rfft(samples, size).astype(np.complex64)
    mono = _mono(spectrum)
    return spectrum, np.square(mono.real) + np.square(mono.imag)
