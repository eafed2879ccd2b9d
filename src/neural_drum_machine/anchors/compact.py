"""The compact form of an anchor: its samples in at most 40 KB, with code, category and onset.

``docs/anchors.md`` specifies it byte for byte.
"""

import io
import json
from typing import Any, Final

import numpy as np
import soundfile
import soxr

from neural_drum_machine.anchors.own_sound import MAX_SECONDS, OwnSound, at_full_rate
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import AnchorError, AudioError
from neural_drum_machine.quiet_libraries import quiet_libraries
from neural_drum_machine.signal.audio_file import read_stream
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.pcm import to_pcm
from neural_drum_machine.text import shown

MOST_BYTES: Final = 40_000
"""Largest compact form."""
MAGIC: Final = b"NDMA"
VERSION: Final = 1
RATES: Final = (FULL_SR, FULL_SR // 2, FULL_SR // 4)
"""Sample rates in Hz. The lower ones are for long sounds, which would not fit."""
_HEAD: Final = 8
_MOST_HEADER: Final = 8_000
_LONGEST_NAME: Final = 120
_CONTAINERS: Final = frozenset({"FLAC", "OGG"})
_TRIES: Final = 7
_BLOCK: Final = 4096
"""Samples that are given to the Vorbis encoder at once; it keeps what it is given on its stack."""


def packed(sound: OwnSound, category: str, code: FloatArray) -> bytes:
    """Return the compact form of an anchor.

    Its samples are FLAC of 16 bits if that is small enough, or else the best Ogg Vorbis that is, of
    the highest rate that is; in mono if nothing else is.

    Parameters
    ----------
    sound : OwnSound
        The samples.
    category : str
        The category of the code.
    code : numpy.ndarray
        Shape ``(latent_dim,)``.

    Returns
    -------
    bytes
        At most :data:`MOST_BYTES`.

    Raises
    ------
    AnchorError
        If the sound does not fit.
    """
    peak = max(1.0, float(np.abs(sound.samples).max()))
    header = {
        "category": category,
        "onset": sound.onset,
        "peak": float(f"{peak:.9g}"),
        "name": shown(sound.name, _LONGEST_NAME),
        "code": [float(f"{value:.9g}") for value in code.tolist()],
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    head = MAGIC + bytes([VERSION, 0]) + len(text).to_bytes(2, "little") + text
    samples = (sound.samples / np.float32(peak)).T
    room = MOST_BYTES - len(head)
    audio = _flac(samples)
    # Ten seconds of stereo noise fit at the lowest rate and in mono only.
    for rate, heard in [*((rate, samples) for rate in RATES), (RATES[-1], _mono(samples))]:
        if len(audio) <= room:
            break
        lower = soxr.resample(heard, FULL_SR, rate, quality="HQ")
        audio = _vorbis(lower, rate, room)
    if len(audio) > room:
        raise AnchorError(
            f"{sound.name}: does not fit into {MOST_BYTES} bytes; cut the end of the sound"
        )
    return head + audio


def _mono(samples: FloatArray) -> FloatArray:
    out: FloatArray = samples.mean(axis=1, keepdims=True)
    return out


def _flac(samples: FloatArray) -> bytes:
    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", FULL_SR, samples.shape[1], "PCM_16", format="FLAC") as file:
        file.write(to_pcm(samples))
    return out.getvalue()


def _vorbis(samples: FloatArray, sr: int, room: int) -> bytes:
    """Return the best Ogg Vorbis of at most `room` bytes, or the smallest if there is none."""
    best, good, bad = b"", 1.0, 0.0
    quality = 0.0
    for _ in range(_TRIES):
        out = io.BytesIO()
        with (
            quiet_libraries(),
            soundfile.SoundFile(
                out,
                "w",
                sr,
                samples.shape[1],
                "VORBIS",
                format="OGG",
                compression_level=quality,
            ) as file,
        ):
            for start in range(0, len(samples), _BLOCK):
                file.write(samples[start : start + _BLOCK])
        data = out.getvalue()
        if len(data) <= room:
            best, good = data, quality
        else:
            bad = quality
        quality = (good + bad) / 2 if best else 1.0
        if not best and bad == 1:
            return data
    return best


def unpacked(data: bytes) -> tuple[OwnSound, str, FloatArray]:
    """Return the sound, the category and the code of a compact form.

    Raises
    ------
    AnchorError
        If it is too long, truncated, altered, or of another version.
    """
    if len(data) > MOST_BYTES:
        raise AnchorError(f"an anchor of {len(data)} bytes; the most is {MOST_BYTES}")
    if data[:4] != MAGIC or len(data) < _HEAD:
        raise AnchorError("no anchor: it does not begin with NDMA")
    if data[4] != VERSION:
        raise AnchorError(
            f"an anchor of version {data[4]}, this program reads {VERSION}; update the program"
        )
    size = int.from_bytes(data[6:8], "little")
    if size > _MOST_HEADER or len(data) < _HEAD + size:
        raise AnchorError("an anchor is truncated; take it from the original file again")
    header = _header(data[_HEAD : _HEAD + size])
    try:
        clip = read_stream(io.BytesIO(data[_HEAD + size :]), "the anchor's sound", _CONTAINERS)
    except AudioError as error:
        raise AnchorError(f"an anchor is damaged: {error}") from error
    longest = round(MAX_SECONDS * FULL_SR) + _BLOCK
    n = clip.channels.shape[1] * FULL_SR // max(clip.sr, 1)
    if clip.sr not in RATES or len(clip.channels) > 2 or n > longest:
        raise AnchorError(
            f"an anchor's sound has {clip.sr} Hz, {len(clip.channels)} channels and {n} samples; "
            f"need one of {RATES} Hz, 1 or 2, and up to {longest}"
        )
    channels = at_full_rate(clip.channels, clip.sr)
    channels = np.ascontiguousarray(channels, np.float32) * np.float32(header["peak"])
    try:
        sound = OwnSound(channels, header["onset"], header["name"])
    except AudioError as error:
        raise AnchorError(f"an anchor is damaged: {error}") from error
    return sound, header["category"], np.array(header["code"], np.float32)


def _header(text: bytes) -> dict[str, Any]:
    """Return the checked header."""
    try:
        header = json.loads(text)
        onset, peak, code = header["onset"], float(header["peak"]), header["code"]
        is_sound = (
            header["category"] in CATEGORIES
            and type(onset) is int
            and onset >= 0
            and 0 < peak < 1e6
            and isinstance(header["name"], str)
            and isinstance(code, list)
            and 0 < len(code) <= 512
            and all(type(v) in (int, float) and abs(v) < 1e4 for v in code)
        )
    except (LookupError, RecursionError, TypeError, ValueError):
        is_sound = False
    if not is_sound:
        raise AnchorError("an anchor's header is damaged; take it from the original file again")
    header["name"] = shown(header["name"], _LONGEST_NAME)
    out: dict[str, Any] = header
    return out
