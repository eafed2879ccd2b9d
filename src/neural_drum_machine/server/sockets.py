"""One WebSocket: its messages to the engine, the engine's replies back, and bounds on both."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from neural_drum_machine.server import protocol
from neural_drum_machine.server.allowance import Allowance
from neural_drum_machine.server.engine import Delivery, Engine
from neural_drum_machine.server.protocol import (
    ErrorCode,
    ErrorReply,
    ProtocolError,
    Reply,
    SamplesReply,
    shown,
)
from neural_drum_machine.server.web_format import id_of, read_binary, read_text, write_reply

MESSAGES_PER_SECOND: Final = 500.0
"""Of one client, and as many at once; a hand on a pad makes 60 to 240."""
UPLOADS_PER_SECOND: Final = 2.0
UPLOADS_AT_ONCE: Final = 8.0
UPLOADS_WAITING: Final = 4
"""Uploads of all clients that are kept until they are met: 16 MiB each."""
MAX_UNSENT: Final = 1024
"""Replies that wait for a client to read; one that lets more gather is let go. More than the
messages that may come at once: who sends as many and then reads has done nothing wrong."""
MAX_UNSENT_BYTES: Final = 16 * 1024 * 1024
"""Of those replies together, as sounds are large."""
GOING_AWAY: Final = 1001
TRY_AGAIN: Final = 1013


class Sockets:
    """All WebSockets of a server.

    Parameters
    ----------
    engine : Engine
        Meets the requests.
    most : int
        Clients at a time.
    """

    def __init__(self, engine: Engine, most: int = 32) -> None:
        self.engine = engine
        self._most = most
        self._open: set[_Socket] = set()

    @property
    def uploads_waiting(self) -> int:
        """Uploads of all clients that are here: who leaves takes its own along, met or not."""
        return sum(len(each.uploads) for each in self._open)

    async def __call__(self, websocket: WebSocket) -> None:
        """Serve one client until it leaves."""
        if len(self._open) >= self._most:
            # Before it is accepted: an accepted one could send megabytes until it is closed.
            sentence = f"{self._most} others are connected; try again later"
            await websocket.send_denial_response(PlainTextResponse(sentence, 503))
            return
        each = _Socket(self, websocket)
        self._open.add(each)  # here, so that no two take the last place
        try:
            await websocket.accept()
            await each.serve()
        finally:
            self._open.discard(each)
            self.engine.leave(each)


class _UnreadableError(ProtocolError):
    """No request at all; counted as such."""


class _Socket:
    """One client; it is its own name to the engine."""

    def __init__(self, all_of_them: Sockets, websocket: WebSocket) -> None:
        self.uploads: set[object] = set()
        """Those that wait, each by a name of its own, so that none is given back twice."""
        self._all, self._websocket = all_of_them, websocket
        self._unsent: asyncio.Queue[str | bytes | None] = asyncio.Queue(MAX_UNSENT)
        self._unsent_bytes = 0
        self._loop = asyncio.get_running_loop()
        self._messages = Allowance(MESSAGES_PER_SECOND)
        self._uploads = Allowance(UPLOADS_PER_SECOND, UPLOADS_AT_ONCE)

    async def serve(self) -> None:
        sender = asyncio.create_task(self._send_all())
        try:
            while True:
                message = await self._websocket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                self._receive(message, time.perf_counter())
                # Messages that came in one packet are here without waiting; what answers them
                # must get its turn between them.
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
        engine = self._all.engine
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
            answer(_internal(error, id_of(data)))

    def _read(self, data: str | bytes) -> protocol.Request:
        # Before it is read: what cannot be read costs as much.
        if not self._messages.take():
            raise ProtocolError(
                ErrorCode.BUSY,
                f"more than {MESSAGES_PER_SECOND:g} messages in a second; send fewer",
                id_of(data),
            )
        try:
            return read_text(data) if isinstance(data, str) else read_binary(data)
        except ProtocolError as error:
            raise _UnreadableError(error.code, str(error), error.id) from error

    def _admit(self, request: protocol.Request) -> Callable[[Reply], None]:
        """Return how to answer a request, if there is room for it."""
        if not isinstance(request, protocol.Upload):
            return self._answer
        if self._all.uploads_waiting >= UPLOADS_WAITING or not self._uploads.take():
            raise ProtocolError(
                ErrorCode.BUSY, "too many uploads at once; wait for a second", request.id
            )
        upload = object()
        self.uploads.add(upload)

        def answer(reply: Reply) -> None:
            self._later(lambda: self.uploads.discard(upload))
            self._answer(reply)

        return answer

    def _answer(self, reply: Reply) -> None:
        """Send a reply; called by the engine, in its worker's thread or in ours."""
        try:
            data = write_reply(reply)
            if isinstance(data, str):
                data.encode()  # half a surrogate pair would end the sender
        except Exception as error:  # who waits for an answer must get one
            self._all.engine.counters.add_error(ErrorCode.INTERNAL)
            data = write_reply(_internal(error, _id(reply)))
        self._later(lambda: self._put(data))

    def _later(self, call: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the server has ended
            self._loop.call_soon_threadsafe(call)

    def _put(self, data: str | bytes) -> None:
        # One reply alone may be of any size.
        large = self._unsent_bytes and self._unsent_bytes + len(data) > MAX_UNSENT_BYTES
        if large or self._unsent.full():
            while not self._unsent.empty():
                self._unsent.get_nowait()
            self._unsent.put_nowait(None)  # who does not read is let go
            self._unsent_bytes = 0
        else:
            self._unsent.put_nowait(data)
            self._unsent_bytes += len(data)

    async def _send_all(self) -> None:
        try:
            while True:
                data = await self._unsent.get()
                if data is None:
                    await self._websocket.close(TRY_AGAIN, "too many replies were not read")
                    return
                self._unsent_bytes -= len(data)
                if isinstance(data, str):
                    await self._websocket.send_text(data)
                else:
                    await self._websocket.send_bytes(data)
        except (WebSocketDisconnect, RuntimeError):
            return  # it has left; who receives knows


def _internal(error: Exception, number: int) -> ErrorReply:
    sentence = f"{type(error).__name__}: {shown(str(error))}"
    return ErrorReply(number, ErrorCode.INTERNAL, sentence)


def _id(reply: Reply) -> int:
    sound = reply.sound if isinstance(reply, SamplesReply) else reply
    return getattr(sound, "id", protocol.UNREADABLE_ID)
