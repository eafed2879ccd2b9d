"""The generator that exemplars are moved with, and the shapes of the levels that it decodes."""

from collections.abc import Callable

import numpy as np

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.signal.air import AIR_BANDS
from neural_drum_machine.signal.fine_attack import ATTACK_BANDS, ATTACK_STEPS
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.spec import AudioSpec

Shape = tuple[int, int]
Decode = Callable[[FloatArray, IntArray], Levels]
"""A generator: codes ``(batch, latent_dim)`` and categories ``(batch,)`` to levels, natural
logarithms, each part with ``batch`` as its first axis."""


def shapes(spec: AudioSpec) -> tuple[Shape, Shape, Shape]:
    """Return the shapes of the parts of :class:`Levels`."""
    return (
        (spec.n_mels, spec.n_frames),
        (AIR_BANDS, spec.n_frames),
        (ATTACK_BANDS, ATTACK_STEPS),
    )


def decoded(decode: Decode, codes: FloatArray, categories: list[int]) -> list[Levels]:
    """Return the levels of some codes ``(batch, latent_dim)``, decoded together."""
    levels = decode(codes.astype(np.float32), np.array(categories, np.int64))
    return [levels.of(index) for index in range(len(codes))]
