"""From a kit's samples to those of its files: rate, pitch, pan, trim, level."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.kits.export.mix import at_rate, panned
from neural_drum_machine.kits.export.options import ExportOptions
from neural_drum_machine.kits.export.trim import trimmed
from neural_drum_machine.kits.rendered import RenderedKit, RenderedVoice
from neural_drum_machine.signal.loudness import loudness

LEVEL: Final = "level"
PAN: Final = "pan"
PITCH: Final = "pitch"
MIX: Final = frozenset({LEVEL, PAN, PITCH})
FULL: Final = 1.0
"""The highest peak of files that hold whole numbers."""


def prepared(
    kit: RenderedKit, options: ExportOptions, carried: frozenset[str] = MIX
) -> tuple[RenderedKit, float]:
    """Return a kit whose samples are those that go into the files.

    Parameters
    ----------
    kit : RenderedKit
        The kit.
    options : ExportOptions
        What is asked for.
    carried : set of str
        What of the mix the format writes beside its samples: `level`, `pan`, `pitch`. The rest is
        put into the samples, and is 0 in the kit that is returned.

    Returns
    -------
    RenderedKit
        At ``options.rate``.
    float
        By how many dB the whole kit is softer, so that no sample passes full scale; 0 or under 0.
        Where the format carries the level, that makes up for it. Files of floating point need none.
    """
    baked = MIX if options.bake_mix else MIX - carried
    voices = [_resampled(each, kit.sr, options, baked) for each in kit.voices]
    voices = _normalised(voices, options)
    softer = 0.0
    if options.bits != "float":
        gains = [min(1.0, FULL / max(_peak(each), FULL)) for each in voices]
        if LEVEL in baked:
            # All alike, so that the balance stays.
            softer = _db(min(gains))
            gains = [min(gains)] * len(gains)
        voices = [
            _softer(each, gain, LEVEL in baked) for each, gain in zip(voices, gains, strict=True)
        ]
    return replace(kit, sr=options.rate, voices=tuple(voices)), softer


def _resampled(
    voice: RenderedVoice, sr: int, options: ExportOptions, baked: frozenset[str]
) -> RenderedVoice:
    pitch = voice.pitch if PITCH in baked else 0.0
    pan = voice.pan if PAN in baked else 0.0
    level = np.float32(10 ** (voice.level_db / 20) if LEVEL in baked else 1.0)
    out = _changed(voice, lambda take: at_rate(take, sr, options.rate, pitch))
    if options.trim:
        cut = iter(trimmed([take for layer in out.layers for take in layer.takes], options.rate))
        out = _changed(out, lambda _: next(cut))
    if level != 1 or pan:
        out = _changed(out, lambda take: panned(take, pan) * level)
    return replace(
        out,
        level_db=0.0 if LEVEL in baked else voice.level_db,
        pan=0.0 if PAN in baked else voice.pan,
        pitch=0.0 if PITCH in baked else voice.pitch,
    )


def _normalised(voices: list[RenderedVoice], options: ExportOptions) -> list[RenderedVoice]:
    if options.normalise == "none":
        return voices
    room = [FULL / peak if (peak := _peak(each)) > 0 else np.inf for each in voices]
    if options.normalise == "peak":
        gains = [each if np.isfinite(each) else 1.0 for each in room]
    else:
        loud = [_loudness(each, options.rate) for each in voices]
        # As loud as the voice with the least room can be.
        reach = [a + 20 * np.log10(b) for a, b in zip(loud, room, strict=True) if np.isfinite(a)]
        target = min(reach, default=0.0)
        gains = [10 ** ((target - each) / 20) if np.isfinite(each) else 1.0 for each in loud]
    return [_louder(voice, gain) for voice, gain in zip(voices, gains, strict=True)]


def _softer(voice: RenderedVoice, gain: float, baked: bool) -> RenderedVoice:
    """Return a voice with softer samples, which its level beside them makes up for."""
    if gain == 1:
        return voice
    out = _louder(voice, gain)
    return out if baked else replace(out, level_db=out.level_db - _db(gain))


def _db(gain: float) -> float:
    return float(20 * np.log10(gain))


def _louder(voice: RenderedVoice, gain: float) -> RenderedVoice:
    return _changed(voice, lambda take: take * np.float32(gain))


def _changed(voice: RenderedVoice, change: Callable[[FloatArray], FloatArray]) -> RenderedVoice:
    layers = (
        replace(layer, takes=tuple(change(take) for take in layer.takes)) for layer in voice.layers
    )
    return replace(voice, layers=tuple(layers))


def _peak(voice: RenderedVoice) -> float:
    takes = [take for layer in voice.layers for take in layer.takes]
    return max(float(np.abs(take).max(initial=0.0)) for take in takes)


def _loudness(voice: RenderedVoice, sr: int) -> float:
    """Return the loudness of the loudest layer's first take; of two channels, of their powers."""
    take = voice.layers[-1].takes[0]
    channels = [loudness(each, sr) for each in np.atleast_2d(take)]
    power = np.mean([10 ** (each / 10) for each in channels])
    return float(10 * np.log10(power)) if power > 0 else -np.inf
