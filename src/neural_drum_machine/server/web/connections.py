"""Bounds on connections: how many there are, what they may send, how long they may stay unread.

Whoever can reach the port can open connections, leave them open, send without reading, and send
what costs much to read. A :class:`Connection` stands between the system and uvicorn. It uses
asyncio's public interface alone, and hands bytes on in small portions, so that all connections get
their turns.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

from neural_drum_machine.server.rate_limit import RateLimit
from neural_drum_machine.server.web.bounds import (
    BYTES_PER_SECOND,
    FRAMES_PER_SECOND,
    IDLE_SECONDS,
    LINGER_SECONDS,
    MAX_CONNECTIONS,
    MAX_FRAGMENTS,
    MAX_UNFINISHED,
    MESSAGE_SECONDS,
    STALL_SECONDS,
    TEXT_AT_ONCE,
    TEXT_PER_SECOND,
    TRY_AGAIN,
)
from neural_drum_machine.server.web.frames import FrameMeter
from neural_drum_machine.server.web.messages import MAX_MESSAGE
from neural_drum_machine.server.web.wire import Wire

_STALL_CHECKS: Final = 5
_FRAMES_AT_ONCE: Final = 16
_HEADERS: Final = 16 * MAX_FRAGMENTS
_POLICY: Final = 1008
_TOO_BIG: Final = 1009


class Connections:
    """The connections of a server."""

    def __init__(self) -> None:
        self.open: set[Connection] = set()

    def __call__(self, **arguments: Any) -> "Connection":
        """Return a new one; the arguments are those of uvicorn's own protocol class."""
        return Connection(self, H11Protocol(**arguments))

    @property
    def unfinished(self) -> int:
        """Bytes that unfinished messages take."""
        return sum(each.meter.unfinished for each in self.open)

    def make_room(self, newest: "Connection") -> None:
        """If there are too many connections, close the one that is idle longest."""
        alive = [each for each in self.open if not each.wire.is_closing()]
        if len(alive) > MAX_CONNECTIONS:
            others = [each for each in alive if each.is_idle and each is not newest]
            min(others, default=newest, key=lambda each: each.since).wire.abort()

    def bound_unfinished(self) -> None:
        """If unfinished messages take too much, close the one that has taken longest."""
        while self.unfinished > MAX_UNFINISHED:
            unfinished = [each for each in self.open if each.meter.unfinished]
            oldest = min(unfinished, key=lambda each: each.begun)
            oldest.end(TRY_AGAIN, "too much is being sent at once")


