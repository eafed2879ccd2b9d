"""How much of a sound is air: treble above the core's half sample rate."""

import numpy as np
import numpy.typing as npt

AIR_HZ = 11_025.0
"""Half of 22,050 Hz: nothing above it is in the core's mel spectrogram."""


def share_of_air(samples: npt.ArrayLike, sr: int, above_hz: float = AIR_HZ) -> float:
    """Return the share of a sound's energy above a frequency.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.
    above_hz : float
        Frequency in Hz.

    Returns
    -------
    float
        0 to 1; 0 for silence and where half the sample rate is not above the frequency.
    """
    x = np.asarray(samples, np.float64)
    power = np.square(np.abs(np.fft.rfft(x)))
    # All bins but the first and, for even lengths, the last stand for two.
    power[1 : len(power) - (len(x) % 2 == 0)] *= 2
    total = float(power.sum())
    above = np.fft.rfftfreq(len(x), 1 / sr) > above_hz
    return float(power[above].sum()) / total if total > 0 else 0.0
