"""Datagrams that have come and are not handled yet: every sender gets its turns.

The system keeps few datagrams for us, so they are fetched as fast as they come, and lie here. In a
crowd there are more of them than can be read. Then every other turn goes to those who were here
before the crowd, and of each sender only the newest few are kept: UDP may lose any message.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from neural_drum_machine.server.fairness import ROUND, Fairness, Party

MAX_BYTES: Final = 8 * 2**20
"""Size of all datagrams that lie here, with ``OVERHEAD`` for each."""
OVERHEAD: Final = 256
KEPT_IN_CROWD: Final = 4
"""Datagrams of each sender that are kept if more than ``ROUND`` senders have some."""

S = TypeVar("S", bound=Hashable)
M = TypeVar("M")


@dataclass(slots=True)
class _Line(Generic[M]):
    """What lies here of one sender."""

    datagrams: deque[tuple[float, bytes]] = field(default_factory=deque)
    messages: deque[tuple[float, M]] = field(default_factory=deque)
    """Those of the datagram that was opened last."""


class Inbox(Generic[S, M]):
    """Gathers datagrams, and hands out their messages one at a time.

    Parameters
    ----------
    open : callable
        Takes a sender and a datagram; returns its messages in order.
    clock : callable
        Seconds, as :func:`time.monotonic`.
    """

    def __init__(
        self,
        open: Callable[[S, bytes], Iterable[M]],  # noqa: A002
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open = open
        self.fairness = Fairness(clock)
        # In the order of turns: those who were here before the crowd, and the others.
        self._lines: dict[bool, OrderedDict[S, _Line[M]]] = {
            True: OrderedDict(),
            False: OrderedDict(),
        }
        self._turn = False
        self.size = 0
        """Bytes, as ``MAX_BYTES`` counts them."""

    def __bool__(self) -> bool:
        """Return whether anything lies here."""
        return any(self._lines.values())

    @property
    def senders(self) -> int:
        """Number of senders of which something lies here."""
        return sum(map(len, self._lines.values()))

    def put(self, sender: S, data: bytes, received: float) -> Party:
        """Add a datagram, and return who sent it; older ones may be dropped for it.

        Parameters
        ----------
        sender : hashable
            Who sent it.
        data : bytes
            The datagram.
        received : float
            When it came; handed back with its messages.
        """
        party = self.fairness.see(sender)
        here = self._lines[party.established]
        line = here.get(sender)
        if line is None:
            other = self._lines[here is self._lines[False]]
            line = here[sender] = other.pop(sender) if sender in other else _Line()
        line.datagrams.append((received, data))
        self.size += len(data) + OVERHEAD
        if self.senders > ROUND:
            while len(line.datagrams) > KEPT_IN_CROWD:
                self._drop(line)
        while self.size > MAX_BYTES:
            lines = (each for lines in self._lines.values() for each in lines.values())
            self._drop(max(lines, key=lambda each: len(each.datagrams)))
        return party

    def _drop(self, line: _Line[M]) -> bytes:
        _, data = line.datagrams.popleft()
        self.size -= len(data) + OVERHEAD
        return data

    def take(self) -> tuple[S, float, M] | None:
        """Return the next message, its sender and when it came; None if nothing lies here."""
        while self:
            self._turn = not self._turn
            lines = self._lines[self._turn] or self._lines[not self._turn]
            sender, line = lines.popitem(last=False)
            if not line.messages and line.datagrams:
                received = line.datagrams[0][0]
                opened = self._open(sender, self._drop(line))
                line.messages.extend((received, each) for each in opened)
            taken = line.messages.popleft() if line.messages else None
            if line.messages or line.datagrams:
                lines[sender] = line
            if taken is not None:
                return sender, *taken
        return None
