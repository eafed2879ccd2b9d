"""A small spectrogram of a sound, for the classifier and the search for near-duplicates."""

from typing import Final

import numpy as np
import numpy.typing as npt
import soxr

from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.spec import AudioSpec

THUMBNAIL_SPEC: Final = AudioSpec(n_fft=1024, win_length=1024, hop_length=256, n_mels=64)
"""64 bands, 86 frames of 12 ms, independent of the dataset's own spec."""


def thumbnail(x: npt.NDArray[np.float32], sr: int) -> npt.NDArray[np.float32]:
    """Return a small mel spectrogram of a sound.

    Parameters
    ----------
    x : numpy.ndarray
        Shape ``(n,)``, float32; longer sounds are cut at 0.998 s, shorter ones padded.
    sr : int
        Its sample rate in Hz.

    Returns
    -------
    numpy.ndarray
        Shape ``(64, 86)``, float32, magnitudes.
    """
    if sr != THUMBNAIL_SPEC.sr:
        x = soxr.resample(x, sr, THUMBNAIL_SPEC.sr)
    out = np.zeros(THUMBNAIL_SPEC.n_samples, np.float32)
    n = min(len(x), len(out))
    out[:n] = x[:n]
    return mel_spectrogram(out, THUMBNAIL_SPEC)
