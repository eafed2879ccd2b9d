"""Sockets for single senders, so that each has its own room in the system's memory.

The system keeps what has come and is not fetched yet. All senders share one socket's room, so a
large crowd would fill it, and nobody else would be heard. A socket that is connected to a sender
takes that sender's datagrams alone. What it sends too much the system drops then, at no cost to us
and to the others.

Linux only: elsewhere a second socket with the same port may take datagrams of everybody.
"""

import select
import socket
import sys
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any, Final, Generic, TypeVar

IS_POSSIBLE: Final = sys.platform == "linux"
MAX_OWN: Final = 256
"""Senders that have a socket. Those that were heard least recently make room."""
_SMALL: Final = 1
"""Bytes of room, which the system raises to its least: a few messages, so that none is old."""

S = TypeVar("S", bound=Hashable)


class OwnSockets(Generic[S]):
    """The sockets of single senders."""

    def __init__(self) -> None:
        self._sockets: OrderedDict[S, socket.socket] = OrderedDict()
        self._senders: dict[int, S] = {}
        self._poll = select.epoll() if IS_POSSIBLE else None

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._sockets)

    def open(self, sender: S, at: socket.socket, address: Any, room: int | None = None) -> bool:
        """Make a socket that takes a sender's datagrams; return False if it cannot be had.

        Parameters
        ----------
        sender : hashable
            Who sends.
        at : socket.socket
            The bound socket that it sends to.
        address : tuple
            Its address.
        room : int, optional
            Bytes of its datagrams that the system may keep; very few if absent.
        """
        if self._poll is None or sender in self._sockets:
            return False
        if len(self) >= MAX_OWN:
            self._forget(next(iter(self._sockets)))
        try:
            made = socket.socket(at.family, socket.SOCK_DGRAM)
        except OSError:  # too many files are open
            return False
        try:
            made.setblocking(False)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room or _SMALL)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # Only for this moment: no other program may listen at our port.
            at.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                made.bind(at.getsockname())
                made.connect(address)
            finally:
                at.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
            self._poll.register(made, select.EPOLLIN)
        except OSError:
            made.close()
            return False
        self._sockets[sender] = made
        self._senders[made.fileno()] = sender
        return True

    def ready(self, most: int) -> list[tuple[S, socket.socket]]:
        """Return senders that have sent something, and their sockets; they take turns."""
        if self._poll is None or not self._sockets or most < 1:
            return []
        senders = [self._senders[number] for number, _ in self._poll.poll(0, most)]
        for sender in senders:
            self._sockets.move_to_end(sender)
        return [(sender, self._sockets[sender]) for sender in senders]

    def _forget(self, sender: S) -> None:
        made = self._sockets.pop(sender)
        del self._senders[made.fileno()]
        made.close()  # epoll forgets it, too

    def clear(self) -> None:
        """Close all sockets."""
        for sender in [*self._sockets]:
            self._forget(sender)

    def close(self) -> None:
        """Close everything."""
        self.clear()
        if self._poll is not None:
            self._poll.close()
