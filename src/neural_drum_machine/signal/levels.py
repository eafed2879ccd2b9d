"""The logarithms that a generator is trained on: core, air and fine attack of a hit."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.air import AIR_FLOOR, air_levels
from neural_drum_machine.signal.fine_attack import ATTACK_FLOOR, fine_attack
from neural_drum_machine.signal.hit import Hit
from neural_drum_machine.signal.mel import log_mel, mel_spectrogram
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.signal.standardisation import Standardisation


class Levels(NamedTuple):
    """Natural logarithms of the levels of a hit, or of several hits; or the same, standardised.

    Attributes
    ----------
    mel : numpy.ndarray
        Shape ``(..., n_mels, n_frames)``: the core's log-mel.
    air : numpy.ndarray or None
        Shape ``(..., AIR_BANDS, n_frames)``; None for generators that know no air.
    attack : numpy.ndarray or None
        Shape ``(..., ATTACK_BANDS, ATTACK_STEPS)``; None for generators without a fine attack.
    """

    mel: FloatArray
    air: FloatArray | None = None
    attack: FloatArray | None = None

    def of(self, index: int) -> "Levels":
        """Return one hit of several."""
        return Levels(*(None if part is None else part[index] for part in self))

    def mixed(self, shares: FloatArray) -> "Levels":
        """Return the mean of several hits, weighted by `shares`, which sum to 1."""
        return Levels(*(None if part is None else np.tensordot(shares, part, 1) for part in self))


@dataclass(frozen=True, slots=True)
class LevelScale:
    """Standardises levels for a generator.

    Attributes
    ----------
    mel : Standardisation
        Of the core.
    air, attack : tuple of numpy.ndarray or None
        Mean and standard deviation of each value; None for generators without them.
    """

    mel: Standardisation
    air: tuple[FloatArray, FloatArray] | None = None
    attack: tuple[FloatArray, FloatArray] | None = None

    def forward(self, levels: Levels) -> Levels:
        """Return natural logarithms, standardised. Parts that the generator lacks are left out."""
        mel = (levels.mel - self.mel.mean) / self.mel.std
        return Levels(mel, _forward(levels.air, self.air), _forward(levels.attack, self.attack))

    def inverse(self, x: Levels) -> Levels:
        """Return the natural logarithms of standardised values, none below silence."""
        return Levels(
            self.mel.log_mel(x.mel),
            _inverse(x.air, self.air, AIR_FLOOR),
            _inverse(x.attack, self.attack, ATTACK_FLOOR),
        )


def _forward(
    part: FloatArray | None, moments: tuple[FloatArray, FloatArray] | None
) -> FloatArray | None:
    if moments is None:
        return None
    if part is None:
        raise AudioError("this model needs the air and the fine attack of a sound")
    out: FloatArray = (part - moments[0]) / moments[1]
    return out


def _inverse(
    part: FloatArray | None, moments: tuple[FloatArray, FloatArray] | None, floor: float
) -> FloatArray | None:
    if part is None or moments is None:
        return None
    # A band of noise over full scale is no level of a hit, which peaks at 1.
    out: FloatArray = np.clip(part * moments[1] + moments[0], np.log(np.float32(floor)), 0.0)
    return out


def levels_of(hit: Hit, spec: AudioSpec) -> Levels:
    """Return the levels of a hit.

    Parameters
    ----------
    hit : Hit
        With its full form, or the result has neither air nor fine attack.
    spec : AudioSpec
        Audio format of the hit's core.
    """
    mel = log_mel(mel_spectrogram(hit.samples, spec), spec)
    if hit.full is None:
        return Levels(mel)
    return Levels(
        mel,
        air_levels(hit.full.samples, hit.gain, spec),
        fine_attack(hit.full.samples, hit.gain),
    )
