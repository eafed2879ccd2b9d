"""The three parts of a hit that a generator of the second generation decodes, as logarithms."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.signal.air import AIR_BANDS, AIR_FLOOR
from neural_drum_machine.signal.fine_attack import ATTACK_BANDS, ATTACK_FLOOR, ATTACK_STEPS
from neural_drum_machine.signal.mel import log_mel_range
from neural_drum_machine.signal.spec import AudioSpec

Shape = tuple[int, int]


class Levels(NamedTuple):
    """Core, air and fine attack of one hit, in natural logarithms (nepers), float32.

    Attributes
    ----------
    mel : numpy.ndarray
        Shape ``(n_mels, n_frames)``: ``log(mel + log_eps)``.
    air : numpy.ndarray
        Shape ``(AIR_BANDS, n_frames)``, as
        :func:`neural_drum_machine.signal.air.air_levels` returns it.
    attack : numpy.ndarray
        Shape ``(ATTACK_BANDS, ATTACK_STEPS)``, as
        :func:`neural_drum_machine.signal.fine_attack.fine_attack` returns it.
    """

    mel: FloatArray
    air: FloatArray
    attack: FloatArray

    def plus(self, other: "Levels") -> "Levels":
        """Return the sum of each part: the product of the magnitudes."""
        return Levels(*(mine + its for mine, its in zip(self, other, strict=True)))

    def limited(self, spec: AudioSpec) -> "Levels":
        """Return these levels between silence and the loudest that a full-scale sound has."""
        floor, top = log_mel_range(spec)
        lows = (floor, np.log(np.float32(AIR_FLOOR)), np.log(np.float32(ATTACK_FLOOR)))
        # A level is the logarithm of an RMS; 1 neper over full scale leaves room for a sum.
        highs = (top, np.float32(1), np.float32(1))
        return Levels(
            *(np.clip(part, low, high) for part, low, high in zip(self, lows, highs, strict=True))
        )


Decode = Callable[[FloatArray, IntArray], tuple[FloatArray, FloatArray, FloatArray]]
"""A generator: codes ``(batch, latent_dim)`` and categories ``(batch,)`` to the parts of
:class:`Levels`, each with ``batch`` as its first axis."""


def shapes(spec: AudioSpec) -> tuple[Shape, Shape, Shape]:
    """Return the shapes of the parts of :class:`Levels`."""
    return (
        (spec.n_mels, spec.n_frames),
        (AIR_BANDS, spec.n_frames),
        (ATTACK_BANDS, ATTACK_STEPS),
    )


def decoded(decode: Decode, codes: FloatArray, categories: list[int]) -> list[Levels]:
    """Return the levels of some codes ``(batch, latent_dim)``, decoded together."""
    parts = decode(codes.astype(np.float32), np.array(categories, np.int64))
    return [Levels(*each) for each in zip(*parts, strict=True)]
