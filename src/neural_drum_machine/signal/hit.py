"""Hits: single drum sounds in the form that the networks take.

A *hit* is a mono sound that begins 0.5 ms after sample 0, peaks at 1, lasts 0.05 to 1 s and is
zero-padded to the length that the networks are built for.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.audio_file import MAX_SR, MIN_SR, SILENCE_PEAK, read_audio
from neural_drum_machine.signal.spec import DEFAULT_SPEC, AudioSpec

MIN_SECONDS = 0.05
"""Shorter sounds are rejected."""
TRIM_DB = 60.0
"""Samples this far under the peak are cut off at both ends."""
PRE_ROLL_SECONDS = 0.0005
FADE_SECONDS = 0.05
"""Fade-out of a sound that is longer than the networks' length."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A sound in the form the networks take.

    Attributes
    ----------
    samples : numpy.ndarray
        Shape ``(n_samples,)``, float32, peak 1, zero after `length`.
    length : int
        Samples of the sound itself; the rest is padding.
    left_out : int
        Samples at the end that were cut off because they did not fit.
    """

    samples: FloatArray
    length: int
    left_out: int = 0


def make_hit(x: npt.ArrayLike, sr: int, spec: AudioSpec = DEFAULT_SPEC, name: str = "sound") -> Hit:
    """Shape a mono signal into a hit.

    The signal is resampled to the spec's rate. Silence before and after the sound is cut off.
    Longer sounds are faded out over their last 50 ms. The result peaks at 1 and is zero-padded.

    Parameters
    ----------
    x : array_like
        Shape ``(n,)``, mono samples.
    sr : int
        Their sample rate in Hz.
    spec : AudioSpec
        Audio format.
    name : str
        How errors call the sound.

    Returns
    -------
    Hit
        The sound.

    Raises
    ------
    AudioError
        If the signal is not one-dimensional and finite, the sample rate is implausible, or the
        sound is silent (peak under −70 dB of full scale) or shorter than 0.05 s.
    """
    samples = np.asarray(x, dtype=np.float32)
    if samples.ndim != 1 or not samples.size:
        raise AudioError(f"{name}: need mono samples of shape (n,), got {samples.shape}")
    if not MIN_SR <= sr <= MAX_SR:
        raise AudioError(f"{name}: sample rate must lie between {MIN_SR} and {MAX_SR} Hz, got {sr}")
    if not np.isfinite(samples).all():
        raise AudioError(f"{name}: holds NaN or infinite samples; export the sound again")
    scale = float(np.abs(samples).max())
    if sr != spec.sr and scale > 0:
        # Scaled to 1 first: float files of absurd level would overflow the filter.
        samples = soxr.resample(samples / np.float32(scale), sr, spec.sr, quality="HQ")
    else:
        samples = samples / np.float32(scale or 1.0)
    relative_peak = float(np.abs(samples).max(initial=0.0))
    peak = relative_peak * scale
    if peak < SILENCE_PEAK:
        level = f"{20 * np.log10(peak):.0f} dB" if peak > 0 else "digital silence"
        raise AudioError(
            f"{name}: silent (peak {level} below {spec.sr / 2:.0f} Hz); "
            "a hit must peak above −70 dB"
        )
    loud = np.flatnonzero(np.abs(samples) > relative_peak * 10 ** (-TRIM_DB / 20))
    start = max(0, int(loud[0]) - round(PRE_ROLL_SECONDS * spec.sr))
    samples = samples[start : int(loud[-1]) + 1]
    if len(samples) < MIN_SECONDS * spec.sr:
        raise AudioError(
            f"{name}: {len(samples) / spec.sr:.3f} s long without its silence; "
            f"a hit lasts at least {MIN_SECONDS} s"
        )
    left_out = max(0, len(samples) - spec.n_samples)
    if left_out:
        n_fade = round(FADE_SECONDS * spec.sr)
        fade = 0.5 + 0.5 * np.cos(np.pi * np.arange(1, n_fade + 1) / n_fade)
        samples = samples[: spec.n_samples].copy()
        samples[-n_fade:] *= fade.astype(np.float32)
    out = np.zeros(spec.n_samples, np.float32)
    out[: len(samples)] = samples / np.abs(samples).max()
    return Hit(out, len(samples), left_out)


def read_hit(path: str | Path, spec: AudioSpec = DEFAULT_SPEC) -> Hit:
    """Read a file and shape it into a hit; see :func:`read_audio` and :func:`make_hit`.

    Raises
    ------
    AudioError
        As these two do, with the file's name in the message.
    """
    clip = read_audio(path)
    return make_hit(clip.mono(), clip.sr, spec, name=str(path))
