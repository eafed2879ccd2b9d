"""Hits: single drum sounds, aligned at their onset, as they are stored and learned from.

A hit exists twice. Its *full* form is mono at 44,100 Hz, lasts up to 2 s and has its onset at
sample 256. Its *core* is the form that the networks take: the spec's rate and length, zero-padded,
with its onset at sample `AudioSpec.pre_roll`. Both peak at 1.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import soxr

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.audio_file import MAX_SR, MIN_SR, SILENCE_PEAK, Clip, read_audio
from neural_drum_machine.signal.onset import (
    DRIFT_HZ,
    SecondHit,
    find_onset,
    second_hit,
    without_drift,
)
from neural_drum_machine.signal.spec import DEFAULT_SPEC, AudioSpec

FULL_SR: Final = 44_100
"""Sample rate of the full form in Hz."""
FULL_PRE_ROLL: Final = 256
"""Samples before the onset in the full form: 5.8 ms."""
FULL_SAMPLES: Final = 2 * FULL_SR
"""Most samples of the full form, the pre-roll included."""
MIN_SECONDS: Final = 0.005
"""Shorter sounds are rejected."""
TRIM_DB: Final = 60.0
"""A hit ends where its level stays this far under the loudest."""
NOISE_MARGIN_DB: Final = 6.0
"""A hit ends where its level falls this near to the noise before it."""
FADE_SECONDS: Final = 0.05
"""Fade-out of a sound that does not fit."""
_NOISE_FADE_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True)
class FullHit:
    """A hit at 44,100 Hz, aligned at its onset.

    Attributes
    ----------
    samples : numpy.ndarray
        Shape ``(n,)``, float32, peak 1, onset at sample 256, at most 2 s.
    left_out : int
        Samples at its end that did not fit.
    second : SecondHit or None
        The second hit, where it falls silent and rises again.
    notes : tuple of str
        Sentences for the user about parts that are lost.
    """

    samples: FloatArray
    left_out: int = 0
    second: SecondHit | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit in the form the networks take.

    Attributes
    ----------
    samples : numpy.ndarray
        Shape ``(n_samples,)``, float32, peak 1, zero after `length`.
    length : int
        Samples of the sound itself; the rest is padding.
    left_out : int
        Samples at the end that were cut off because they did not fit.
    gain : float
        The factor between the full form, resampled, and `samples`.
    full : FullHit or None
        The hit at 44,100 Hz.
    """

    samples: FloatArray
    length: int
    left_out: int = 0
    gain: float = 1.0
    full: FullHit | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the user about parts of the file that are lost."""
        return self.full.notes if self.full else ()


def align(x: npt.ArrayLike, sr: int, name: str = "sound") -> FullHit:
    """Bring a mono signal to 44,100 Hz, without DC, with its onset at sample 256.

    Noise and silence before the onset are cut off up to the pre-roll, which fades in. The sound
    ends where it is 60 dB under its loudest level, or sinks into the noise that was before it.

    Parameters
    ----------
    x : array_like
        Shape ``(n,)``, mono samples.
    sr : int
        Their sample rate in Hz.
    name : str
        How errors call the sound.

    Returns
    -------
    FullHit
        The sound.

    Raises
    ------
    AudioError
        If the signal is not one-dimensional and finite, the sample rate is implausible, or the
        sound is silent (peak under −70 dB of full scale, apart from DC) or shorter than 5 ms.
    """
    samples = np.asarray(x, dtype=np.float32)
    if samples.ndim != 1 or not samples.size:
        raise AudioError(f"{name}: need mono samples of shape (n,), got {samples.shape}")
    if not MIN_SR <= sr <= MAX_SR:
        raise AudioError(f"{name}: sample rate must lie between {MIN_SR} and {MAX_SR} Hz, got {sr}")
    if not np.isfinite(samples).all():
        raise AudioError(f"{name}: holds NaN or infinite samples; export the sound again")
    scale = float(np.abs(samples).max()) or 1.0
    samples = samples / np.float32(scale)
    if sr != FULL_SR:
        # Scaled to 1 first: float files of absurd level would overflow the filter.
        samples = soxr.resample(samples, sr, FULL_SR, quality="HQ")
    if samples.size:
        samples = without_drift(samples, FULL_SR)
    peak = scale * float(np.abs(samples).max(initial=0.0))
    if peak < SILENCE_PEAK:
        db = f"{20 * np.log10(peak):.0f} dB" if peak > 0 else "digital silence"
        raise AudioError(
            f"{name}: silent (peak {db} between {DRIFT_HZ:.0f} and {FULL_SR // 2} Hz); "
            "a hit must peak above −70 dB"
        )
    return _cut(samples, name)


def _cut(samples: FloatArray, name: str) -> FullHit:
    """Cut a hit out of a sound at 44,100 Hz without DC; see :func:`align`."""
    onset = find_onset(samples, FULL_SR)
    level, hop = onset.level, onset.hop
    floor = onset.floor * 10 ** (NOISE_MARGIN_DB / 20)
    quiet = max(float(level.max()) * 10 ** (-TRIM_DB / 20), floor)
    first = onset.sample // hop
    audible = np.flatnonzero(level[first:] > quiet)
    # A level is that of the 1 ms from its frame on.
    end = min(len(samples), (first + int(audible[-1])) * hop + 4 * hop) if len(audible) else 0
    seconds = (end - onset.sample) / FULL_SR
    if seconds < MIN_SECONDS:
        raise AudioError(
            f"{name}: {max(0.0, seconds) * 1000:.1f} ms long without its silence; "
            f"a hit lasts at least {MIN_SECONDS * 1000:.0f} ms"
        )
    samples, noisy = samples.copy(), end < len(samples) and floor > 0
    start = onset.sample - FULL_PRE_ROLL
    cut = samples[max(0, start) : end]
    if start < 0:
        cut = np.concatenate([np.zeros(-start, np.float32), cut])
    else:
        cut[: FULL_PRE_ROLL // 2] *= _fade(FULL_PRE_ROLL // 2)[::-1]
    if noisy:
        _fade_out(cut[FULL_PRE_ROLL:], _NOISE_FADE_SECONDS)
    second = second_hit(level[first:], hop, FULL_SR)
    left_out = max(0, len(cut) - FULL_SAMPLES)
    notes = _notes(level[first:], hop, left_out, second)
    if left_out:
        cut = cut[:FULL_SAMPLES]
        _fade_out(cut, FADE_SECONDS)
    return FullHit(cut / np.abs(cut).max(), left_out, second, notes)


def first_of(hit: FullHit) -> FullHit:
    """Return the first hit of a sound that has a second: it ends where it has fallen silent."""
    if hit.second is None:
        return hit
    end = FULL_PRE_ROLL + round(hit.second.silent_from * FULL_SR)
    samples = hit.samples[:end].copy()
    _fade_out(samples[FULL_PRE_ROLL:], _NOISE_FADE_SECONDS)
    return FullHit(samples / np.abs(samples).max(initial=1e-9))


def _notes(
    level: npt.NDArray[np.float64], hop: int, left_out: int, second: SecondHit | None
) -> tuple[str, ...]:
    loudest = int(np.argmax(level)) * hop / FULL_SR
    notes = []
    if left_out and loudest > (FULL_SAMPLES - FULL_PRE_ROLL) / FULL_SR:
        notes.append(
            f"Its loudest part comes {loudest:.2f} s after the first hit and is cut off; "
            "cut the file so that it begins with the hit you want."
        )
    if second:
        notes.append(f"A second hit begins {second.begins:.2f} s after the first.")
    return tuple(notes)


def _fade(n: int) -> FloatArray:
    """Return half a period of a cosine from 1 to 0, shape ``(n,)``."""
    return (0.5 + 0.5 * np.cos(np.pi * np.arange(1, n + 1) / n)).astype(np.float32)


def _fade_out(x: FloatArray, seconds: float, sr: int = FULL_SR) -> None:
    n = min(len(x), round(seconds * sr))
    x[len(x) - n :] *= _fade(n)


def core_of(full: FullHit, spec: AudioSpec = DEFAULT_SPEC) -> Hit:
    """Return a hit in the form the networks take.

    Parameters
    ----------
    full : FullHit
        The hit at 44,100 Hz.
    spec : AudioSpec
        Rate, length and pre-roll. Longer sounds are faded out over their last 50 ms.

    Returns
    -------
    Hit
        The hit, with `full`.
    """
    samples = soxr.resample(full.samples, FULL_SR, spec.sr, quality="HQ")
    skipped = round(FULL_PRE_ROLL / FULL_SR * spec.sr) - spec.pre_roll
    samples = np.concatenate([np.zeros(max(0, -skipped), np.float32), samples[max(0, skipped) :]])
    left_out = max(0, len(samples) - spec.n_samples)
    if left_out:
        samples = samples[: spec.n_samples]
        _fade_out(samples, FADE_SECONDS, spec.sr)
    left_out += round(full.left_out / FULL_SR * spec.sr)
    peak = np.abs(samples).max()
    out = np.zeros(spec.n_samples, np.float32)
    out[: len(samples)] = samples / peak
    return Hit(out, len(samples), left_out, 1 / float(peak), full)


def make_hit(x: npt.ArrayLike, sr: int, spec: AudioSpec = DEFAULT_SPEC, name: str = "sound") -> Hit:
    """Align a mono signal and bring it into the form the networks take.

    Parameters
    ----------
    x, sr, name
        As in :func:`align`.
    spec : AudioSpec
        Rate, length and pre-roll.

    Returns
    -------
    Hit
        The sound.

    Raises
    ------
    AudioError
        As :func:`align`.
    """
    return core_of(align(x, sr, name), spec)


def clip_hit(clip: Clip, spec: AudioSpec = DEFAULT_SPEC, name: str = "sound") -> Hit:
    """Shape the sound of a file into a hit; its notes come before those of :func:`align`.

    Raises
    ------
    AudioError
        As :func:`align`.
    """
    full = align(clip.mono(), clip.sr, name)
    return core_of(replace(full, notes=(*clip.notes, *full.notes)), spec)


def read_hit(path: str | Path, spec: AudioSpec = DEFAULT_SPEC) -> Hit:
    """Read a file and shape it into a hit; see :func:`read_audio` and :func:`clip_hit`.

    Raises
    ------
    AudioError
        As these two do, with the file's name in the message.
    """
    return clip_hit(read_audio(path), spec, name=str(path))
