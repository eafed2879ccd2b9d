"""WebSockets: messages to the engine, replies back to the client, and bounds on messages."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from neural_drum_machine.server import protocol
from neural_drum_machine.server.delivery import Delivery
from neural_drum_machine.server.engine import Engine
from neural_drum_machine.server.protocol import (
    ErrorCode,
    ErrorReply,
    ProtocolError,
    Reply,
    SamplesReply,
    shown,
)
from neural_drum_machine.server.rate_limit import RateLimit
from neural_drum_machine.server.web.bounds import TRY_AGAIN
from neural_drum_machine.server.web.messages import peek_id, read_binary, read_text, write_reply
from neural_drum_machine.server.web.outbox import Outbox

MAX_SOCKETS: Final = 32
MESSAGES_PER_SECOND: Final = 500.0
"""Of one client, and as many at once; dragging on the XY pad makes 60 to 240."""
MESSAGES_AT_ONCE: Final = 16
"""Messages of one client that are handled before others have their turn."""
UPLOADS_PER_SECOND: Final = 2.0
UPLOADS_AT_ONCE: Final = 8.0
UPLOADS_WAITING: Final = 4
"""Uploads of all clients that may wait: up to 16 MiB each. A client without one may add its first
until there are twice as many."""
SILENT_SECONDS: Final = 20.0
"""If there are too many sockets, one that was silent for so long makes room."""


class Sockets:
    """All WebSockets of a server.

    Parameters
    ----------
    engine : Engine
        Handles the requests.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._open: set[_Socket] = set()

    @property
    def uploads_waiting(self) -> int:
        """Unanswered uploads of all connected clients; those of a client that left do not count."""
        return sum(len(each.uploads) for each in self._open)

    async def __call__(self, websocket: WebSocket) -> None:
        """Serve one client until it leaves."""
        if len(self._open) >= MAX_SOCKETS and not await self._close_silent():
            # Before it is accepted: an accepted one could send megabytes until it is closed.
            sentence = f"{MAX_SOCKETS} others are connected; try again later"
            await websocket.send_denial_response(PlainTextResponse(sentence, 503))
            return
        each = _Socket(self, websocket)
        self._open.add(each)  # before the next await, or two clients could get the last place
        try:
            await websocket.accept()
            await each.serve()
        finally:
            self._open.discard(each)
            self.engine.leave(each)

    async def _close_silent(self) -> bool:
        """Close the socket that was silent longest; return False if none was for long."""
        silent = min(self._open, key=lambda each: each.heard)
        if time.monotonic() - silent.heard < SILENT_SECONDS:
            return False
        self._open.discard(silent)
        await silent.close()
        return True


class _UnreadableError(ProtocolError):
    """The message is no request; it is counted as ``bad``."""


class _Socket:
    """One client. The object itself identifies it to the engine."""

    def __init__(self, sockets: Sockets, websocket: WebSocket) -> None:
        self.uploads: set[object] = set()
        """A token for each upload that waits; a set, so that none is given back twice."""
        self.heard = time.monotonic()
        """When it sent its last message."""
        self._sockets, self._websocket = sockets, websocket
        self._outbox = Outbox(websocket)
        self._loop = asyncio.get_running_loop()
        self._messages = RateLimit(MESSAGES_PER_SECOND)
        self._uploads = RateLimit(UPLOADS_PER_SECOND, UPLOADS_AT_ONCE)

    async def close(self) -> None:
        """Close it for another one; the page connects again when it is used."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._websocket.close(TRY_AGAIN, "too many others are connected")

    async def serve(self) -> None:
        sender = asyncio.create_task(self._send_all())
        received = 0
        try:
            while True:
                message = await self._websocket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                self.heard = time.monotonic()
                self._receive(message, time.perf_counter())
                # Messages that came together are received without waiting. The sender of the
                # answers must get its turn between them, but not after each: on a busy computer,
                # every turn of the loop takes milliseconds.
                received += 1
                if received % MESSAGES_AT_ONCE == 0:
                    await asyncio.sleep(0)
        except WebSocketDisconnect:
            return
        finally:
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sender

    def _receive(self, message: Mapping[str, Any], received: float) -> None:
        text = message.get("text")
        data: str | bytes = text if text is not None else message.get("bytes") or b""
        engine = self._sockets.engine
        answer: Callable[[Reply], None] = self._answer
        try:
            request = self._read(data)
            answer = self._admit(request)
            engine.submit(self, request, answer, received, Delivery.SAMPLES)
        except _UnreadableError as error:
            engine.counters.add("bad")
            answer(ErrorReply(error.id, error.code, str(error)))
        except ProtocolError as error:
            engine.counters.add_error(error.code)
            answer(ErrorReply(error.id, error.code, str(error)))
        except Exception as error:  # one message must not end the connection
            engine.counters.add_error(ErrorCode.INTERNAL)
            answer(_internal(error, peek_id(data)))

    def _read(self, data: str | bytes) -> protocol.Request:
        # Before it is read: reading a message that is no request takes as long.
        if not self._messages.allow():
            raise ProtocolError(
                ErrorCode.BUSY,
                f"more than {MESSAGES_PER_SECOND:g} messages in a second; send fewer",
                peek_id(data),
            )
        try:
            return read_text(data) if isinstance(data, str) else read_binary(data)
        except ProtocolError as error:
            raise _UnreadableError(error.code, str(error), error.id) from error

    def _admit(self, request: protocol.Request) -> Callable[[Reply], None]:
        """Return the function that answers a request, if there is room for it."""
        if not isinstance(request, protocol.Upload):
            return self._answer
        places = UPLOADS_WAITING if self.uploads else 2 * UPLOADS_WAITING
        if self._sockets.uploads_waiting >= places or not self._uploads.allow():
            raise ProtocolError(
                ErrorCode.BUSY, "too many uploads at once; wait for a second", request.id
            )
        token = object()
        self.uploads.add(token)

        def answer(reply: Reply) -> None:
            self._later(lambda: self.uploads.discard(token))
            self._answer(reply)

        return answer

    def _answer(self, reply: Reply) -> None:
        """Send a reply; called by the engine, in its worker's thread or in ours."""
        try:
            data = write_reply(reply)
            if isinstance(data, str):
                data.encode()  # half a surrogate pair would end the sender
        except Exception as error:  # the client waits for an answer
            self._sockets.engine.counters.add_error(ErrorCode.INTERNAL)
            data = write_reply(_internal(error, _reply_id(reply)))
        self._later(lambda: self._outbox.put(data))

    def _later(self, call: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the server has ended
            self._loop.call_soon_threadsafe(call)

    async def _send_all(self) -> None:
        # If the client leaves, the receiving side ends the connection.
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._outbox.send_all()


def _internal(error: Exception, number: int) -> ErrorReply:
    sentence = f"{type(error).__name__}: {shown(str(error))}"
    return ErrorReply(number, ErrorCode.INTERNAL, sentence)


def _reply_id(reply: Reply) -> int:
    sound = reply.sound if isinstance(reply, SamplesReply) else reply
    return getattr(sound, "id", protocol.UNREADABLE_ID)
