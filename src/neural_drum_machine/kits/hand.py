"""A hand that strikes a drum again and again: no two hits are equal, and each follows the last.

Each hit is a small move of its own in latent space, and mostly a take of its own. The moves are a
first-order autoregressive process, so that successive hits are nearer to each other than hits far
apart. A softer stroke varies more. Where a stroke is harder than the last, the move leans along
the category's first axis, as the stick lands elsewhere.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.detail.noise import TAKES
from neural_drum_machine.errors import KitError
from neural_drum_machine.kits.levels import sound_loudness
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.sound import Sound
from neural_drum_machine.values import check_number
from neural_drum_machine.wishes.velocity import LOUDEST, SOFTEST, level_db, softness

MOST: Final = 2.0
SIZES: Final = {
    "kick": 0.1,
    "clap": 1.3,
    "snare": 0.4,
    "open_hihat": 1.8,
    "closed_hihat": 1.05,
    "tambourine": 1.1,
    "conga": 0.2,
    "bongo": 0.85,
    "shaker": 0.6,
    "snap": 0.4,
    "tom": 0.7,
}
"""Standard deviation of a move at amount 1, in standard deviations of the category's codes. With
them, successive hits differ as those of recorded round robins do; ``benchmarks/humanise.py``
measures it. Of congas, shakers and snaps there are too few round robins: their sizes are our
choice."""
OF_ONE_NOISE: Final = frozenset({"tom"})
"""Categories whose hits share their noise. Another take alone would make them differ more than the
hits of a recorded drum do."""
MOST_OVER: Final = 2.0
"""Times full scale: 6 dB."""
MEMORY: Final = 0.6
"""How much of a move is left in the next hit."""
_KNOTS: Final = 14
"""Between the velocities at which a drum's loudness is measured: 15, 29, 43 … 127."""
_SOFTER: Final = 0.5
"""By how much more the softest stroke varies."""
_LEAN: Final = 0.3
"""The lean of a stroke that is harder by the whole range, in standard deviations."""


@dataclass(frozen=True, slots=True)
class Move:
    """What makes a hit its own.

    Attributes
    ----------
    step : numpy.ndarray
        Shape ``(latent_dim,)``, added to the code.
    take : int
        The take.
    """

    step: FloatArray
    take: int


class Hand:
    """The moves of one drum's hits, in their order.

    Parameters
    ----------
    machine : DrumMachine
        The sound's model.
    sound : Sound
        The drum.
    seed : int
        Another seed gives other hits.
    amount : float
        0 (every hit is the drum itself) to 2; 1 is as recorded drums differ.

    Raises
    ------
    KitError
        If the amount is out of range.
    """

    def __init__(self, machine: DrumMachine, sound: Sound, seed: int, amount: float = 1.0) -> None:
        self.machine, self.sound, self.amount = machine, sound, check_amount(amount)
        self._random = np.random.RandomState(seed)
        index = machine.index(sound.category)
        self._index = index
        self._axis = machine.controls.deviations(index)[0]
        self._move = np.zeros(len(sound.code), np.float32)
        self._takes: list[int] = []
        self._velocity: int | None = None
        self._loudness: dict[int, float] = {}

    def move(self, velocity: int = LOUDEST) -> Move:
        """Return the move of the next hit.

        Parameters
        ----------
        velocity : int
            How hard it is struck, 1 to 127.
        """
        before = velocity if self._velocity is None else self._velocity
        self._velocity = velocity
        seed = int(self._random.randint(0, 2**31))
        if self.amount == 0:
            return Move(np.zeros_like(self._move), self.sound.take)
        fresh = self.machine.controls.prior.deviation(self._index, seed)
        size = SIZES[self.sound.category] * (1 + _SOFTER * softness(velocity))
        scale = np.float32(size * np.sqrt(1 - MEMORY**2))
        lean = np.float32(_LEAN * (velocity - before) / (LOUDEST - 1))
        self._move = np.float32(MEMORY) * self._move + scale * fresh + lean * self._axis
        return Move(np.float32(self.amount) * self._move, self._next_take())

    def _next_take(self) -> int:
        """Return a take: each once before any comes again, and never one twice in a row."""
        if self.sound.category in OF_ONE_NOISE:
            return self.sound.take
        if not self._takes:
            self._takes = self._random.permutation(TAKES).tolist()
        return self._takes.pop()

    def hit(self, move: Move, velocity: int = LOUDEST) -> Sound:
        """Return the sound of a hit, as loud as the drum itself is at that velocity."""
        if not move.step.any() and move.take == self.sound.take:
            return self.machine.softer(self.sound, velocity)
        code = self.sound.code + move.step
        hit = self.machine.rendered_again(self.sound, code=code, take=move.take, velocity=velocity)
        return replace(hit, samples=_as_loud(hit, self._loudness_at(velocity)))

    def _loudness_at(self, velocity: int) -> float:
        """Return how loud the drum itself is at a velocity, in LUFS.

        Beside the law of levels, loudness changes little with velocity, and evenly. So it is
        measured at some velocities only: a beat has a stroke of nearly each.
        """
        if velocity in self._loudness:
            return self._loudness[velocity]
        # Softer strokes than the first of them are gated: their own loudness says nothing.
        at = max(velocity, SOFTEST + _KNOTS)
        low = SOFTEST + (at - SOFTEST) // _KNOTS * _KNOTS
        share = (at - low) / _KNOTS
        ends = [(each, part) for each, part in ((low, 1 - share), (low + _KNOTS, share)) if part]
        beside = 0.0
        for each, part in ends:
            if each not in self._loudness:
                plain = self.machine.softer(self.sound, each)
                self._loudness[each] = sound_loudness(plain)
            beside += part * (self._loudness[each] - level_db(each))
        return beside + level_db(velocity)

    def strokes(self, velocity: int, count: int) -> list[Sound]:
        """Return equally loud strokes of one strength: the drum itself, then hits.

        Parameters
        ----------
        velocity : int
            1 to 127.
        count : int
            How many, at least 1.
        """
        plain = self.machine.softer(self.sound, velocity)
        self._loudness[velocity] = sound_loudness(plain)
        return [plain, *(self.hit(self.move(velocity), velocity) for _ in range(count - 1))]


def check_amount(amount: float) -> float:
    """Return an amount that was checked.

    Raises
    ------
    KitError
        If it lies outside 0 to 2.
    """
    check_number(KitError, "a hand", "amount", amount, 0, MOST)
    return float(amount)


def _as_loud(sound: Sound, reference: float) -> FloatArray:
    """Return the samples of a hit, as loud as a loudness in LUFS.

    Peaks may pass full scale, by :data:`MOST_OVER` at most: a mix has room for them, and an export
    brings the level down beside the samples.
    """
    own, peak = sound_loudness(sound), float(np.abs(sound.samples).max(initial=0.0))
    if not np.isfinite(own) or not np.isfinite(reference):
        return sound.samples
    out: FloatArray = sound.samples * np.float32(
        min(10 ** ((reference - own) / 20), MOST_OVER / peak)
    )
    return out
