"""Recordings laid over decoded levels: what a recalled or moved sound has of its exemplars."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import ControlError
from neural_drum_machine.exemplars.bank import Bank
from neural_drum_machine.exemplars.levels import Decode, decoded
from neural_drum_machine.exemplars.morph import mixed, under
from neural_drum_machine.exemplars.shaping import follow, no_louder
from neural_drum_machine.signal.levels import Levels

Exemplars = tuple[tuple[int, float], ...]
"""Numbers of exemplars in a bank, each with its share of a sound, over 0; the shares sum to 1."""

MOST: Final = 4
"""Most exemplars of a sound: a morph between two morphs."""
_KEPT: Final = 32
"""Recordings that are kept decoded. Each takes 0.6 MB."""


class _Known(NamedTuple):
    """An exemplar: decoded from its code, and with its residual."""

    base: Levels
    recording: Levels


def checked(exemplars: Sequence[Sequence[Any]]) -> Exemplars:
    """Return exemplars as tuples.

    Raises
    ------
    ControlError
        If there are too many, one is no pair of a number and a share, or the shares do not sum
        to 1.
    """
    out = []
    if not isinstance(exemplars, Sequence):
        raise ControlError(f"exemplars are pairs of a number and a share, got {exemplars!r:.60}")
    for each in exemplars:
        is_pair = isinstance(each, Sequence) and len(each) == 2
        if not is_pair or not _is_whole(each[0]) or not _is_real(each[1]):
            raise ControlError(f"an exemplar is a number and a share, got {each!r:.60}")
        share = float(each[1])
        if not 0 < share <= 1:
            raise ControlError(f"the share of an exemplar lies between 0 and 1, got {each[1]!r}")
        out.append((int(each[0]), share))
    if len(out) > MOST:
        raise ControlError(f"a sound has at most {MOST} exemplars, got {len(out)}")
    if out and abs(sum(share for _, share in out) - 1) > 1e-3:
        raise ControlError(f"the shares of exemplars must sum to 1, got {exemplars!r:.80}")
    return tuple(out)


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _is_real(value: object) -> bool:
    return _is_whole(value) or isinstance(value, float | np.floating)


def between(first: Exemplars, second: Exemplars, t: float) -> Exemplars:
    """Return the exemplars of a sound between two others, 0 ≤ `t` ≤ 1.

    The shares of a sound whose other end has none sum to 1 all the same: its recordings fade with
    the way, and the generator alone is reached at the other end. Of more than :data:`MOST`, those
    with the largest shares stay.
    """
    if t == 0 or not second:
        return first if t < 1 else ()
    if t == 1 or not first:
        return second if t > 0 else ()
    shares: dict[int, float] = {}
    for exemplars, weight in ((first, 1 - t), (second, t)):
        for number, share in exemplars:
            shares[number] = shares.get(number, 0) + weight * share
    if len(shares) > MOST:  # next to an end, all of that end's own stay
        strongest = sorted(shares, key=lambda number: -shares[number])[:MOST]
        total = sum(shares[number] for number in strongest)
        shares = {number: shares[number] / total for number in strongest}
    rounded = ((number, round(share, 6)) for number, share in sorted(shares.items()))
    # Next to an end, the share of the other one may round to nothing.
    return tuple((number, share) for number, share in rounded if share)


class Overlay:
    """Lays the residuals of exemplars over decoded levels. Several threads may use it.

    Parameters
    ----------
    bank : Bank
        The exemplars.
    decode : callable
        The generator that the bank was made with.
    categories : tuple of str
        The generator's categories, in the order of its numbers for them.
    """

    def __init__(
        self, bank: Bank, decode: Decode, categories: tuple[str, ...] = CATEGORIES
    ) -> None:
        self.bank = bank
        self._decode = decode
        self._categories = categories
        self._kept: OrderedDict[int, _Known] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, new: Levels, exemplars: Exemplars) -> Levels:
        """Return decoded levels with the residuals of exemplars.

        Parameters
        ----------
        new : Levels
            What the generator decodes from the sound's code.
        exemplars : tuple
            Numbers and shares. Several residuals keep their strength together, as the power of
            noises does in a cross-fade.

        Raises
        ------
        ControlError
            If there is no such exemplar.
        ExemplarError
            If a residual is damaged.
        """
        spec = self.bank.spec
        known = [self._recording(number) for number, _ in exemplars]
        if len(known) == 1:
            return follow(known[0].recording, known[0].base, new, spec).limited(spec)
        shares = np.array([share for _, share in exemplars], np.float32)
        heard = [each.recording.minus(each.base) for each in known]
        residual = mixed(heard, shares / np.linalg.norm(shares))
        ends = [each.recording for each in known]
        levels = under(new.plus(residual), (*ends, new))
        return no_louder(levels, ends, spec).limited(spec)

    def _recording(self, number: int) -> "_Known":
        """Return an exemplar's levels."""
        with self._lock:
            if number in self._kept:
                self._kept.move_to_end(number)
                return self._kept[number]
        residual, code = self.bank.residual(number), self.bank.code(number)
        index = self._categories.index(self.bank.exemplars[number].category)
        base = decoded(self._decode, code[None], [index])[0]
        found = _Known(base, base.plus(residual).limited(self.bank.spec))
        with self._lock:
            self._kept[number] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found

    def credits(self, exemplars: Exemplars) -> list[dict[str, str]]:
        """Return whose recordings they are, as a sound's recipe tells it."""
        return [self.bank.exemplars[number].credit() for number, _ in exemplars]
