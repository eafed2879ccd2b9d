"""Hits: single drum sounds, aligned at their onset, as they are stored and learned from.

A hit exists twice. Its *full* form is mono at 44,100 Hz, lasts up to 2 s and has its onset at
sample 256 (:mod:`neural_drum_machine.signal.full_hit`). Its *core* is the form that the networks
take: the spec's rate and length, zero-padded, with its onset at sample `AudioSpec.pre_roll`. Both
peak at 1.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import soxr

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.audio_file import Clip, read_audio
from neural_drum_machine.signal.full_hit import (
    FADE_SECONDS,
    FULL_PRE_ROLL,
    FULL_SR,
    FullHit,
    align,
    fade_out,
)
from neural_drum_machine.signal.spec import DEFAULT_SPEC, AudioSpec


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


FAINTEST: Final = 1e-15
"""What peaks lower is silence: the factor that brings it to 1 would be no number of float32."""


def core_of(full: FullHit, spec: AudioSpec = DEFAULT_SPEC, name: str = "sound") -> Hit:
    """Return a hit in the form the networks take.

    Parameters
    ----------
    full : FullHit
        The hit at 44,100 Hz.
    spec : AudioSpec
        Rate, length and pre-roll. Longer sounds are faded out over their last 50 ms.
    name : str
        How errors call the sound.

    Returns
    -------
    Hit
        The hit, with `full`.

    Raises
    ------
    AudioError
        If the core is silent: what sounds comes later, or lies above its frequencies.
    """
    samples = soxr.resample(full.samples, FULL_SR, spec.sr, quality="HQ")
    skipped = round(FULL_PRE_ROLL / FULL_SR * spec.sr) - spec.pre_roll
    samples = np.concatenate([np.zeros(max(0, -skipped), np.float32), samples[max(0, skipped) :]])
    left_out = max(0, len(samples) - spec.n_samples)
    if left_out:
        samples = samples[: spec.n_samples]
        fade_out(samples, FADE_SECONDS, spec.sr)
    left_out += round(full.left_out / FULL_SR * spec.sr)
    peak = np.abs(samples).max()
    if not peak >= FAINTEST:
        raise AudioError(f"{name}: silent; choose a file with a hit in it")
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
    return core_of(align(x, sr, name), spec, name)


def clip_hit(clip: Clip, spec: AudioSpec = DEFAULT_SPEC, name: str = "sound") -> Hit:
    """Shape the sound of a file into a hit; its notes come before those of :func:`align`.

    Raises
    ------
    AudioError
        As :func:`align`.
    """
    full = align(clip.mono(), clip.sr, name)
    return core_of(replace(full, notes=(*clip.notes, *full.notes)), spec, name)


def read_hit(path: str | Path, spec: AudioSpec = DEFAULT_SPEC) -> Hit:
    """Read a file and shape it into a hit; see :func:`read_audio` and :func:`clip_hit`.

    Raises
    ------
    AudioError
        As these two do, with the file's name in the message.
    """
    return clip_hit(read_audio(path), spec, name=str(path))
