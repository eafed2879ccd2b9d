"""The clients that are known, what waits of each, and who makes room for a new one. Pure."""

from collections import Counter, OrderedDict, deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Generic, TypeVar

from neural_drum_machine.server.fairness import Party
from neural_drum_machine.server.recent_sounds import RecentSounds

MAX_CLIENTS: Final = 256
MAX_CLIENTS_OF_PARTY: Final = 32
"""A party with more clients makes room before others do."""

T = TypeVar("T")


class Lane(Enum):
    """How a request waits."""

    AT_ONCE = "at once"
    """Not at all: it is answered when it arrives, also while a sound is rendered."""

    NEWEST = "newest wins"
    """Alone: it takes the place of an older one of its client that still waits."""

    IN_TURN = "in turn"
    """In its client's line, of at most ``MAX_WAITING`` requests."""

    SEARCH = "search"
    """In its client's line. It takes about a second, as an encoding does, so another worker handles
    it."""

    MEASURE = "measure"
    """In its client's line. It takes as long as a few sounds, as taking in a file does. Another
    worker handles it, so that it waits for no search."""

    LIBRARY = "library"
    """In a line of its client for such requests alone, of at most ``MAX_WAITING``. A worker of its
    own handles it, for it may wait for a disk."""

    FILES = "files"
    """In a line of its client for such requests alone. It may take minutes: a worker of its own
    handles it, and it can be cancelled."""

    BACKGROUND = "background"
    """Beside all lines, for the worker that measures. It is handled in parts."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A request that waits.

    Attributes
    ----------
    id : int
        The request's id, for errors.
    lane : Lane
        How it waits; not ``AT_ONCE``.
    item : object
        Whatever the engine needs to handle it.
    """

    id: int
    lane: Lane
    item: T


@dataclass(eq=False, slots=True)
class Client(Generic[T]):
    """A client, as long as the queue knows it.

    Attributes
    ----------
    number : int
        From 0 to ``MAX_CLIENTS`` − 1, unique among the clients; names the client's folder.
    party : Party
        Who sent its last request.
    recent : RecentSounds
        The sounds that its requests may name.
    newest : Entry, optional
        Its request in lane ``NEWEST`` that waits.
    line : deque
        Its other requests that wait.
    busy : bool
        Whether a request of its line is being handled.
    questions : deque
        Its requests about the library that wait.
    asking : bool
        Whether one of these is being handled.
    files : deque
        Its requests for files that wait.
    making : bool
        Whether one of these is being handled.
    turn : int
        Number of its last turn.
    """

    number: int
    party: Party
    recent: RecentSounds = field(default_factory=RecentSounds)
    newest: Entry[T] | None = None
    line: deque[Entry[T]] = field(default_factory=deque)
    busy: bool = False
    questions: deque[Entry[T]] = field(default_factory=deque)
    asking: bool = False
    files: deque[Entry[T]] = field(default_factory=deque)
    making: bool = False
    turn: int = 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing of it waits or is being handled."""
        return not (self.entries() or self.is_served)

    @property
    def is_served(self) -> bool:
        """Whether a request of a line is being handled."""
        return self.busy or self.asking or self.making

    def head(self, lane: Lane) -> Entry[T] | None:
        """Return the request that could be handled now, if it is of a lane."""
        if lane is Lane.NEWEST:
            return self.newest
        if lane is Lane.LIBRARY:
            return self.questions[0] if self.questions and not self.asking else None
        if lane is Lane.FILES:
            return self.files[0] if self.files and not self.making else None
        ready = self.line[0] if self.line and not self.busy else None
        return ready if ready and ready.lane is lane else None

    def line_of(self, lane: Lane) -> deque[Entry[T]]:
        """Return the line in which requests of a lane wait; that of others is :attr:`newest`."""
        return {Lane.LIBRARY: self.questions, Lane.FILES: self.files}.get(lane, self.line)

    def entries(self) -> list[Entry[T]]:
        """Return all requests that wait."""
        newest = [self.newest] if self.newest else []
        return [*self.line, *self.questions, *self.files, *newest]

    def drop(self, entry: Entry[T]) -> None:
        """Let a request wait no longer."""
        if self.newest is entry:
            self.newest = None
        else:
            self.line_of(entry.lane).remove(entry)


class Clients(Generic[T]):
    """All clients, at most ``MAX_CLIENTS``, in the order of use; the least recent one first."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, Client[T]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many are known."""
        return len(self._known)

    def __iter__(self) -> Iterator[Client[T]]:
        """Iterate over the clients."""
        return iter(self._known.values())

    def find(self, key: Hashable, party: Party) -> tuple[Client[T], list[Entry[T]]] | None:
        """Return a client, a new one if it is not known, and what waited of whom it replaces.

        None if all places are taken by clients that wait or are served, and that were here before
        the crowd.
        """
        dropped: list[Entry[T]] = []
        if key not in self._known:
            if len(self._known) < MAX_CLIENTS:
                taken = {client.number for client in self._known.values()}
                number = min(set(range(MAX_CLIENTS)) - taken)
            else:
                leaving = self._who_makes_room()
                if leaving is None:
                    return None
                left = self._known.pop(leaving)
                number, dropped = left.number, left.entries()
            self._known[key] = Client(number, party)
        client = self._known[key]
        client.party = party
        self._known.move_to_end(key)
        return client, dropped

    def get(self, key: Hashable) -> Client[T] | None:
        """Return a client, if it is known."""
        return self._known.get(key)

    def forget(self, key: Hashable) -> None:
        """Forget a client and what waits of it."""
        self._known.pop(key, None)

    def _who_makes_room(self) -> Hashable | None:
        """Return an idle client, else the one that waits and whose party asks most."""
        sizes = Counter(client.party for client in self)
        # Somebody who has used the server for long is not forgotten for passers-by.
        idle = [
            (sizes[c.party] <= MAX_CLIENTS_OF_PARTY, c.party.established, len(c.recent) > 1, n, key)
            for n, (key, c) in enumerate(self._known.items())
            if c.is_idle
        ]
        if idle:
            return min(idle, key=lambda each: each[:4])[4]
        waiting = [
            (sizes[c.party] > MAX_CLIENTS_OF_PARTY, c.party.weight, n, key)
            for n, (key, c) in enumerate(self._known.items())
            if not (c.is_served or c.party.established)
        ]
        return max(waiting, key=lambda each: each[:3])[3] if waiting else None
