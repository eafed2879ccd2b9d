"""Which request is handled next: newest wins, clients take turns, everything is bounded.

Pure: no threads, no clocks, no sounds. The engine guards the queue with a lock.
"""

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Generic, TypeVar

from neural_drum_machine.server.protocol import MAX_WAITING, ErrorCode, ProtocolError
from neural_drum_machine.server.recent_sounds import RecentSounds

MAX_CLIENTS: Final = 32
MAX_WAITING_SEARCHES: Final = 4
"""Encodings of all clients together that may wait: each takes about a second."""
MAX_WAITING_BACKGROUND: Final = 64
"""Background requests of all clients together that may wait."""

T = TypeVar("T")


class Lane(Enum):
    """How a request waits."""

    AT_ONCE = "at once"
    """Not at all: it is answered when it arrives, also while a sound is rendered."""

    IN_TURN = "in turn"
    """In its client's line, of at most ``MAX_WAITING`` requests."""

    NEWEST = "newest wins"
    """In its client's line, where it takes the place of an older one that still waits."""

    SEARCH = "search"
    """In its client's line; at most ``MAX_WAITING_SEARCHES`` of all clients together."""

    BACKGROUND = "background"
    """Until no client's line holds a request."""


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
    recent : RecentSounds
        The sounds that its requests may name.
    line : deque
        Its requests that wait.
    busy : bool
        Whether one of its requests is being handled.
    """

    number: int
    recent: RecentSounds = field(default_factory=RecentSounds)
    line: deque[Entry[T]] = field(default_factory=deque)
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Turn(Generic[T]):
    """An entry to handle now, and its client (None for a background entry)."""

    entry: Entry[T]
    client: Client[T] | None


class RequestQueue(Generic[T]):
    """The requests that wait, and the clients that they are from."""

    def __init__(self) -> None:
        # In the order of use, least recent first.
        self._clients: OrderedDict[Hashable, Client[T]] = OrderedDict()
        self._turns: deque[Client[T]] = deque()
        self._background: list[Entry[T]] = []
        self.closed = False

    @property
    def clients(self) -> int:
        """Number of clients that are known."""
        return len(self._clients)

    @property
    def waiting(self) -> int:
        """Number of requests in all clients' lines."""
        return sum(len(client.line) for client in self._clients.values())

    def add(self, key: Hashable, entry: Entry[T]) -> Entry[T] | None:
        """Let a request wait.

        Parameters
        ----------
        key : hashable
            Identifies the client.
        entry : Entry
            The request.

        Returns
        -------
        Entry or None
            The older request whose place it took, if newest wins: that one will not be handled.

        Raises
        ------
        ProtocolError
            ``busy`` if a limit is reached, ``closing`` if the queue is closed.
        """
        if self.closed:
            raise closing(entry)
        if entry.lane is Lane.BACKGROUND:
            if len(self._background) >= MAX_WAITING_BACKGROUND:
                raise _busy(entry, f"{MAX_WAITING_BACKGROUND} map requests wait already; ask later")
            self._background.append(entry)
            return None
        client = self._client(key, entry)
        if entry.lane is Lane.NEWEST:
            overtaken = self._overtake(client, entry)
            if overtaken is not None:
                return overtaken
        else:
            self._check_room(client, entry)
        client.line.append(entry)
        if not client.busy and len(client.line) == 1:
            self._turns.append(client)
        return None

    @staticmethod
    def _overtake(client: Client[T], entry: Entry[T]) -> Entry[T] | None:
        """Put an entry in the place of the client's older one of its lane, if one waits."""
        # Not at the end: a drag neither starves the client's other requests nor waits for ever.
        for place, older in enumerate(client.line):
            if older.lane is Lane.NEWEST:
                client.line[place] = entry
                return older
        return None

    def _check_room(self, client: Client[T], entry: Entry[T]) -> None:
        if entry.lane is Lane.SEARCH:
            searches = sum(
                each.lane is Lane.SEARCH for other in self._clients.values() for each in other.line
            )
            if searches >= MAX_WAITING_SEARCHES:
                raise _busy(
                    entry,
                    f"{MAX_WAITING_SEARCHES} sounds wait already to be encoded, a second each; ask "
                    "again when one has been answered",
                )
        elif sum(each.lane is not Lane.NEWEST for each in client.line) >= MAX_WAITING:
            raise _busy(
                entry,
                f"{MAX_WAITING} requests of this client wait already; ask again when one has been "
                "answered",
            )

    def _client(self, key: Hashable, entry: Entry[T]) -> Client[T]:
        """Return a known client, or take in a new one in the place of the longest idle one."""
        if key in self._clients:
            self._clients.move_to_end(key)
            return self._clients[key]
        if len(self._clients) < MAX_CLIENTS:
            taken = {client.number for client in self._clients.values()}
            number = min(set(range(MAX_CLIENTS)) - taken)
        else:
            idle = (k for k, c in self._clients.items() if not c.line and not c.busy)
            longest_idle = next(idle, None)
            if longest_idle is None:
                raise _busy(entry, f"{MAX_CLIENTS} other clients wait for sounds; ask again later")
            number = self._clients.pop(longest_idle).number
        client = self._clients[key] = Client(number)
        return client

    def next(self) -> Turn[T] | None:
        """Return the next entry to handle, or None if nothing waits.

        Clients take turns. Background entries come when no client waits, the newest one first:
        that is what somebody looks at now. Call :meth:`finish` or :meth:`put_back` afterwards.
        """
        if self._turns:
            client = self._turns.popleft()
            client.busy = True
            return Turn(client.line.popleft(), client)
        if self._background:
            return Turn(self._background.pop(), None)
        return None

    def finish(self, turn: Turn[T]) -> None:
        """Let the client of a handled request have another turn, behind all that wait."""
        if turn.client is not None:
            turn.client.busy = False
            if turn.client.line:
                self._turns.append(turn.client)

    def put_back(self, turn: Turn[T]) -> bool:
        """Let a background entry go on later; return False if the queue is closed."""
        if not self.closed:
            self._background.append(turn.entry)
        return not self.closed

    def leave(self, key: Hashable) -> None:
        """Forget a client and its requests."""
        client = self._clients.pop(key, None)
        if client is not None:
            client.line.clear()
            if client in self._turns:
                self._turns.remove(client)

    def close(self) -> list[Entry[T]]:
        """Accept nothing more, and return all entries that waited."""
        self.closed = True
        left = [entry for client in self._clients.values() for entry in client.line]
        left += self._background
        for client in self._clients.values():
            client.line.clear()
        self._turns.clear()
        self._background.clear()
        return left


def closing(entry: Entry[T]) -> ProtocolError:
    """Return the answer to an entry that a closed queue does not handle any more."""
    return ProtocolError(ErrorCode.CLOSING, "the server is being closed", entry.id)


def _busy(entry: Entry[T], sentence: str) -> ProtocolError:
    return ProtocolError(ErrorCode.BUSY, sentence, entry.id)
