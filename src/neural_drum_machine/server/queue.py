"""Which request is handled next: newest wins, everybody gets turns, everything is bounded.

Pure: no threads, no sounds. The engine guards the queue with a lock.
"""

import time
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from neural_drum_machine.server.clients import Client, Clients, Entry, Lane
from neural_drum_machine.server.fairness import Fairness, Party
from neural_drum_machine.server.protocol import MAX_WAITING, ErrorCode, ProtocolError

MAX_WAITING_SEARCHES: Final = 8
"""Requests of lane ``SEARCH`` of all clients together that may wait: each takes about a second. As
many of lane ``MEASURE``, each of which may hold a file."""
MAX_SEARCHES_OF_PARTY: Final = 4
"""Such requests of one party that may wait in either lane."""
_SEARCHES: Final = (Lane.SEARCH, Lane.MEASURE)
MAX_WAITING_FILES: Final = 2
"""Requests of one client for files that may wait: each may take minutes."""
MAX_WAITING_FILES_OF_ALL: Final = 16
"""Such requests of all clients together: each may hold a megabyte."""
MAX_WAITING_BACKGROUND: Final = 64
"""Background requests of all clients together that may wait."""

T = TypeVar("T")


Dropped = tuple[Entry[T], ProtocolError | None]
"""A request that will not be handled, and why not; None if a newer one of its client has won."""


@dataclass(frozen=True, slots=True)
class Turn(Generic[T]):
    """An entry to handle now, and its client (None for a background entry)."""

    entry: Entry[T]
    client: Client[T] | None


