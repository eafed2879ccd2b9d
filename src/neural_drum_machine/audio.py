"""Reading, shaping and writing sound files.

A *hit* is a mono sound that starts at sample 0, peaks at 1, lasts 0.05 to 1 s and is
zero-padded to the length both networks are built for.
"""

import contextlib
import io
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from neural_drum_machine.errors import AudioError, OutputError
from neural_drum_machine.spec import DEFAULT_SPEC, AudioSpec

FloatArray = npt.NDArray[np.float32]

AUDIO_SUFFIXES = frozenset(
    {".wav", ".wave", ".w64", ".rf64", ".flac", ".ogg", ".oga", ".opus", ".mp3"}
    | {".aif", ".aiff", ".aifc", ".au", ".snd", ".caf"}
)
"""Endings of the files that are read (lower case)."""

MIN_SECONDS = 0.05
"""Shorter sounds are rejected."""
MAX_READ_SECONDS = 30.0
"""Nothing later in a file is looked at: a drum hit starts before."""
MIN_SR, MAX_SR = 1_000, 1_000_000
"""Sample rates in Hz that are believed."""
MAX_CHANNELS = 64
"""A header that claims more is wrong."""
_BLOCK = 65_536
SILENCE_PEAK = 3e-4
"""A file whose peak (full scale 1) lies under this, −70 dB, holds no hit."""
TRIM_DB = 60.0
"""What lies this far under the peak, before the first and after the last louder sample, goes."""
PRE_ROLL_SECONDS = 0.0005
FADE_SECONDS = 0.05
"""Length of the fade that ends a sound which would go on after the last sample."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A sound in the form the networks take.

    Attributes
    ----------
    samples : numpy.ndarray
        Shape ``(n_samples,)``, float32, peak 1, zero after `length`.
    length : int
        Samples that belong to the sound; the rest is padding.
    left_out: int
        Samples at its end that did not fit.
    """

    samples: FloatArray
    length: int
    left_out: int = 0


def read_audio(path: str | Path) -> tuple[FloatArray, int]:
    """Read a sound file (WAV, FLAC, OGG, MP3, AIFF and what else libsndfile knows) as mono.

    Parameters
    ----------
    path : str or Path
        The file; any sample rate, width and number of channels. At most the first
        30 s are read.

    Returns
    -------
    samples : numpy.ndarray
        Shape ``(n,)``, float32, the mean of the channels, full scale 1.
    sr : int
        The file's sample rate in Hz.

    Raises
    ------
    AudioError
        If the file is missing, unreadable, empty, or holds NaN or infinities.
    """
    path = Path(path)
    try:
        # Opened here: libsndfile takes no name that is not UTF-8, and old libraries have them.
        with path.open("rb") as raw:
            return read_stream(raw, str(path))
    except FileNotFoundError:
        raise AudioError(f"{path}: no such file") from None
    except OSError as error:
        raise AudioError(f"{path}: cannot be opened ({error.strerror})") from error


def read_stream(raw: BinaryIO, name: str = "sound") -> tuple[FloatArray, int]:
    """Read a sound from an open file or from memory; see :func:`read_audio`.

    Parameters
    ----------
    raw : BinaryIO
        Readable and seekable, such as ``io.BytesIO``.
    name : str
        Named in errors.

    Raises
    ------
    AudioError
        If it is unreadable, empty, or holds NaN or infinities.
    """
    try:
        with soundfile.SoundFile(raw) as file:
            sr, channels = int(file.samplerate), int(file.channels)
            if not MIN_SR <= sr <= MAX_SR or channels > MAX_CHANNELS:
                raise ValueError(f"its header claims {sr} Hz and {channels} channels")
            # In blocks: a header that lies about the length must not cost memory.
            blocks, wanted = [], int(MAX_READ_SECONDS * sr)
            while wanted > 0:
                block = file.read(min(_BLOCK, wanted), dtype="float32", always_2d=True)
                if not len(block):
                    break
                blocks.append(block.mean(axis=1, dtype=np.float32))
                wanted -= len(block)
            samples = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
    except (soundfile.SoundFileError, ValueError, TypeError) as error:
        # soundfile's own sentence names the Python object that it reads from.
        why = str(getattr(error, "error_string", error)).rstrip(".")
        raise AudioError(
            f"{name}: not readable as audio ({why}); "
            "use a complete WAV, FLAC, OGG, MP3 or AIFF file"
        ) from error
    if len(samples) == 0:
        raise AudioError(f"{name}: holds no samples; export the sound again")
    if not np.isfinite(samples).all():
        raise AudioError(f"{name}: holds NaN or infinite samples; export the sound again")
    return samples, sr


