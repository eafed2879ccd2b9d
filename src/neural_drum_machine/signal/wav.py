"""Writing mono 16-bit WAV files, whole or not at all, with a comment inside."""

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from neural_drum_machine.errors import AudioError, OutputError
from neural_drum_machine.files import atomic_file
from neural_drum_machine.signal.spec import DEFAULT_SPEC


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
