"""The fine attack: envelopes of five bands in the first 40 ms of a hit, every millisecond.

The frames of a mel spectrogram are 11.6 ms apart and 46 ms long, so no inverter can tell from them
how fast a hit begins. These envelopes can. They are learned beside the mel spectrogram, and
:mod:`neural_drum_machine.detail.attack` makes a rendered sound follow them.
"""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import ComplexArray, FloatArray
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, FULL_SR
from neural_drum_machine.signal.octaves import CROSSOVER_OCTAVES, analytic_bands

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
_SEGMENT: Final = 3840
"""Samples at 44,100 Hz that the bands are made of, pre-roll included. The 40 ms of the attack end
at sample 2,020."""
_FFT_SIZE: Final = 4608
_WINDOW_SECONDS: Final = 0.002


class AttackBands:
    """The bands and the time grid of a fine attack at a sample rate.

    Parameters
    ----------
    sr : int
        44,100 Hz, or a lower rate. Lower rates lack the bands over half of it.

    Attributes
    ----------
    onset : int
        The sample of the onset.
    segment : int
        Number of samples, from 0 on, that the bands are made of.
    place : numpy.ndarray
        Shape ``(segment,)``: the time of each sample in steps, 0 at the first value.
    """

    def __init__(self, sr: int) -> None:
        self.sr = sr
        self.edges = tuple(f for f in ATTACK_EDGES_HZ if f * 2 ** (CROSSOVER_OCTAVES / 2) < sr / 2)
        self.onset = FULL_PRE_ROLL * sr // FULL_SR
        self.segment = _SEGMENT * sr // FULL_SR
        self._size = _FFT_SIZE * sr // FULL_SR // 2 * 2
        self.place = (np.arange(self.segment) - self.onset) / (sr * ATTACK_STEP_SECONDS) - 0.5
        distance = (self.place[:, None] - np.arange(ATTACK_STEPS)) * (
            ATTACK_STEP_SECONDS / _WINDOW_SECONDS
        )
        window = np.where(np.abs(distance) < 0.5, 1 + np.cos(2 * np.pi * distance), 0)
        self._heard = int(np.flatnonzero(window.any(axis=1))[-1]) + 1
        self._averaging: FloatArray = (window / window.sum(axis=0)).astype(np.float32)

    def split(self, samples: FloatArray) -> ComplexArray:
        """Return the analytic bands ``(bands, n)`` of the first `n` samples of a sound."""
        return analytic_bands(samples, self.edges, self.sr, self._size)

    def levels(self, bands: ComplexArray, gain: float = 1.0) -> FloatArray:
        """Return the levels of bands from :meth:`split`, times a gain.

        Returns
        -------
        numpy.ndarray
            Shape ``(bands, ATTACK_STEPS)``, natural logarithms of the RMS plus
            :data:`ATTACK_FLOOR`.
        """
        heard = bands[:, : self._heard]
        power = np.square(heard.real) + np.square(heard.imag)
        rms = np.sqrt(power @ self._averaging[: heard.shape[1]] / 2) * np.float32(gain)
        out: FloatArray = np.log(rms + np.float32(ATTACK_FLOOR))
        return out


@lru_cache(maxsize=4)
def attack_bands(sr: int) -> AttackBands:
    """Return the bands at a sample rate."""
    return AttackBands(sr)


def fine_attack(full: npt.ArrayLike, gain: float) -> FloatArray:
    """Return the fine attack of a hit.

    Parameters
    ----------
    full : array_like
        Shape ``(n,)``: a hit at 44,100 Hz with its onset at sample 256
        (:class:`neural_drum_machine.signal.full_hit.FullHit`).
    gain : float
        The factor to the core's scale (`gain` of
        :class:`neural_drum_machine.signal.hit.Hit`), so that
        levels mean the same here and in the core's mel spectrogram.

    Returns
    -------
    numpy.ndarray
        Shape ``(ATTACK_BANDS, ATTACK_STEPS)``, float32, natural logarithms: −9.21 for silence,
        about −0.35 for a sine at full scale.
    """
    grid = attack_bands(FULL_SR)
    segment = np.zeros(grid.segment, np.float32)
    head = np.asarray(full, np.float32)[: grid.segment]
    segment[: len(head)] = head
    return grid.levels(grid.split(segment), gain)
