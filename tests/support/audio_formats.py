"""Sound files in all formats that libsndfile writes, in memory."""

import io

import numpy as np
import soundfile

SR = 44_100
_T = np.arange(8820) / SR
HIT = (0.5 * np.sin(2 * np.pi * 440 * _T) * np.exp(-20 * _T)).astype(np.float32)
"""A decaying tone of 0.2 s."""
LENGTHS_TOLD = [
    ("WAV", "PCM_16"),
    ("WAV", "MS_ADPCM"),
    ("WAVEX", "PCM_24"),
    ("RF64", "PCM_16"),
    ("W64", "PCM_16"),
    ("AIFF", "PCM_16"),
    ("AIFF", "IMA_ADPCM"),
    ("SVX", "PCM_16"),
    ("CAF", "PCM_16"),
    ("CAF", "ALAC_16"),
    ("AU", "PCM_16"),
    ("NIST", "PCM_16"),
    ("VOC", "PCM_16"),
    ("AVR", "PCM_16"),
    ("MPC2K", "PCM_16"),
    ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"),
    ("OGG", "OPUS"),
    ("MP3", "MPEG_LAYER_III"),
    ("SDS", "PCM_16"),
]
"""Formats and codecs of which a file tells how long it is."""


def encoded(
    format: str,  # noqa: A002
    subtype: str,
    x: np.ndarray = HIT,
    *,
    n_channels: int = 1,
    sr: int = SR,
) -> bytes:
    """A file whose channels are the sound, each half as loud as the one before."""
    file = io.BytesIO()
    channels = [x * 0.5**i for i in range(n_channels)]
    soundfile.write(file, np.stack(channels, 1), sr, format=format, subtype=subtype)
    return file.getvalue()