class RequestQueue(Generic[T]):
    """The requests that wait, and the clients that they are from.

    Parameters
    ----------
    clock : callable
        Seconds, as :func:`time.monotonic`.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clients: Clients[T] = Clients()
        self._background: list[Entry[T]] = []
        self._fairness = Fairness(clock)
        self._last: dict[Lane, Lane] = {}
        self._turns = 0
        self.closed = False

    @property
    def clients(self) -> int:
        """Number of clients that are known."""
        return len(self._clients)

    @property
    def waiting(self) -> int:
        """Number of requests of all clients that wait, but for background requests."""
        return sum(len(client.entries()) for client in self._clients)

    def add(
        self, key: Hashable, entry: Entry[T], sender: Hashable | None = None
    ) -> list[Dropped[T]]:
        """Let a request wait.

        Parameters
        ----------
        key : hashable
            Identifies the client.
        entry : Entry
            The request.
        sender : hashable, optional
            Who has sent it, if that is not the client itself. Turns go to senders: one that
            speaks for many clients has no more of them.

        Returns
        -------
        list of (Entry, ProtocolError or None)
            The requests that it takes the places of: they will not be handled.

        Raises
        ------
        ProtocolError
            ``busy`` if a limit is reached, ``closing`` if the queue is closed.
        """
        if self.closed:
            raise closing(entry)
        if entry.lane is Lane.BACKGROUND:
            if len(self._background) >= MAX_WAITING_BACKGROUND:
                raise busy(entry, f"{MAX_WAITING_BACKGROUND} map requests wait already; ask later")
            self._background.append(entry)
            return []
        party = self._fairness.see(key if sender is None else sender)
        gives_way = self._search_to_drop(party, entry) if entry.lane in _SEARCHES else None
        found = self._clients.find(key, party)
        if found is None:
            raise busy(entry, "too many others wait for sounds; ask again later")
        client, left = found
        crowded = "too many clients ask for sounds; ask again later"
        dropped: list[Dropped[T]] = [(each, busy(each, crowded)) for each in left]
        if gives_way is not None and gives_way[1] in gives_way[0].line:
            gives_way[0].line.remove(gives_way[1])
            sentence = "others ask for what takes long, too; ask again later"
            dropped.append((gives_way[1], busy(gives_way[1], sentence)))
        if entry.lane is Lane.NEWEST:
            if client.newest is not None:
                dropped.append((client.newest, None))
            client.newest = entry
            return dropped
        line = client.line_of(entry.lane)
        of_lane = sum(each.lane is entry.lane for each in line)
        most = MAX_WAITING_FILES if entry.lane is Lane.FILES else MAX_WAITING
        if entry.lane not in _SEARCHES and of_lane >= most:
            raise busy(
                entry,
                f"{of_lane} requests of this client wait already; ask again when one has been "
                "answered",
            )
        if entry.lane is Lane.FILES:
            of_all = sum(len(each.files) for each in self._clients)
            if of_all >= MAX_WAITING_FILES_OF_ALL:
                raise busy(entry, f"{of_all} loops and exports wait already; ask again later")
        line.append(entry)
        return dropped

    def withdraw(self, key: Hashable, number: int) -> list[Entry[T]]:
        """Let a client's requests of an id wait no longer, and return them.

        Background requests stay: they belong to nobody.
        """
        client = self._clients.get(key)
        found = [each for each in client.entries() if each.id == number] if client else []
        for each in found:
            assert client is not None
            client.drop(each)
        return found

    def _search_to_drop(self, party: Party, entry: Entry[T]) -> tuple[Client[T], Entry[T]] | None:
        """Return a search of the party that has most of them if too many wait."""
        waiting = [(c, e) for c in self._clients for e in c.line if e.lane is entry.lane]
        counts = Counter(client.party for client, _ in waiting)
        is_full = len(waiting) >= MAX_WAITING_SEARCHES
        largest, most = counts.most_common(1)[0] if counts else (party, 0)
        too_many = counts[party] if counts[party] >= MAX_SEARCHES_OF_PARTY else 0
        if is_full and most <= counts[party] + 1:
            too_many = len(waiting)
        if too_many:
            each = ", a second each" if entry.lane is Lane.SEARCH else ""
            raise busy(
                entry,
                f"{too_many} such requests wait already{each}; ask again when one has been "
                "answered",
            )
        return next(each for each in waiting[::-1] if each[0].party is largest) if is_full else None

    def next(self) -> Turn[T] | None:
        """Return the next entry for the worker that makes sounds, or None if nothing waits.

        Between any two other requests, one of lane ``NEWEST`` is handled if one waits. Within a
        lane, :class:`~neural_drum_machine.server.fairness.Fairness` decides. Call :meth:`finish`
        afterwards.
        """
        return self._alternate(Lane.NEWEST, Lane.IN_TURN)

    def next_long(self) -> Turn[T] | None:
        """Return the next entry for the worker of what takes long, or None if nothing waits.

        Call :meth:`finish` afterwards.
        """
        return self._take(Lane.SEARCH)

    def next_measure(self) -> Turn[T] | None:
        """Return the next entry for the worker that measures, or None if nothing waits.

        Measures and background requests alternate. The newest background request comes first: that
        is what somebody looks at now. Call :meth:`finish` or :meth:`put_back` afterwards.
        """
        return self._alternate(Lane.MEASURE, Lane.BACKGROUND)

    def next_question(self) -> Turn[T] | None:
        """Return the next entry for the worker that asks the library, or None if nothing waits.

        Call :meth:`finish` afterwards.
        """
        return self._take(Lane.LIBRARY)

    def next_file(self) -> Turn[T] | None:
        """Return the next entry for the worker that makes files, or None if nothing waits.

        Call :meth:`finish` afterwards.
        """
        return self._take(Lane.FILES)

    def _alternate(self, first: Lane, second: Lane) -> Turn[T] | None:
        lanes = (second, first) if self._last.get(first) is first else (first, second)
        for lane in lanes:
            turn = self._take(lane)
            if turn is not None:
                self._last[first] = lane
                return turn
        return None

    def _take(self, lane: Lane) -> Turn[T] | None:
        if lane is Lane.BACKGROUND:
            return Turn(self._background.pop(), None) if self._background else None
        waiting = [each for each in self._clients if each.head(lane)]
        if not waiting:
            return None
        party = self._fairness.choose({each.party: None for each in waiting})
        client = min((c for c in waiting if c.party is party), key=lambda c: c.turn)
        self._turns += 1
        client.turn = self._turns
        if lane is Lane.NEWEST:
            entry, client.newest = client.newest, None
        elif lane is Lane.LIBRARY:
            entry, client.asking = client.questions.popleft(), True
        elif lane is Lane.FILES:
            entry, client.making = client.files.popleft(), True
        else:
            entry, client.busy = client.line.popleft(), True
        assert entry is not None
        return Turn(entry, client)

    def finish(self, turn: Turn[T]) -> None:
        """Let the next request of the same line have its turn."""
        if turn.client is None:
            return
        if turn.entry.lane is Lane.LIBRARY:
            turn.client.asking = False
        elif turn.entry.lane is Lane.FILES:
            turn.client.making = False
        elif turn.entry.lane is not Lane.NEWEST:
            turn.client.busy = False

    def put_back(self, turn: Turn[T]) -> bool:
        """Let a background entry go on later; return False if the queue is closed."""
        if not self.closed:
            self._background.append(turn.entry)
        return not self.closed

    def client(self, key: Hashable) -> Client[T] | None:
        """Return a client, if it is known."""
        return self._clients.get(key)

    def leave(self, key: Hashable) -> None:
        """Forget a client and its requests."""
        self._clients.forget(key)
        self._fairness.forget(key)

    def close(self) -> list[Entry[T]]:
        """Accept nothing more, and return all entries that waited."""
        self.closed = True
        left = [entry for client in self._clients for entry in client.entries()]
        left += self._background
        for client in self._clients:
            client.newest = None
            client.line.clear()
            client.questions.clear()
            client.files.clear()
        self._background.clear()
        return left


def closing(entry: Entry[T]) -> ProtocolError:
    """Return the answer to an entry that a closed queue does not handle any more."""
    return ProtocolError(ErrorCode.CLOSING, "the server is being closed", entry.id)


def busy(entry: Entry[T], sentence: str) -> ProtocolError:
    """Return the answer to an entry for which there is no room."""
    return ProtocolError(ErrorCode.BUSY, sentence, entry.id)