def make_hit(x: npt.ArrayLike, sr: int, spec: AudioSpec = DEFAULT_SPEC, name: str = "sound") -> Hit:
    """Shape a mono signal into a hit.

    Resampled to the spec's rate, silence before and after cut off, longer sounds faded
    out at the last sample, peak-normalised to 1, zero-padded at the end.

    Parameters
    ----------
    x : array_like
        Shape ``(n,)``, mono samples.
    sr : int
        Their rate in Hz.
    spec : AudioSpec
        The signal's numbers.
    name : str
        Named in errors.

    Returns
    -------
    Hit
        The sound.

    Raises
    ------
    AudioError
        If the signal is not one-dimensional and finite, the rate is not credible, or the
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
        # Scaled to 1, so that no filter overflows on float files of absurd level.
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
        As they do, with the file's name in front.
    """
    samples, sr = read_audio(path)
    return make_hit(samples, sr, spec, name=str(path))


@contextlib.contextmanager
def atomic_file(path: str | Path) -> Iterator[BinaryIO]:
    """Open a file that takes `path`'s name only once it is complete.

    Yields
    ------
    BinaryIO
        A writable file in the same folder; renamed over `path` when the block ends,
        removed if it raises.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_wav(
    path: str | Path, samples: npt.ArrayLike, sr: int = DEFAULT_SPEC.sr, comment: str = ""
) -> None:
    """Write a mono 16-bit WAV file, complete or not at all.

    Parameters
    ----------
    path : str or Path
        Where to; the folder must exist.
    samples : array_like
        Shape ``(n,)``, full scale 1; louder samples are clipped.
    sr : int
        Sample rate in Hz.
    comment : str
        Stored in the file (RIFF ``LIST``/``INFO``/``ICMT``); :func:`read_comment` reads it.

    Raises
    ------
    AudioError
        If the samples are not finite.
    OutputError
        If the file cannot be written.
    """
    data = wav_bytes(samples, sr, comment, name=str(path))
    try:
        with atomic_file(path) as file:
            file.write(data)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error}); free some space or choose another folder"
        ) from error


def wav_bytes(
    samples: npt.ArrayLike, sr: int = DEFAULT_SPEC.sr, comment: str = "", name: str = "sound"
) -> bytes:
    """Return a mono 16-bit WAV file as bytes.

    Parameters
    ----------
    samples, sr, comment
        As for :func:`write_wav`.
    name : str
        Named in errors.

    Raises
    ------
    AudioError
        If the samples are not finite.
    """
    x = np.asarray(samples, dtype=np.float32)
    if x.ndim != 1 or not np.isfinite(x).all():
        raise AudioError(f"{name}: only finite mono samples can be written, got shape {x.shape}")
    pcm = np.round(np.clip(x, -1.0, 1.0) * 32767.0).astype(np.int16)
    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", sr, 1, subtype="PCM_16", format="WAV") as wav:
        if comment:
            wav.comment = comment
        wav.write(pcm)
    return out.getvalue()


def read_comment(path: str | Path) -> str:
    """Return the comment that :func:`write_wav` stored, or an empty string."""
    with soundfile.SoundFile(path) as file:
        return str(file.comment)
