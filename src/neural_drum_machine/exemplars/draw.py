"""New sounds that begin at an exemplar: its code moved a little, its residual laid over.

The law is that of an anchor: ``exemplar × decoded(code + move) ÷ decoded(code)``, in each cell of
core, air and fine attack alike. As logarithms these are sums.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import ControlError
from neural_drum_machine.exemplars.bank import Bank
from neural_drum_machine.exemplars.levels import Decode, Levels, decoded
from neural_drum_machine.latent.prior import DEFAULT_WILD, MAX_SEED, MAX_WILD, interpolate
from neural_drum_machine.signal.spec import AudioSpec

MOVE: Final = 0.8
"""Standard deviations of the category's codes that a move of ``wild = 1`` has."""
ROOM_NEPERS: Final = (1.0, 0.7, 0.7)
"""How far a cell of core, air and fine attack may lie over both exemplar and decoded sound. It
keeps the ratio of two decoded levels from exploding where one is near silence."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn sound, before it is rendered.

    Attributes
    ----------
    code : numpy.ndarray
        Shape ``(latent_dim,)``: the exemplar's code plus the move.
    exemplar : int
        Its number in the bank.
    move : numpy.ndarray
        Shape ``(latent_dim,)``.
    mel, air, attack : numpy.ndarray
        As in :class:`~neural_drum_machine.exemplars.levels.Levels`, natural logarithms.
    """

    code: FloatArray
    exemplar: int
    move: FloatArray
    mel: FloatArray
    air: FloatArray
    attack: FloatArray


def draw(
    bank: Bank,
    decode: Decode,
    prior_spread: FloatArray,
    category: str,
    wild: float = DEFAULT_WILD,
    seed: int = 0,
) -> Drawn:
    """Draw a sound of a category.

    Parameters
    ----------
    bank : Bank
        The exemplars.
    decode : callable
        The generator that the bank was made with.
    prior_spread : numpy.ndarray
        Shape ``(11, latent_dim, latent_dim)``: the covariance of each category's codes.
    category : str
        One of the eleven.
    wild : float
        0 to 2. 0 gives the exemplar itself, 1 a new sound near it, 2 one twice as far away.
    seed : int
        0 to 2³² − 1. It chooses kit, exemplar of the kit, and direction of the move. The same seed
        gives the same draw.

    Returns
    -------
    Drawn
        The sound.

    Raises
    ------
    ControlError
        If the bank has no exemplar of the category, or seed or `wild` is out of range.
    ExemplarError
        If the exemplar's residual is damaged.
    """
    exemplar, move = choose(bank, prior_spread, category, wild, seed)
    code = bank.code(exemplar)
    levels = moved(decode, category, code, bank.residual(exemplar), move, bank.spec)
    return Drawn(code + move, exemplar, move, *levels)


def choose(
    bank: Bank, prior_spread: FloatArray, category: str, wild: float, seed: int
) -> tuple[int, FloatArray]:
    """Return the number of an exemplar and a move; see :func:`draw`."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise ControlError(f"seed must be a whole number, got {seed!r}")
    if not 0 <= seed <= MAX_SEED:
        raise ControlError(f"seed must lie between 0 and {MAX_SEED}, got {seed}")
    if not isinstance(wild, float | int | np.floating) or not 0 <= wild <= MAX_WILD:
        raise ControlError(f"wild must lie between 0 and {MAX_WILD:g}, got {wild!r}")
    kits = bank.kits(category)
    # NumPy promises that RandomState's stream never changes; default_rng's may.
    random = np.random.RandomState(int(seed))
    kit = kits[int(random.random_sample() * len(kits))]
    exemplar = kit[int(random.random_sample() * len(kit))]
    covariance = prior_spread[CATEGORIES.index(category)].astype(np.float64)
    factor = np.linalg.cholesky(covariance)
    move = wild * MOVE * (factor @ random.standard_normal(len(factor)))
    return exemplar, move.astype(np.float32)


def moved(
    decode: Decode,
    category: str,
    code: FloatArray,
    residual: Levels,
    move: FloatArray,
    spec: AudioSpec,
) -> Levels:
    """Return a recording, changed as a move of its code changes what is decoded.

    Parameters
    ----------
    decode : callable
        The generator.
    category : str
        The category of the code.
    code, move : numpy.ndarray
        Shape ``(latent_dim,)``.
    residual : Levels
        The recording's; see :func:`~neural_drum_machine.exemplars.residual.decode_residual`.
    spec : AudioSpec
        Their format.

    Returns
    -------
    Levels
        The recording itself, to the precision of its residual, if the move is zero. No cell lies
        further than :data:`ROOM_NEPERS` over both the recording and the decoded sound.
    """
    number = CATEGORIES.index(category)
    if not np.any(move):
        return decoded(decode, code[None], [number])[0].plus(residual).limited(spec)
    base, new = decoded(decode, np.stack([code, code + move]), [number, number])
    recording = base.plus(residual).limited(spec)
    return _under(new.plus(residual), (recording, new)).limited(spec)


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
    new = _mixed(here, there, 1 - t, t)
    strength = np.hypot(1 - t, t)
    residual = _mixed(residuals[0], residuals[1], (1 - t) / strength, t / strength)
    ends = [base.plus(own) for base, own in zip((one, other), residuals, strict=True)]
    levels = _under(new.plus(residual), (*ends, new)).limited(bank.spec)
    return code, levels


def _mixed(first: Levels, second: Levels, share: float, rest: float) -> Levels:
    return Levels(
        *(
            np.float32(share) * one + np.float32(rest) * other
            for one, other in zip(first, second, strict=True)
        )
    )


def _under(levels: Levels, others: tuple[Levels, ...]) -> Levels:
    """Return levels that lie at most :data:`ROOM_NEPERS` over the loudest of the others."""
    return Levels(
        *(
            np.minimum(part, np.maximum.reduce(its) + np.float32(room))
            for room, part, *its in zip(ROOM_NEPERS, levels, *others, strict=True)
        )
    )
