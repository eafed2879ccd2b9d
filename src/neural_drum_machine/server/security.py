"""Who may speak to the web server: nobody but the page that it served itself.

A server on this computer can be reached from every web page that its user visits. A browser says
where a page is from (``Origin``) and by which name it reached us (``Host``). A page of somebody
else's that lets its own name point to this computer (DNS rebinding) has that name as both; so the
name must be one of ours, and names of ours are those that nobody can point elsewhere.

Whoever can reach the port can also open connections and leave them so. Without a bound they take
all files that this process may have open, and nobody else is served.
"""

import asyncio
import contextlib
import ipaddress
import logging
import socket
import time
from typing import Final
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
"""Content-Security-Policy: the page loads what this server has, and nothing inline."""
HEADERS: Final = (
    ("content-security-policy", POLICY),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "midi=(self), camera=(), microphone=(), geolocation=()"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
)
_RAW: Final = [(name.encode(), value.encode()) for name, value in HEADERS]

MOST: Final = 96
"""Connections at a time: of 32 sockets, and of pages that are being loaded (6 each)."""
AT_ONCE: Final = 32
"""Connections that are accepted before the first of them is looked at."""
IDLE_SECONDS: Final = 5.0
"""A connection without a whole request for twice as long at most is closed."""
ANSWER_SECONDS: Final = 60.0
"""An answer that is not read for so long is given up."""
FILES: Final = 4096
"""Open files that are asked for: plenty, and not so many that closing all of them takes long."""
LINES_PER_SECOND: Final = 1.0
_REMEMBERED: Final = 64
_BEGINNING: Final = 32


class Guard:
    """Refuses foreign hosts and origins, and adds the headers that keep a browser strict.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    host : str
        The address that the server listens at. One of this computer's own admits its names only;
        another one any IP address and this machine's name too, as both can be the user's.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._names = {"localhost", "127.0.0.1", "::1"}
        self._open = not _is_loopback(host)
        if self._open:
            name = socket.gethostname().lower()
            self._names |= {host.lower(), name, f"{name}.local"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is allowed, and answer the rest with 403 (400 without a host)."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refusal})
        else:
            await _refuse(_with_headers(send), refusal)

    def _refusal(self, scope: Scope) -> str | None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return "a request needs one Host"
        host = hosts[0].decode("latin-1").lower()
        name = _name(host)
        if name is None or not self._is_ours(name):
            return "this server does not go by that name"
        for header, value in scope["headers"]:
            # Also of requests that browsers send without asking: only our own page may.
            if header == b"origin" and value.decode("latin-1").lower() != f"http://{host}":
                return "a page from elsewhere may not speak to this server"
        return None

    def _is_ours(self, name: str) -> bool:
        if name in self._names:
            return True
        if not self._open:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def _name(host: str) -> str | None:
    """Return the name in a Host header, without port and brackets; None if it is none."""
    if not host or any(sign in host for sign in "/@?# \\"):
        return None
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises if it is none
    except ValueError:
        return None
    return parts.hostname


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _with_headers(send: Send) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            message = {**message, "headers": [*message.get("headers", ()), *_RAW]}
        await send(message)

    return sender


async def _refuse(send: Send, sentence: str) -> None:
    body = sentence.encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Connection(H11Protocol):
    """One connection until it becomes a WebSocket; gives way to newer ones while it is idle."""

    _since = 0.0
    _last: object = None
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take it, if there is room or another one is idle; the longest idle one goes first."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._watch = self.loop.call_later(IDLE_SECONDS, self._look)
        alive = [each for each in self.connections if not each.transport.is_closing()]
        if len(alive) > MOST:
            idle = [each for each in alive if isinstance(each, Connection) and each._is_idle()]
            others = [each for each in idle if each is not self]
            min(others, default=self, key=lambda each: each._since).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _look(self) -> None:
        # Uvicorn's own limit begins after the first answer, and every byte puts it off.
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return  # a WebSocket by now, which has pings
        now = self.loop.time()
        if self.cycle is not self._last:
            self._last, self._since = self.cycle, now
        elif now - self._since >= (0.9 * IDLE_SECONDS if self._is_idle() else ANSWER_SECONDS):
            self.transport.abort()  # 0.9: a timer may be a little early
            return
        self._watch = self.loop.call_later(IDLE_SECONDS, self._look)


class Dam(logging.Filter):
    """Lets through one line of a kind in so many seconds.

    Asyncio and uvicorn write one of each connection that fails, however many there are.
    """

    def __init__(self, seconds: float = 1 / LINES_PER_SECOND) -> None:
        super().__init__()
        self._seconds = seconds
        self._then: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a line of its kind has not been written just now."""
        kind = record.name + str(record.msg)[:_BEGINNING]
        now = time.monotonic()
        if now - self._then.get(kind, float("-inf")) < self._seconds:
            return False
        if len(self._then) >= _REMEMBERED:
            self._then.clear()
        self._then[kind] = now
        return True


_DAM: Final = Dam()


def dam_logs() -> None:
    """Keep the loggers of what serves from flooding; more than once is like once."""
    for name in ("asyncio", "uvicorn.error"):
        logging.getLogger(name).addFilter(_DAM)


def allow_files() -> None:
    """Let this process have more files open, where it may; macOS begins with 256."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    want = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < want:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (want, hard))
