"""Removing rumble: frequencies of the room or the stand, below all that the drum can produce."""

from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.signal.full_hit import MIN_SECONDS, TRIM_DB
from neural_drum_machine.signal.pcm import from_pcm, to_pcm

HIGH: Final = frozenset({"clap", "open_hihat", "closed_hihat", "tambourine", "shaker", "snap"})
"""Categories that produce nothing below :data:`CUTOFF_HZ`."""
CUTOFF_HZ: Final = 80.0
"""The filter removes 6 dB here, 12 dB at 60 Hz, 34 dB at 30 Hz, and 0.5 dB at 160 Hz."""
_MARGIN_SECONDS: Final = 0.2
_LEAST_PEAK: Final = 0.1
"""A sound that would lose more than 20 dB would become mere noise: it is left unchanged."""


def without_rumble(pcm: npt.NDArray[np.int16], category: str, sr: int) -> npt.NDArray[np.int16]:
    """Remove frequencies from a recording that its drum cannot have produced.

    Snaps recorded close have up to 80 % of their energy below 60 Hz, and a network would learn this
    thump. The filter (the squared magnitude of a Butterworth filter of order 2) has zero phase, so
    that the attack stays in place.

    Parameters
    ----------
    pcm : numpy.ndarray
        A recording as it is stored, int16 ``(n,)``.
    category : str
        Its category; recordings of categories outside :data:`HIGH` are returned unchanged.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    numpy.ndarray
        int16 with the same peak as before. It ends where only rumble continued, but is not
        shorter than 5 ms.
    """
    if category not in HIGH:
        return pcm
    x = from_pcm(pcm).astype(np.float64)
    # Both ends are extended by the signal, rotated about its end point: otherwise rumble that is
    # cut off would become a click.
    margin = min(len(x) - 1, round(_MARGIN_SECONDS * sr))
    before = 2 * x[0] - x[margin:0:-1]
    after = 2 * x[-1] - x[-2 : -2 - margin : -1]
    whole = np.concatenate([before, x, after])
    f = np.fft.rfftfreq(len(whole), 1 / sr)
    gain = f**4 / (f**4 + CUTOFF_HZ**4)
    y = np.fft.irfft(np.fft.rfft(whole) * gain, len(whole))[margin : margin + len(x)]
    peak, was = np.abs(y).max(), np.abs(x).max()
    if peak < _LEAST_PEAK * was:
        return pcm
    last = int(np.flatnonzero(np.abs(y) > peak * 10 ** (-TRIM_DB / 20))[-1])
    y = y[: max(last + 1, round(MIN_SECONDS * sr))]
    out: npt.NDArray[np.int16] = to_pcm(y * (was / peak))
    return out
