"""Cutting a hit out of a sound, at 44,100 Hz: without DC, aligned at its onset."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import soxr

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.audio_file import MAX_SR, MIN_SR, SILENCE_PEAK
from neural_drum_machine.signal.drift import DRIFT_HZ, without_drift
from neural_drum_machine.signal.onset import find_onset
from neural_drum_machine.signal.second_hit import SecondHit, second_hit
from neural_drum_machine.signal.windows import fall

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
    start : int
        The sample of the sound, at 44,100 Hz, that is the first here; under 0 where the sound
        begins with its onset.
    """

    samples: FloatArray
    left_out: int = 0
    second: SecondHit | None = None
    notes: tuple[str, ...] = ()
    start: int = 0


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
    noisy = end < len(samples) and floor > 0
    start = onset.sample - FULL_PRE_ROLL
    cut = samples[max(0, start) : end].copy()
    if start < 0:
        cut = np.concatenate([np.zeros(-start, np.float32), cut])
    else:
        cut[: FULL_PRE_ROLL // 2] *= _fade(FULL_PRE_ROLL // 2)[::-1]
    if noisy:
        fade_out(cut[FULL_PRE_ROLL:], _NOISE_FADE_SECONDS)
    second = second_hit(level[first:], hop, FULL_SR)
    left_out = max(0, len(cut) - FULL_SAMPLES)
    notes = _notes(level[first:], hop, left_out, second)
    if left_out:
        cut = cut[:FULL_SAMPLES]
        fade_out(cut, FADE_SECONDS)
    return FullHit(cut / np.abs(cut).max(), left_out, second, notes, start)


def first_of(hit: FullHit) -> FullHit:
    """Return the first hit of a sound that has a second: it ends where it has fallen silent."""
    if hit.second is None:
        return hit
    end = FULL_PRE_ROLL + round(hit.second.silent_from * FULL_SR)
    samples = hit.samples[:end].copy()
    fade_out(samples[FULL_PRE_ROLL:], _NOISE_FADE_SECONDS)
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


@lru_cache(maxsize=16)
def _fade(n: int) -> FloatArray:
    out: FloatArray = fall(n).astype(np.float32)
    out.setflags(write=False)
    return out


def fade_out(x: FloatArray, seconds: float, sr: int = FULL_SR) -> None:
    """Fade out the end of a sound ``(n,)``, in place."""
    n = min(len(x), round(seconds * sr))
    x[len(x) - n :] *= _fade(n)
