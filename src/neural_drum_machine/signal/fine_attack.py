"""The fine attack: envelopes of five bands in the first 40 ms of a hit, every millisecond.

The frames of a mel spectrogram are 11.6 ms apart and 46 ms long, so no inverter can tell from them
how fast a hit begins. These envelopes can. They are learned beside the mel spectrogram, and
:mod:`neural_drum_machine.detail.attack` makes a rendered sound follow them.
"""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.hit import FULL_PRE_ROLL, FULL_SR
from neural_drum_machine.signal.octaves import analytic_bands

ATTACK_EDGES_HZ: Final = (250.0, 1000.0, 3500.0, 10_500.0)
"""Crossovers between the five bands: bodies of kicks and toms; bodies of snares, congas and bongos;
sticks and slaps; wires and metal; air. The last one is where the core ends and air begins
(:mod:`neural_drum_machine.signal.air`), so that noise that stands for air rises with the air."""
ATTACK_BANDS: Final = len(ATTACK_EDGES_HZ) + 1
ATTACK_STEPS: Final = 40
"""Values of each band, one a millisecond. Value `k` is centred ``k + 0.5`` ms after the onset."""
ATTACK_STEP_SECONDS: Final = 0.001
ATTACK_FLOOR: Final = 1e-4
"""Added to levels before the logarithm: −80 dB of a core that peaks at 1."""
SEGMENT: Final = 3840
"""Samples at 44,100 Hz that the bands are made of, pre-roll included. The 40 ms of the attack end
at sample 2,020."""
FFT_SIZE: Final = 4608
_WINDOW_SECONDS: Final = 0.002


@lru_cache(maxsize=1)
def averaging() -> FloatArray:
    """Return the matrix that averages over Hann windows of 2 ms, ``(SEGMENT, ATTACK_STEPS)``."""
    centre = FULL_PRE_ROLL + FULL_SR * ATTACK_STEP_SECONDS * (np.arange(ATTACK_STEPS) + 0.5)
    distance = (np.arange(SEGMENT)[:, None] - centre) / (FULL_SR * _WINDOW_SECONDS)
    window = np.where(np.abs(distance) < 0.5, 1 + np.cos(2 * np.pi * distance), 0)
    out: FloatArray = (window / window.sum(axis=0)).astype(np.float32)
    out.setflags(write=False)
    return out


def attack_levels(bands: npt.NDArray[np.complex64]) -> FloatArray:
    """Return the levels of bands from :func:`~neural_drum_machine.signal.octaves.analytic_bands`.

    Parameters
    ----------
    bands : numpy.ndarray
        Shape ``(bands, SEGMENT)``, complex64.

    Returns
    -------
    numpy.ndarray
        Shape ``(bands, ATTACK_STEPS)``, natural logarithms of the RMS plus :data:`ATTACK_FLOOR`.
    """
    power = (np.square(bands.real) + np.square(bands.imag)) @ averaging()
    out: FloatArray = np.log(np.sqrt(power / 2) + np.float32(ATTACK_FLOOR))
    return out


def fine_attack(full: npt.ArrayLike, gain: float) -> FloatArray:
    """Return the fine attack of a hit.

    Parameters
    ----------
    full : array_like
        Shape ``(n,)``: a hit at 44,100 Hz with its onset at sample 256
        (:class:`neural_drum_machine.signal.hit.FullHit`).
    gain : float
        The factor to the core's scale (:attr:`neural_drum_machine.signal.hit.Hit.gain`), so that
        levels mean the same here and in the core's mel spectrogram.

    Returns
    -------
    numpy.ndarray
        Shape ``(ATTACK_BANDS, ATTACK_STEPS)``, float32, natural logarithms: −9.21 for silence,
        about −0.35 for a sine at full scale.
    """
    segment = np.zeros(SEGMENT, np.float32)
    head = np.asarray(full, np.float32)[:SEGMENT]
    segment[: len(head)] = head * np.float32(gain)
    return attack_levels(analytic_bands(segment, ATTACK_EDGES_HZ, FULL_SR, FFT_SIZE))