class Connection(asyncio.Protocol):
    """A connection: of HTTP until it becomes a WebSocket.

    Parameters
    ----------
    connections : Connections
    inner : asyncio.Protocol
        Uvicorn's protocol, to which bytes are handed on.
    """

    wire: Wire

    def __init__(self, connections: Connections, inner: asyncio.BaseProtocol) -> None:
        self._all = connections
        self.inner = inner
        self.meter = FrameMeter()
        self.is_websocket = False
        self.since = self.begun = 0.0
        """When it was last sent something; when its unfinished message began."""
        self._loop = asyncio.get_running_loop()
        self._frames = RateLimit(FRAMES_PER_SECOND, 2 * FRAMES_PER_SECOND)
        self._bytes = RateLimit(BYTES_PER_SECOND)
        self._text = RateLimit(TEXT_PER_SECOND, TEXT_AT_ONCE)
        self._kept = memoryview(b"")
        """Bytes that came and are not handed on yet."""
        self._message: list[bytes] = []
        """A WebSocket's message in progress."""
        self._is_handing_on = False
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._read_before = self._unmoved = 0
        """Bytes that the client had read; how many checks ago that was."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Accept the connection."""
        assert isinstance(transport, asyncio.Transport)
        self.wire = Wire(transport, self.upgraded, self.wrote, self.go_on)
        self.since = self._loop.time()
        self._all.open.add(self)
        self._later("idle", IDLE_SECONDS, self._check_idle)
        self.inner.connection_made(self.wire)
        self._all.make_room(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._all.open.discard(self)
        self._drop()
        for timer in self._timers.values():
            timer.cancel()
        self.inner.connection_lost(exc)

    def eof_received(self) -> bool | None:
        """Pass on that the client sends nothing more."""
        assert isinstance(self.inner, asyncio.Protocol)
        return self.inner.eof_received()

    def pause_writing(self) -> None:
        """Read nothing more from a client that does not read."""
        self.wire.is_unread = True
        self.inner.pause_writing()

    def resume_writing(self) -> None:
        """Read again."""
        self.inner.resume_writing()
        self.wire.is_unread = False

    def upgraded(self, protocol: asyncio.BaseProtocol) -> None:
        """Note that it is a WebSocket now."""
        self.inner = protocol
        self.is_websocket = True

    @property
    def is_idle(self) -> bool:
        """Whether it is of HTTP, and has read all that it was sent."""
        return not self.is_websocket and not self.wire.get_write_buffer_size()

    def data_received(self, data: bytes) -> None:
        """Hand bytes on: a WebSocket's in portions."""
        self._kept = memoryview(bytes(self._kept) + data) if self._kept else memoryview(data)
        self.go_on()

    def go_on(self) -> None:
        """Hand on the next portion, if the time for it has come."""
        if self._is_handing_on or "portion" in self._timers or self.wire.is_closing():
            return
        wait = 0.0
        if self._kept and self.wire.may_read:
            self._is_handing_on = True
            wait = self._hand_on()
            self._is_handing_on = False
        # Until all is handed on, nothing more is read.
        self.wire.has_more = bool(self._kept or wait)
        if wait or (self._kept and self.wire.may_read):
            self._later("portion", wait, self._portion)

    def _portion(self) -> None:
        del self._timers["portion"]
        self.go_on()

    def _hand_on(self) -> float:
        """Hand on a portion, and return how long the next one must wait."""
        assert isinstance(self.inner, asyncio.Protocol)
        if not self.is_websocket:
            portion, self._kept = self._kept, memoryview(b"")
            self.inner.data_received(bytes(portion))
            return 0.0
        meter = self.meter
        frames, text, messages = meter.frames, meter.text, meter.messages
        was_unfinished = meter.unfinished
        n = meter.take(self._kept, _FRAMES_AT_ONCE)
        taken, self._kept = bytes(self._kept[:n]), self._kept[n:]
        if meter.unfinished and (meter.messages > messages or not was_unfinished):
            self.begun = self._loop.time()
            self._later("message", MESSAGE_SECONDS, self._end_slow_message)
        if meter.unfinished > MAX_MESSAGE + _HEADERS:
            self.end(_TOO_BIG, f"a message may have {MAX_MESSAGE} bytes")
        elif meter.fragments > MAX_FRAGMENTS:
            self.end(_POLICY, f"a message of more than {MAX_FRAGMENTS} frames")
        elif meter.unfinished > was_unfinished:
            self._all.bound_unfinished()
        if self.wire.is_closing():
            return 0.0
        whole, rest = taken[: meter.complete], taken[meter.complete :]
        if whole:
            # Not before: what is kept here is free at once when the connection is closed.
            message, self._message = [*self._message, whole], []
            self.inner.data_received(b"".join(message))
        if rest:
            self._message.append(rest)
        wait = max(self._bytes.spend(n), self._text.spend(meter.text - text))
        return max(wait, self._frames.spend(meter.frames - frames))

    def _end_slow_message(self) -> None:
        if self.meter.unfinished:
            self.end(_POLICY, f"a message took longer than {MESSAGE_SECONDS:g} s")

    def wrote(self) -> None:
        """Note that the client was sent something; watch whether it is read."""
        self.since = self._loop.time()
        if self.wire.get_write_buffer_size() and "stall" not in self._timers:
            self._unmoved, self._read_before = 0, self.wire.read_by_client
            self._later("stall", STALL_SECONDS / _STALL_CHECKS, self._check_stall)

    def _check_stall(self) -> None:
        del self._timers["stall"]
        if not self.wire.get_write_buffer_size():
            return
        before, self._read_before = self._read_before, self.wire.read_by_client
        self._unmoved = self._unmoved + 1 if self._read_before == before else 0
        if self._unmoved == _STALL_CHECKS:
            self.end(TRY_AGAIN, "answers were not read")
        else:
            self._later("stall", STALL_SECONDS / _STALL_CHECKS, self._check_stall)

    def _check_idle(self) -> None:
        # Uvicorn's own timeout starts after the first answer, and every byte restarts it.
        if self.is_websocket:
            return  # it is checked by pings
        if self._loop.time() - self.since >= 0.9 * IDLE_SECONDS and self.is_idle:
            self.wire.abort()  # 0.9: a timer may fire a little early
        else:
            self._later("idle", IDLE_SECONDS, self._check_idle)

    def end(self, code: int, reason: str) -> None:
        """Close the connection; a WebSocket is told why, if it still reads."""
        if self.is_websocket and not self.wire.is_closing():
            data = code.to_bytes(2) + reason.encode()
            self.wire.write(bytes([0x88, len(data)]) + data)
        self._drop()
        self.wire.close()
        self._later("linger", LINGER_SECONDS, self.wire.abort)

    def _drop(self) -> None:
        """Drop what has come and is not handed on."""
        self._kept, self._message, self.meter = memoryview(b""), [], FrameMeter()

    def _later(self, name: str, seconds: float, call: Any) -> None:
        if name in self._timers:
            self._timers[name].cancel()
        self._timers[name] = self._loop.call_later(seconds, call)
