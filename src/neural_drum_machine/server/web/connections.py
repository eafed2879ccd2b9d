"""Bounds on connections: how many there are, and how long they may stay idle.

Whoever can reach the port can open connections and leave them open. Without a bound they would use
up all files that this process may have open, and nobody else would be served.
"""

import asyncio
import contextlib
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_CONNECTIONS: Final = 96
"""Connections at a time: 32 WebSockets, and pages that are loading (6 each)."""
BACKLOG: Final = 32
"""Connections that the system accepts before the first of them is looked at."""
IDLE_SECONDS: Final = 5.0
"""How often connections are checked. One without a whole request is closed after at most twice as
long."""
ANSWER_SECONDS: Final = 60.0
"""An answer that is not read for so long is given up."""
OPEN_FILES: Final = 4096
"""The limit of open files that is asked for: plenty, and few enough to close them all quickly."""


class Connection(H11Protocol):
    """A connection until it becomes a WebSocket. While it is idle, it gives way to newer ones."""

    _since = 0.0
    _last: object = None
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept the connection; if there are too many, close the one that is idle longest."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._watch = self.loop.call_later(IDLE_SECONDS, self._check)
        alive = [each for each in self.connections if not each.transport.is_closing()]
        if len(alive) > MAX_CONNECTIONS:
            idle = [each for each in alive if isinstance(each, Connection) and each._is_idle()]
            others = [each for each in idle if each is not self]
            min(others, default=self, key=lambda each: each._since).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop checking the connection."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _check(self) -> None:
        # Uvicorn's own timeout starts after the first answer, and every byte restarts it.
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return  # it has become a WebSocket, which is checked by pings
        now = self.loop.time()
        if self.cycle is not self._last:
            self._last, self._since = self.cycle, now
        elif now - self._since >= (0.9 * IDLE_SECONDS if self._is_idle() else ANSWER_SECONDS):
            self.transport.abort()  # 0.9 above: a timer may fire a little early
            return
        self._watch = self.loop.call_later(IDLE_SECONDS, self._check)


def raise_open_files_limit() -> None:
    """Let this process open more files if the system allows that; macOS starts with 256."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    want = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < want:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (want, hard))
