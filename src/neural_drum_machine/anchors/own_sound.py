"""The samples of a user's sound, from its hit on, and what the model hears of them."""

from dataclasses import replace
from typing import Final

import numpy as np
import soxr

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.audio_file import Clip
from neural_drum_machine.signal.drift import without_drift
from neural_drum_machine.signal.full_hit import (
    FADE_SECONDS,
    FULL_PRE_ROLL,
    FULL_SAMPLES,
    FULL_SR,
    FullHit,
    align,
    fade_out,
)
from neural_drum_machine.signal.hit import FAINTEST, Hit, core_of
from neural_drum_machine.signal.spec import AudioSpec

LEAD_SECONDS: Final = 0.05
"""At most this much of what comes before the onset is kept: a breath, a stick, not seconds."""
MAX_SECONDS: Final = 10.0
"""What is longer is faded out. The compact form of ten seconds would be no good any more."""


def noted(clip: Clip) -> Clip:
    """Return the sound of a file with a note if its end will not be kept."""
    if clip.channels.shape[1] <= MAX_SECONDS * clip.sr:
        return clip
    return replace(clip, notes=(*clip.notes, f"Only its first {MAX_SECONDS:g} s are kept."))


def at_full_rate(samples: FloatArray, sr: int) -> FloatArray:
    """Return a sound ``(n,)`` or ``(2, n)`` at 44,100 Hz."""
    if sr == FULL_SR:
        return samples
    out: FloatArray = soxr.resample(samples.T, sr, FULL_SR, quality="HQ").T
    return out


class OwnSound:
    """The samples of a user's sound, and what the model hears of them.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(1, n)`` or ``(2, n)``, float32, at 44,100 Hz, at the file's own level.
    onset : int
        The sample of the onset.
    name : str
        The file's name, for people.
    """

    def __init__(self, samples: FloatArray, onset: int, name: str = "sound") -> None:
        if samples.ndim != 2 or len(samples) not in (1, 2) or not samples.size:
            raise AudioError(f"{name}: an own sound has one or two channels, got {samples.shape}")
        if not 0 <= onset < samples.shape[1]:
            raise AudioError(f"{name}: its onset lies at sample {onset}, outside the sound")
        self.samples = samples
        self.onset = onset
        self.name = name

    @classmethod
    def of(cls, clip: Clip, name: str = "sound") -> "OwnSound":
        """Return the sound of a file, from its hit on.

        Parameters
        ----------
        clip : Clip
            The file. Of more than two channels the mono form is taken, and so it is where two
            cancel each other.
        name : str
            How errors call the sound.

        Raises
        ------
        AudioError
            As :func:`~neural_drum_machine.signal.full_hit.align`: silence, a sound under 5 ms, an
            implausible rate.
        """
        channels = clip.channels
        if len(channels) != 2 or any("cancel" in note for note in clip.notes):
            channels = clip.mono()[None]
        # Finds the onset and refuses what is no hit.
        start = align(clip.mono(), clip.sr, name).start
        channels = at_full_rate(channels, clip.sr)
        onset = start + FULL_PRE_ROLL
        first = max(0, onset - round(LEAD_SECONDS * FULL_SR))
        last = first + round(MAX_SECONDS * FULL_SR)
        samples = np.ascontiguousarray(channels[:, first:last], np.float32)
        if channels.shape[1] > last:
            for channel in samples:
                fade_out(channel, FADE_SECONDS)
        return cls(samples, onset - first, name)

    def mono(self) -> FloatArray:
        """Return the mean of the channels, ``(n,)``."""
        out: FloatArray = self.samples.mean(axis=0, dtype=np.float32)
        return out

    def hit(self, spec: AudioSpec) -> Hit:
        """Return the sound as the networks take it, aligned at the onset that is known.

        Raises
        ------
        AudioError
            If the sound is silent.
        """
        cut = self._aligned()
        full, peak = cut, float(np.abs(cut).max(initial=0.0))
        if not peak >= FAINTEST:
            raise AudioError(f"{self.name}: silent; choose a file with a hit in it")
        left_out = max(0, len(full) - FULL_SAMPLES)
        if left_out:
            full = full[:FULL_SAMPLES].copy()
            fade_out(full, FADE_SECONDS)
        return core_of(FullHit(full / np.float32(peak), left_out), spec, self.name)

    def scale(self, hit: Hit) -> float:
        """Return the factor from this sound's samples to the scale of the model's levels."""
        assert hit.full is not None
        peak = float(np.abs(self._aligned()).max(initial=0.0))
        return hit.gain / peak

    def _aligned(self) -> FloatArray:
        """Return the mono sound without drift, from the pre-roll on."""
        samples = without_drift(self.mono(), FULL_SR)
        start = self.onset - FULL_PRE_ROLL
        if start < 0:
            return np.concatenate([np.zeros(-start, np.float32), samples])
        cut: FloatArray = samples[start:].copy()
        return cut
