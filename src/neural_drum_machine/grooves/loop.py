"""A groove played by a kit: a seamless loop, and its stems.

This file is the mixer: hits, chokes, pans, levels, and what rings on beyond the loop's end, which
is heard at its start.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import soxr

from neural_drum_machine.anchors.anchor import Anchor
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.detail.attack import GATE
from neural_drum_machine.errors import GrooveError
from neural_drum_machine.grooves.gm import check_voices
from neural_drum_machine.grooves.groove import Groove
from neural_drum_machine.grooves.playing import Stroke, strokes_of
from neural_drum_machine.kits.hand import Hand, Move, check_amount
from neural_drum_machine.kits.kit import Kit, KitVoice
from neural_drum_machine.kits.rendering import in_threads
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.sound import Sound

HIGHEST: Final = 10 ** (-1 / 20)
"""The highest peak of a mix: −1 dB of full scale."""
LONGEST_SECONDS: Final = 1800.0
"""Half an hour: 600 MB of samples, and as much for each stem."""
_AT_ONCE: Final = 64
"""Hits that are rendered before they are mixed: the others need no memory yet."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A groove as samples.

    Attributes
    ----------
    mix : numpy.ndarray
        Shape ``(2, n)``, float32: the sum of the stems.
    stems : dict of str to numpy.ndarray
        By the names of the voices that are played, in the kit's order, each of the shape of `mix`;
        empty unless they were asked for.
    sr : int
        Sample rate in Hz.
    hits : int
        How many strokes were played.
    """

    mix: FloatArray
    stems: dict[str, FloatArray]
    sr: int
    hits: int


@dataclass(frozen=True, slots=True)
class _Hit:
    """A stroke with everything that it takes to make its sound."""

    stroke: Stroke
    voice: KitVoice
    hand: Hand
    move: Move
    until: float
    """When another voice of its choke group ends it, in seconds; infinite if none does."""
    release: float
    """How long it then takes to fall silent, in seconds."""


def play_groove(
    machine: DrumMachine,
    kit: Kit,
    groove: Groove,
    *,
    amount: float = 0.0,
    seed: int = 0,
    stems: bool = False,
    threads: int | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Loop:
    """Play a groove with a kit.

    Parameters
    ----------
    machine : DrumMachine
        The kit's model. Its rate is the loop's.
    kit : Kit
        The kit. It must have a voice for every note of the groove.
    groove : Groove
        The groove; see :meth:`.groove.Groove.with_bars`.
    amount : float
        How much like a hand it is played: 0 (all strokes of one velocity are equal, and on the
        grid) to 2. At 1 successive hits differ as recorded ones do, and the time drifts by 7 ms.
    seed : int
        Another seed gives another performance.
    stems : bool
        Whether each voice that is played is kept by itself as well.
    threads : int, optional
        How many are used at most; as many as there are cores if absent.
    progress : callable
        Called with the number of hits that are done, and of all. What it raises ends the work.

    Returns
    -------
    Loop
        Exactly as long as the groove. What rings on beyond its end is heard at its start, so that
        it can be repeated without a seam. If the mix would be higher than −1 dB of full scale, mix
        and stems are made softer together.

    Raises
    ------
    KitError
        If the kit lacks voices or is of another model, or the amount is out of range.
    GrooveError
        If the groove is longer than half an hour, or nothing of it is played.
    """
    kit.check_model(machine)
    check_amount(amount)
    check_voices(kit, groove)
    length = groove.seconds(groove.beats)
    if length > LONGEST_SECONDS:
        raise GrooveError(
            f"the groove {groove.name!r} lasts {length / 60:.0f} minutes; "
            f"{LONGEST_SECONDS / 60:.0f} are the most. Play fewer bars"
        )
    hits = _planned(machine, kit, strokes_of(groove, seed, amount), length, amount, seed)
    if not hits:
        raise GrooveError(
            f"nothing of the groove {groove.name!r} is played with seed {seed}: the strokes' "
            "probabilities are low; choose another seed"
        )
    n = round(length * machine.sr)
    names = [each.name for each in played_voices(kit, groove)] if stems else []
    parts: dict[str, FloatArray] = {name: np.zeros((2, n), np.float32) for name in names}
    mix = np.zeros((2, n), np.float32)
    for done, (hit, samples) in enumerate(_rendered(machine, hits, threads), 1):
        start = round(hit.stroke.seconds * machine.sr) - _lead(hit.hand.sound, hit.voice, machine)
        for target in (mix, *([parts[hit.voice.name]] if stems else [])):
            add_around(target, samples, start)
        progress(done, len(hits))
    peak = float(np.abs(mix).max())
    if peak > HIGHEST:
        gain = np.float32(HIGHEST / peak)
        mix *= gain
        for part in parts.values():
            part *= gain
    return Loop(mix, parts, machine.sr, len(hits))


def played_voices(kit: Kit, groove: Groove) -> list[KitVoice]:
    """Return the voices of a kit that a groove plays, in the kit's order."""
    notes = groove.notes()
    return [each for each in kit if each.note in notes]


