"""New sounds that begin at an exemplar: its code moved a little, its residual laid over.

The law is that of an anchor: ``exemplar × decoded(code + move) ÷ decoded(code)``, in each cell of
core, air and fine attack alike. As logarithms these are sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import ControlError
from neural_drum_machine.exemplars.bank import Bank
from neural_drum_machine.exemplars.levels import Decode, decoded
from neural_drum_machine.exemplars.shaping import follow
from neural_drum_machine.latent.prior import DEFAULT_WILD, MAX_SEED, MAX_WILD
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.spec import AudioSpec

MOVE: Final = 0.8
"""Standard deviations of the category's codes that a move of ``wild = 1`` has. So far away, half of
the draws have an SC of 0.4 and more from their exemplar."""
_GOLDEN: Final = 2_654_435_769
_CATEGORY: Final = 362_436_069
"""Multiples of 2⁻³² between the places of neighbouring seeds, and of neighbouring categories."""


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
    spread = prior_spread[CATEGORIES.index(category)]
    exemplar, move = choose(bank.kits(category), spread, category, wild, seed)
    code = bank.code(exemplar)
    levels = moved(decode, category, code, bank.residual(exemplar), move, bank.spec)
    return Drawn(code + move, exemplar, move, *levels.whole())


def choose(
    kits: Sequence[Sequence[int]], spread: FloatArray, category: str, wild: float, seed: int
) -> tuple[int, FloatArray]:
    """Return the number of an exemplar and a move; see :func:`draw`.

    `kits` are the numbers of exemplars to choose from, as :meth:`Bank.kits` returns them. `spread`
    is the covariance ``(latent_dim, latent_dim)`` of the category's codes.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise ControlError(f"seed must be a whole number, got {seed!r}")
    if not 0 <= seed <= MAX_SEED:
        raise ControlError(f"seed must lie between 0 and {MAX_SEED}, got {seed}")
    if not isinstance(wild, float | int | np.floating) or not 0 <= wild <= MAX_WILD:
        raise ControlError(f"wild must lie between 0 and {MAX_WILD:g}, got {wild!r}")
    # Neighbouring seeds take kits far from each other, and each category others: multiples of the
    # golden ratio spread evenly (Fibonacci hashing).
    place = (int(seed) * _GOLDEN + CATEGORIES.index(category) * _CATEGORY) % 2**32 / 2**32
    # NumPy promises that RandomState's stream never changes; default_rng's may.
    random = np.random.RandomState(int(seed))
    kit = kits[int(place * len(kits))]
    exemplar = kit[int(random.random_sample() * len(kit))]
    factor = _root(spread.astype(np.float64).tobytes(), len(spread))
    move = wild * MOVE * (factor @ random.standard_normal(len(factor)))
    return exemplar, move.astype(np.float32)


@lru_cache(2 * len(CATEGORIES))
def _root(spread: bytes, size: int) -> npt.NDArray[np.floating]:
    """Return the lower triangular root of a covariance, by its bytes."""
    root: npt.NDArray[np.floating] = np.linalg.cholesky(np.frombuffer(spread).reshape(size, size))
    root.setflags(write=False)
    return root


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
        See :func:`~neural_drum_machine.exemplars.shaping.follow`. The recording itself, to the
        precision of its residual, if the move is zero.
    """
    number = CATEGORIES.index(category)
    if not np.any(move):
        return decoded(decode, code[None], [number])[0].plus(residual).limited(spec)
    base, new = decoded(decode, np.stack([code, code + move]), [number, number])
    recording = base.plus(residual).limited(spec)
    return follow(recording, base, new, spec).limited(spec)
