"""Writing sound files: mono or stereo, whole or not at all, with a comment inside.

The comment of a WAV file is its ``LIST``/``INFO``/``ICMT`` chunk, that of a FLAC file a Vorbis
comment. A sound's recipe is stored there (:mod:`neural_drum_machine.sound`).
"""

import io
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import soundfile

from neural_drum_machine.errors import AudioError, OutputError
from neural_drum_machine.files import write_whole
from neural_drum_machine.regular_files import open_regular
from neural_drum_machine.signal.own_block import with_block
from neural_drum_machine.signal.pcm import to_pcm, to_pcm24
from neural_drum_machine.signal.soundfile_reader import reason
from neural_drum_machine.signal.spec import DEFAULT_SPEC
from neural_drum_machine.signal.wav import wav_bytes, writes

Bits = Literal["16", "24", "float"]
"""How a file stores a sample: whole numbers of 16 or 24 bits, or 32-bit floating point."""
BITS: Final[tuple[Bits, ...]] = get_args(Bits)
FORMATS: Final = {".wav": "WAV", ".wave": "WAV", ".flac": "FLAC"}
"""Endings of the files that are written (lower case), and their formats. All are lossless, so that
a file's recipe gives the very samples in it."""
_SUBTYPES: Final = {"16": "PCM_16", "24": "PCM_24", "float": "FLOAT"}


def write_sound_file(
    path: str | Path,
    samples: npt.ArrayLike,
    sr: int = DEFAULT_SPEC.sr,
    comment: str = "",
    block: bytes = b"",
    bits: Bits = "16",
) -> None:
    """Write a sound file, complete or not at all.

    Parameters
    ----------
    path : str or Path
        Its ending chooses the format: ``.wav`` or ``.flac``. The folder must exist.
    samples : array_like
        Shape ``(n,)`` or, in stereo, ``(2, n)``; full scale 1. Samples beyond ±1 are clipped,
        but for floating point.
    sr : int
        Sample rate in Hz.
    comment : str
        Stored in the file; :func:`read_comment` reads it.
    block : bytes
        Stored in the file; :func:`~neural_drum_machine.signal.own_block.read_block` reads it.
    bits : {"16", "24", "float"}
        How a sample is stored. FLAC has no floating point.

    Raises
    ------
    AudioError
        If the samples are not finite.
    OutputError
        If the ending is of no format that is written, or the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise OutputError(
            f"{path}: sounds are not written as {suffix or 'files without an ending'}; "
            f"choose a name that ends in {' or '.join(sorted(set(FORMATS) - {'.wave'}))}"
        )
    data = sound_file_bytes(samples, sr, comment, FORMATS[suffix], str(path), block, bits)
    write_whole(path, data)


def sound_file_bytes(
    samples: npt.ArrayLike,
    sr: int = DEFAULT_SPEC.sr,
    comment: str = "",
    format: str = "WAV",  # noqa: A002
    name: str = "sound",
    block: bytes = b"",
    bits: Bits = "16",
) -> bytes:
    """Return a sound file as bytes.

    Parameters
    ----------
    samples, sr, comment, block, bits
        As for :func:`write_sound_file`.
    format : {"WAV", "FLAC"}
        The file's format.
    name : str
        How errors call the sound.

    Raises
    ------
    AudioError
        If the samples are not finite.
    OutputError
        If a FLAC file is to hold floating point, or `bits` is another value.
    """
    if bits not in BITS or (bits == "float" and format == "FLAC"):
        raise OutputError(
            f"{name}: {format} files are not written with bits = {bits!r:.20}; "
            f"choose {'16 or 24' if format == 'FLAC' else '16, 24 or float'}"
        )
    x = np.asarray(samples, dtype=np.float32)
    if x.ndim != 1 and not (x.ndim == 2 and len(x) == 2):
        raise AudioError(
            f"{name}: only samples of shape (n,) or (2, n) can be written, got {x.shape}"
        )
    if not np.isfinite(x).all():
        raise AudioError(f"{name}: holds NaN or infinite samples; only finite ones can be written")
    stored = _stored(x.T, bits)
    if bits == "16" and format == "WAV" and writes(comment, x.size):
        data = wav_bytes(stored, sr, comment)
        return with_block(data, block) if block else data
    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", sr, x.ndim, subtype=_SUBTYPES[bits], format=format) as file:
        if comment:
            file.comment = comment
        file.write(stored)
    data = _without_time(out.getvalue()) if bits == "float" else out.getvalue()
    return with_block(data, block) if block else data


def _stored(x: npt.NDArray[np.float32], bits: Bits) -> npt.NDArray[Any]:
    if bits == "16":
        return to_pcm(x)
    # libsndfile would let samples beyond ±1 come round to the other sign.
    return to_pcm24(x) if bits == "24" else x


def _without_time(wav: bytes) -> bytes:
    """Return a WAV file of floating point without the time of writing, which its PEAK chunk has."""
    place = 12
    while wav[place : place + 4] not in (b"PEAK", b"data", b""):
        size = int.from_bytes(wav[place + 4 : place + 8], "little")
        place += 8 + size + size % 2
    if wav[place : place + 4] != b"PEAK":
        return wav
    time = place + 12
    return wav[:time] + bytes(4) + wav[time + 4 :]


def read_comment(path: str | Path) -> str:
    """Return the comment of a sound file, or an empty string where there is none.

    Raises
    ------
    AudioError
        If the file cannot be read as audio.
    """
    try:
        # Opened here, because libsndfile refuses names that are not UTF-8, and says of every error
        # of the system that the file does not exist.
        with open_regular(path) as raw, soundfile.SoundFile(raw) as file:
            return str(file.comment)
    except OSError as error:
        raise AudioError(f"{path}: cannot be opened ({error.strerror})") from error
    except soundfile.SoundFileError as error:
        raise AudioError(
            f"{path}: not readable as audio ({reason(error)}); use a WAV or FLAC file"
        ) from error
