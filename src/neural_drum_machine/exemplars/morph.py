"""Sounds between two exemplars."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import ControlError
from neural_drum_machine.exemplars.bank import Bank
from neural_drum_machine.exemplars.levels import Decode, decoded
from neural_drum_machine.exemplars.shaping import no_louder
from neural_drum_machine.latent.prior import interpolate
from neural_drum_machine.signal.levels import Levels

ROOM_NEPERS: Final = (1.0, 0.7, 0.7)
"""How far a cell of core, air and fine attack may lie over both ends of a morph and what is decoded
between them, where residuals of near silence come together."""


def morphed(
    bank: Bank, decode: Decode, first: int, second: int, t: float
) -> tuple[FloatArray, Levels]:
    """Return the code and the levels between two exemplars, of one category or of two.

    Parameters
    ----------
    bank : Bank
        The exemplars.
    decode : callable
        The generator.
    first, second : int
        Numbers of exemplars.
    t : float
        0 to 1: 0 gives the first, 1 the second. Residuals keep their strength on the way, as the
        power of two noises does in a cross-fade.

    Raises
    ------
    ControlError
        If there is no such exemplar, or `t` is out of range.
    ExemplarError
        If a residual is damaged.
    """
    if not 0 <= t <= 1:
        raise ControlError(f"t must lie between 0 and 1, got {t!r}")
    residuals = [bank.residual(number) for number in (first, second)]
    codes = [bank.code(number) for number in (first, second)]
    numbers = [CATEGORIES.index(bank.exemplars[number].category) for number in (first, second)]
    code = interpolate(codes[0], codes[1], t)
    # Decoded as both categories, and mixed in decibels, as blends of decoded sounds are.
    one, other, here, there = decoded(decode, np.stack([*codes, code, code]), [*numbers, *numbers])
    shares = np.array([1 - t, t], np.float32)
    new = mixed([here, there], shares)
    ends = [
        base.plus(own).limited(bank.spec) for base, own in zip((one, other), residuals, strict=True)
    ]
    # Where an end is silent, its residual counts no further than to silence.
    heard = [end.minus(base) for end, base in zip(ends, (one, other), strict=True)]
    residual = mixed(heard, shares / np.linalg.norm(shares))
    levels = under(new.plus(residual), (*ends, new))
    return code, no_louder(levels, ends, bank.spec).limited(bank.spec)


def mixed(levels: Sequence[Levels], weights: FloatArray) -> Levels:
    """Return the weighted sum of levels, part by part."""
    stacks = (np.stack(parts) for parts in zip(*(each.whole() for each in levels), strict=True))
    return Levels._make(np.tensordot(weights, stack, 1) for stack in stacks)


def under(levels: Levels, others: tuple[Levels, ...]) -> Levels:
    """Return levels that lie at most :data:`ROOM_NEPERS` over the loudest of the others."""
    parts = zip(ROOM_NEPERS, levels.whole(), *(each.whole() for each in others), strict=True)
    return Levels._make(
        np.minimum(part, np.maximum.reduce(its) + np.float32(room)) for room, part, *its in parts
    )
