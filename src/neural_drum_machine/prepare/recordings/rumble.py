"""What lies below all that a drum can make, and is the room's or the stand's: taken out."""

from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.signal.hit import MIN_SECONDS, TRIM_DB
from neural_drum_machine.signal.pcm import PCM_SCALE, from_pcm

HIGH: Final = frozenset({"clap", "open_hihat", "closed_hihat", "tambourine", "shaker", "snap"})
"""Categories with nothing of their own below :data:`CUTOFF_HZ`."""
CUTOFF_HZ: Final = 80.0
"""Where the filter takes 6 dB; 12 dB at 60 Hz, 34 dB at 30 Hz, half a dB at 160 Hz."""
_MARGIN_SECONDS: Final = 0.2
_LEAST_PEAK: Final = 0.1
"""A sound that loses more than 20 dB would be raised to mere noise: it stays as it is."""


def without_rumble(pcm: npt.NDArray[np.int16], category: str, sr: int) -> npt.NDArray[np.int16]:
    """Take out of a recording what its drum cannot have made.

    Snaps recorded close carry up to 80 % of their energy below 60 Hz; a network that learns them
    learns the thump. Zero phase (a Butterworth's magnitude of order 2, squared), so that no attack
    moves.

    Parameters
    ----------
    pcm : numpy.ndarray
        A recording as it is stored, int16 ``(n,)``.
    category : str
        What it is; those that are not in :data:`HIGH` are returned as they are.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    numpy.ndarray
        int16, of the same peak as before; shorter where only the rumble went on, but not under
        0.05 s.
    """
    if category not in HIGH:
        return pcm
    x = from_pcm(pcm).astype(np.float64)
    # Continued at both ends by itself turned about its end points: a wobble that is cut off
    # would otherwise become a click.
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
    out: npt.NDArray[np.int16] = np.round(y * (was / peak) * PCM_SCALE).astype(np.int16)
    return out