def _planned(
    machine: DrumMachine,
    kit: Kit,
    strokes: list[Stroke],
    length: float,
    amount: float,
    seed: int,
) -> list[_Hit]:
    """Return the hits in their order, each with its move and the moment that it is choked at."""
    voices = kit.by_note()
    hands = {
        note: Hand(machine, voices[note].sound(machine), seed + note, amount)
        for note in sorted({each.note for each in strokes})
    }
    out = []
    ends = choke_ends(strokes, voices, length)
    for stroke, (until, release) in zip(strokes, ends, strict=True):
        voice = voices[stroke.note]
        hand = hands[stroke.note]
        out.append(_Hit(stroke, voice, hand, hand.move(stroke.velocity), until, release))
    return out


def choke_ends(
    strokes: Sequence[Stroke], voices: Mapping[int, KitVoice], length: float
) -> list[tuple[float, float]]:
    """Return when each hit is choked, around the loop.

    Parameters
    ----------
    strokes : sequence of Stroke
        By their time.
    voices : mapping
        The voices by their notes.
    length : float
        Of the loop, in seconds.

    Returns
    -------
    list of (float, float)
        Seconds after the hit's start, infinite if no other voice of its group ends it; and how
        many seconds it then takes to fall silent.
    """
    n = len(strokes)
    ends = [(float("inf"), 0.0)] * n
    # Of each group the next stroke, and the next one of another voice than that.
    coming: dict[int, tuple[int, int | None]] = {}
    # Twice backwards: in the second round, what comes after the end is known.
    for place in (*range(n - 1, -1, -1), *range(n - 1, -1, -1)):
        voice = voices[strokes[place].note]
        if not voice.choke:
            continue
        following, other = coming.get(voice.choke, (place, None))
        if voices[strokes[following].note] is not voice:
            other = following
        coming[voice.choke] = place, other
        if other is not None:
            after = (strokes[other].seconds - strokes[place].seconds) % length
            ends[place] = after, voices[strokes[other].note].choke_ms / 1000
    return ends


def _rendered(
    machine: DrumMachine, hits: list[_Hit], threads: int | None
) -> Iterator[tuple[_Hit, FloatArray]]:
    """Yield hits with their samples ``(2, n)``, mixed: level, pan, pitch, choke.

    Hits that are the drum itself are rendered once for each velocity.
    """
    known: dict[tuple[int, int], FloatArray] = {}

    def rendered(hit: _Hit) -> FloatArray:
        key = (hit.voice.note, hit.stroke.velocity)
        samples = known.get(key)
        if samples is None:
            sound = hit.hand.hit(hit.move, hit.stroke.velocity)
            samples = mixed(sound, hit.voice, machine.sr)
        if hit.hand.amount == 0:
            known[key] = samples
        return choked(samples, machine.sr, hit.until, hit.release)

    for start in range(0, len(hits), _AT_ONCE):
        some = tuple(hits[start : start + _AT_ONCE])
        yield from zip(some, in_threads(rendered, some, threads), strict=True)


def mixed(sound: Sound, voice: KitVoice, sr: int) -> FloatArray:
    """Return a sound with its voice's pitch, level and pan, ``(2, n)``.

    Pan keeps the power: a mono sound has its own level on both sides in the middle, and 3 dB more
    on one side alone. A stereo sound is panned as the Web Audio API's stereo panner does.
    """
    samples = np.atleast_2d(sound.samples)
    if voice.pitch:
        ratio = 2 ** (voice.pitch / 12)
        samples = soxr.resample(np.ascontiguousarray(samples.T), sr * ratio, sr, quality="HQ").T
    gain = np.float32(10 ** (voice.level_db / 20))
    if len(samples) == 1:
        angle = (voice.pan + 1) * np.pi / 4
        sides = np.float32(np.sqrt(2)) * np.array([np.cos(angle), np.sin(angle)], np.float32)
        return gain * sides[:, None] * samples
    angle = (voice.pan + 1 if voice.pan <= 0 else voice.pan) * np.pi / 2
    near, far = np.float32(np.sin(angle)), np.float32(np.cos(angle))
    left, right = samples
    if voice.pan <= 0:
        return gain * np.stack([left + far * right, near * right])
    return gain * np.stack([far * left, right + near * left])


def choked(samples: FloatArray, sr: int, after: float, release: float) -> FloatArray:
    """Return a hit ``(2, n)`` that falls silent `after` seconds, within `release` seconds."""
    n = samples.shape[1]
    if after * sr >= n:
        return samples
    start, length = round(after * sr), max(1, round(release * sr))
    fade = np.cos(np.linspace(0, np.pi / 2, length + 1)[1:]).astype(np.float32) ** 2
    out = samples[:, : start + length].copy()
    out[:, start:] *= fade[: out.shape[1] - start]
    return out


def add_around(target: FloatArray, samples: FloatArray, start: int) -> None:
    """Add samples ``(2, n)`` to a loop ``(2, length)`` from a place on, around its end."""
    length = target.shape[1]
    at = start % length
    edges = [0, *range(length - at, samples.shape[1], length), samples.shape[1]]
    for first, last in pairwise(edges):
        target[:, at : at + last - first] += samples[:, first:last]
        at = 0


def _lead(sound: Sound, voice: KitVoice, machine: DrumMachine) -> int:
    """Return how many samples before its onset a sound begins: the onset is on the beat."""
    onset = GATE
    if sound.anchors:
        owns = [(own, share) for own, share in sound.anchors if isinstance(own, Anchor)]
        onset = round(sum(share * own.sound.onset for own, share in owns))
    return round(onset * machine.sr / FULL_SR / 2 ** (voice.pitch / 12))
