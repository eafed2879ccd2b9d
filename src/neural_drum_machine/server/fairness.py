"""Whose turn it is among those who wait, and who was here before a crowd came.

Up to ``ROUND`` take turns. In a crowd that would be too slow for everybody: with two hundred
draggers, each one's turn would come every few seconds. So in a crowd every other turn goes to those
who were here before it, one after another. The turns between go to who came last, who asks least,
and who has waited longest.

Pure: no threads, no sockets. Time comes from a clock that is passed in.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from itertools import count
from typing import Final

ROUND: Final = 8
"""So many simply take turns; more of them are a crowd."""
CROWD: Final = 32
"""More than so many are a large crowd: their messages cannot even be read."""
ACTIVE_SECONDS: Final = 1.0
"""Who has asked within this time counts when a crowd is looked for."""
ESTABLISHED_SECONDS: Final = 2.0
"""Who came so long before the crowd was here before it."""
AWAY_SECONDS: Final = 60.0
"""Who has not asked for so long when a crowd comes counts as gone."""
CROWD_ENDS_SECONDS: Final = 30.0
"""A crowd has ended when there was none for so long."""
MAX_PARTIES: Final = 1024
"""Parties that are remembered."""
_WATCH_SECONDS: Final = 0.25


@dataclass(eq=False, slots=True)
class Party:
    """Somebody who asks: a sender, whatever number of clients it speaks for.

    Attributes
    ----------
    key : hashable
        Identifies it.
    came, seen : float
        The clock's seconds at its first and at its last message.
    weight : float
        Its messages until `seen`. After a second, a message counts half.
    turn : int
        Number of its last turn; 0 if it had none.
    established : bool
        Whether it was here before the crowd that is here now.
    """

    key: Hashable
    came: float
    seen: float
    weight: float = 0.0
    turn: int = 0
    established: bool = False

    def weight_at(self, now: float) -> float:
        """Return its weight at a time that is not before `seen`."""
        return float(self.weight * 0.5 ** (now - self.seen))


class Fairness:
    """All parties, and the order of their turns.

    Parameters
    ----------
    clock : callable
        Seconds, as :func:`time.monotonic`.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._parties: OrderedDict[Hashable, Party] = OrderedDict()
        """In the order of their last messages."""
        self._turns = count(1)
        self._crowded_turns = 0
        self._watched = clock()
        self._crowd_seen: float | None = None
        self._large_seen: float | None = None

    @property
    def is_large(self) -> bool:
        """Whether there is a large crowd, or was one within ``CROWD_ENDS_SECONDS``."""
        return (
            self._large_seen is not None and self._clock() - self._large_seen <= CROWD_ENDS_SECONDS
        )

    def see(self, key: Hashable) -> Party:
        """Count a message, and return who it is from."""
        now = self._clock()
        party = self._parties.get(key)
        if party is None:
            party = self._parties[key] = Party(key, now, now)
            if len(self._parties) > MAX_PARTIES:
                known = self._parties.items()
                del self._parties[next(k for k, p in known if not p.established)]
        else:
            self._parties.move_to_end(key)
        party.weight = party.weight_at(now) + 1
        party.seen = now
        if now - self._watched >= _WATCH_SECONDS:
            self._watched = now
            self._watch(now)
        return party

    def forget(self, key: Hashable) -> None:
        """Forget a party that is gone."""
        self._parties.pop(key, None)

    def _watch(self, now: float) -> None:
        """Notice the beginning and the end of a crowd."""
        active = 0
        for party in reversed(self._parties.values()):
            if now - party.seen > ACTIVE_SECONDS or active > CROWD:
                break
            active += 1
        if active > CROWD:
            self._large_seen = now
        if active > ROUND:
            if self._crowd_seen is None:
                for party in self._parties.values():
                    party.established = (
                        now - party.came >= ESTABLISHED_SECONDS and now - party.seen <= AWAY_SECONDS
                    )
            self._crowd_seen = now
        elif self._crowd_seen is not None and now - self._crowd_seen >= CROWD_ENDS_SECONDS:
            self._crowd_seen = None
            for party in self._parties.values():
                party.established = False

    def choose(self, waiting: Collection[Party]) -> Party:
        """Return whose turn it is, and count the turn.

        Parameters
        ----------
        waiting : collection of Party
            At least one.
        """
        chosen = self._next(waiting) if len(waiting) <= ROUND else self._next_in_crowd(waiting)
        chosen.turn = next(self._turns)
        return chosen

    @staticmethod
    def _next(waiting: Collection[Party]) -> Party:
        return min(waiting, key=lambda party: party.turn)

    def _next_in_crowd(self, waiting: Collection[Party]) -> Party:
        established = [party for party in waiting if party.established]
        others = [party for party in waiting if not party.established]
        self._crowded_turns += 1
        if established and (self._crowded_turns % 2 or not others):
            return self._next(established)
        match self._crowded_turns // 2 % 3:
            case 0:
                return max(others, key=lambda party: party.came)
            case 1:
                now = self._clock()
                return min(others, key=lambda party: (party.weight_at(now), party.turn))
        return self._next(others)
