"""Giving a sound the values that were wished for: resampling, a filter, gains over time."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import soxr

from neural_drum_machine.signal.descriptors import loudest_partial, loudest_sample
from neural_drum_machine.wishes import spectrum as filters
from neural_drum_machine.wishes.analysis import Analysis, mean_of
from neural_drum_machine.wishes.envelope import SAME_DECAY, UNHEARD
from neural_drum_machine.wishes.noise import like_noise, noise_share
from neural_drum_machine.wishes.qualities import BY_NAME
from neural_drum_machine.wishes.resonance import MOST as MOST_SHARP
from neural_drum_machine.wishes.resonance import Resonances
from neural_drum_machine.wishes.stretch import MOST, stretched
from neural_drum_machine.wishes.sweep import swept

ROUNDS: Final = 2
"""Each quality is set in turn, and setting one moves the others a little."""
MOST_OCTAVES: Final = 2.0
LONGEST_SECONDS: Final = 2.5
_MOST_RETUNED: Final = 0.5
"""Octaves. Farther away, another partial has become the loudest."""
_STRETCHED: Final = 1.02
"""From here on, a decay that is out of a gain's reach is worth stretching the sound."""
_HEARD_NOISINESS, _HELD_NOISINESS = 0.01, 0.03
_UNHEARD_DB: Final = 0.02
_HELD_NOISE, _HELD_SHARP = 0.3, 0.5
"""Where noisiness is only held, it must not change a sound much."""
_HELD_ATTACK, _HELD_DECAY = 0.1, 0.03
"""Octaves that a value which is only held may have moved by."""
_TIME: Final = ("attack", "decay")
_TONE: Final = (*filters.NAMES, "noisiness")
_HELD: Final = 0.15
"""How much a quality that is only held counts beside one that was asked for."""


def shaped(
    plain: Analysis, asked: Mapping[str, float], held: Mapping[str, float], pitch: float
) -> Analysis:
    """Return a sound with the values that were asked for, and the others as they are to be held.

    Parameters
    ----------
    plain : Analysis
        The sound.
    asked, held : mapping of str to float
        Values of qualities, in their units. Loudness is not set here.
    pitch : float
        Frequency of the sound's loudest partial, in Hz; NaN if it has none.

    Returns
    -------
    Analysis
        Its samples are not normalised. It is longer or shorter if its pitch changes.
    """
    ratio = tuning(asked, pitch)
    has_tone = not asked.keys().isdisjoint(_TONE)
    has_time = not asked.keys().isdisjoint(_TIME)
    # What is only held has its value until something else has changed the sound. So where one kind
    # of quality is asked for, the other kind is mended, and what was asked for is set again.
    is_moved = ratio != 1 or "sweep" in asked
    if not is_moved and not has_time:
        sound = _toned(plain, asked, held)
        for _ in range(ROUNDS):
            sound = _over_time(sound, {}, held)
            sound = _toned(sound, asked, held, again=True)
        return sound
    if not is_moved and not has_tone:
        sound = _over_time(plain, asked, {})
        sound = _toned(sound, asked, held)
        sound = _over_time(sound, asked, held)
        return _over_time(sound, asked, {})
    sound = _swept(_tuned(plain, ratio), asked)
    for number in range(ROUNDS):
        sound = _toned(sound, asked, held, again=number > 0)
        sound = _over_time(sound, asked, held)
    # What was asked for has the last word.
    if has_tone:
        sound = _toned(sound, asked, held, again=True)
    if "pitch" in asked and np.isfinite(pitch):
        # A drum's pitch falls, so another decay or attack shows another part of its way.
        now, _ = loudest_partial(sound.mono, sound.sr, loudest_sample(sound.mono, sound.sr))
        if np.isfinite(now) and abs(np.log2(asked["pitch"] / now)) < _MOST_RETUNED:
            sound = _tuned(sound, asked["pitch"] / now)
    # A filter has moved the low end's mean frequency.
    return _over_time(_swept(sound, asked), asked, {})


