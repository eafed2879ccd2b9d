"""The logarithms that a generator is trained on: core, air and fine attack of a hit."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.air import AIR_FLOOR, air_levels
from neural_drum_machine.signal.fine_attack import ATTACK_FLOOR, fine_attack
from neural_drum_machine.signal.hit import Hit
from neural_drum_machine.signal.mel import clip_log_mel, log_mel, mel_spectrogram
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

    def whole(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return core, air and fine attack.

        Raises
        ------
        AudioError
            If air or fine attack are unknown.
        """
        if self.air is None or self.attack is None:
            raise AudioError("the air and the fine attack of this sound are unknown")
        return self.mel, self.air, self.attack

    def plus(self, other: "Levels") -> "Levels":
        """Return the sum of each part: the product of the magnitudes."""
        return Levels._make(
            None if mine is None or its is None else mine + its
            for mine, its in zip(self, other, strict=True)
        )

    def minus(self, other: "Levels") -> "Levels":
        """Return the difference of each part: the ratio of the magnitudes."""
        parts = zip(self.whole(), other.whole(), strict=True)
        return Levels._make(mine - its for mine, its in parts)

    def louder(self, changes: "Levels", spec: AudioSpec) -> "Levels":
        """Return these levels with each magnitude multiplied; silence stays silent.

        Parameters
        ----------
        changes : Levels
            Logarithms of the factors.
        spec : AudioSpec
            Audio format.
        """
        parts = []
        for part, change, floor in zip(self.whole(), changes.whole(), floors(spec), strict=True):
            # A level is log(magnitude + floor).
            magnitude = np.maximum(np.exp(part) - floor, 0)
            parts.append(np.log(magnitude * np.exp(change) + floor).astype(np.float32))
        return Levels(*parts)

    def limited(self, spec: AudioSpec) -> "Levels":
        """Return these levels between silence and the loudest that a full-scale sound has."""
        return Levels(
            clip_log_mel(self.mel, spec),
            _limited(self.air, AIR_FLOOR),
            _limited(self.attack, ATTACK_FLOOR),
        )

    def of(self, index: int) -> "Levels":
        """Return one hit of several."""
        return Levels._make(None if part is None else part[index] for part in self)

    def mixed(self, shares: FloatArray) -> "Levels":
        """Return the mean of several hits, weighted by `shares`, which sum to 1."""
        return Levels._make(
            None if part is None else np.tensordot(shares, part, 1) for part in self
        )


def floors(spec: AudioSpec) -> tuple[np.float32, np.float32, np.float32]:
    """Return what is added to the magnitudes of core, air and attack before the logarithm."""
    return np.float32(spec.log_eps), np.float32(AIR_FLOOR), np.float32(ATTACK_FLOOR)


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
        mel = x.mel * self.mel.std + self.mel.mean
        levels = Levels(mel, _inverse(x.air, self.air), _inverse(x.attack, self.attack))
        return levels.limited(self.mel.spec)


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
    part: FloatArray | None, moments: tuple[FloatArray, FloatArray] | None
) -> FloatArray | None:
    return None if part is None or moments is None else part * moments[1] + moments[0]


def _limited(part: FloatArray | None, floor: float) -> FloatArray | None:
    # A level is the logarithm of an RMS; 1 neper over full scale leaves room for a sum.
    return None if part is None else np.clip(part, np.log(np.float32(floor)), np.float32(1))


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