def _swept(sound: Analysis, asked: Mapping[str, float]) -> Analysis:
    """Return a sound whose low end falls as was asked for."""
    if "sweep" not in asked:
        return sound
    return sound.replaced(swept(sound.samples, sound.sr, asked["sweep"]))


def _toned(
    sound: Analysis, asked: Mapping[str, float], held: Mapping[str, float], again: bool = False
) -> Analysis:
    """Return a sound with a brightness, a body, an air and a noisiness."""
    sound = _filtered(sound, asked, held)
    if "noisiness" in asked:
        return _noisy(sound, asked["noisiness"], True)
    # Where noisiness is only held, it is not worth the time of a second look.
    if "noisiness" in held and not again:
        return _noisy(sound, held["noisiness"], False)
    return sound


def _over_time(sound: Analysis, asked: Mapping[str, float], held: Mapping[str, float]) -> Analysis:
    """Return a sound with an attack and a decay."""
    if (wanted := asked.get("attack", held.get("attack"))) is not None and not sound.attack.is_met(
        wanted, UNHEARD if "attack" in asked else _HELD_ATTACK
    ):
        sound = sound.replaced(sound.samples * sound.attack.gain(wanted))
    # The decay's gain begins at the loudest moment, so it leaves the attack alone.
    if (wanted := asked.get("decay", held.get("decay"))) is not None and not sound.decay.is_met(
        wanted, SAME_DECAY if "decay" in asked else _HELD_DECAY
    ):
        factor = sound.decay.stretch_for(wanted)
        if factor > _STRETCHED:
            most = round(LONGEST_SECONDS * sound.sr)
            longer = stretched(sound.samples, sound.sr, sound.onset, min(MOST, factor), most)
            sound = sound.replaced(longer)
        sound = sound.replaced(sound.samples * sound.decay.gain(wanted, sound.attack.peak))
    return sound


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


def _tuned(sound: Analysis, ratio: float) -> Analysis:
    """Return a sound whose frequencies are multiplied."""
    if ratio == 1:
        return sound
    moved = soxr.resample(sound.samples.T, sound.sr * ratio, sound.sr, quality="HQ").T
    return sound.replaced(np.ascontiguousarray(moved, np.float32), round(sound.onset / ratio))


def _filtered(sound: Analysis, asked: Mapping[str, float], held: Mapping[str, float]) -> Analysis:
    """Return a sound with a brightness, a body and an air."""
    values, weights = np.zeros(3), np.zeros(3)
    for place, name in enumerate(filters.NAMES):
        if name in asked or name in held:
            values[place] = BY_NAME[name].scale(asked.get(name, held.get(name, 0.0)))
            weights[place] = 1.0 if name in asked else _HELD
    if not weights.any():
        return sound
    settings = sound.bands.solve(values, weights)
    if np.abs(settings).max() < _UNHEARD_DB:
        return sound
    response = filters.smooth_response(settings, sound.sr, len(sound.power))
    out = np.fft.irfft(sound.spectrum * response, sound.size)
    return sound.replaced(out[:, : sound.n].astype(np.float32))


def _noisy(sound: Analysis, wanted: float, is_asked: bool) -> Analysis:
    """Return a sound with a noisiness."""
    off = wanted - sound.noisiness
    if abs(off) < (_HEARD_NOISINESS if is_asked else _HELD_NOISINESS):
        return sound
    if off > 0:
        noise = sound.replaced(like_noise(sound.samples, sound.onset))
        own, its = noise_share(
            mean_of(sound.spectrum),
            mean_of(noise.spectrum),
            sound.sr,
            wanted,
            1.0 if is_asked else _HELD_NOISE,
        )
        return sound.replaced(np.float32(own) * sound.samples + np.float32(its) * noise.samples)
    resonances = Resonances(sound.power, sound.sr)
    gain = resonances.gain(resonances.solve(wanted, MOST_SHARP if is_asked else _HELD_SHARP))
    return sound.replaced(filters.filtered(sound.spectrum, gain)[:, : sound.n])
