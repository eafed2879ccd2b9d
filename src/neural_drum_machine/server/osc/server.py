"""OSC over UDP: plain sockets and one thread.

A thread that blocks until a packet comes has the least delay: the engine's worker sends answers
itself, and no event loop has to wake up in between.
"""

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Self

from neural_drum_machine.server.engine import Engine
from neural_drum_machine.server.listening import LOCALHOST, listening_sockets
from neural_drum_machine.server.osc.messages import peek_reply_port, read_request, write_reply
from neural_drum_machine.server.osc.packets import Message, parse_packet
from neural_drum_machine.server.osc.uploads import Uploads
from neural_drum_machine.server.protocol import (
    ErrorCode,
    ErrorReply,
    GatheredUpload,
    Hello,
    PartedUpload,
    ProtocolError,
    Reply,
    Samples,
)
from neural_drum_machine.server.rate_limit import RateLimit

DEFAULT_PORT: Final = 9710
HELLOS_PER_SECOND: Final = 50
"""The answers to a hello are eighty times as long."""
BAD_REPLIES_PER_SECOND: Final = 10
"""How often packets that are no request are answered; they are always counted. An answer may be
longer than the packet, and its sender's address may be forged."""
_BUFFER: Final = 1 << 20
"""Bytes that the system may keep for us: a burst of thousands of messages."""
_LARGEST: Final = 65_536
_POLL_SECONDS: Final = 0.25


@dataclass(frozen=True, slots=True)
class Peer:
    """Where answers go, which is who asks: a client.

    Attributes
    ----------
    at : socket.socket
        Our socket that the messages came to: it alone reaches the other one.
    address : tuple
        Host, port and, of IPv6, flow and scope.
    """

    at: socket.socket
    address: tuple[Any, ...]

    def at_port(self, port: int | None) -> Self:
        """Return another port of the same host; the same one if it is None."""
        if port is None:
            return self
        return replace(self, address=(self.address[0], port, *self.address[2:]))


class OscServer:
    """Hands OSC messages to an engine, and the engine's replies to their senders.

    The address that replies go to identifies a client: the sender's own, or the sender's host with
    the port that the message names (``reply``). Nothing is ever sent to another host.

    Parameters
    ----------
    engine : Engine
        Handles the requests; not closed by this server.
    host : str
        Address to listen at; ``localhost`` is both loopback addresses, 127.0.0.1 and ::1.
    port : int
        UDP port; 0 takes a free one.
    clock : callable
        Seconds, as :func:`time.monotonic`, for timeouts and rates.

    Raises
    ------
    ServerError
        If the server cannot listen at that address.
    """

    def __init__(
        self,
        engine: Engine,
        host: str = LOCALHOST,
        port: int = DEFAULT_PORT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._uploads = Uploads(engine.counters, clock)
        self._sockets = listening_sockets("UDP", host, port)
        self._selector = selectors.DefaultSelector()
        for each in self._sockets:
            with contextlib.suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            each.settimeout(_POLL_SECONDS)
            self._selector.register(each, selectors.EVENT_READ, each)
        self.addresses: list[tuple[str, int]] = [s.getsockname()[:2] for s in self._sockets]
        self._bad_replies = RateLimit(BAD_REPLIES_PER_SECOND, clock=clock)
        self._hellos = RateLimit(HELLOS_PER_SECOND, clock=clock)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="ndm-osc", daemon=True)
        self._thread.start()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port; of the first address, if the server listens at two."""
        return self.addresses[0]

    def close(self) -> None:
        """Stop listening. Close the engine first: it still answers the requests that wait."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._sockets[0].sendto(b"", self.address)  # wakes the thread up
        self._thread.join()
        self._uploads.close()
        self._selector.close()
        for each in self._sockets:
            each.close()

    def _listen(self) -> None:
        while not self._closing.is_set():
            self._uploads.expire()
            for key, _ in self._selector.select(_POLL_SECONDS):
                self._receive(key.data)

    def _receive(self, at: socket.socket) -> None:
        try:
            data, sender = at.recvfrom(_LARGEST)
        except TimeoutError:
            return
        except OSError:
            # Windows reports here that an earlier reply was not received; nothing is lost. The
            # wait keeps an error that stays from using a whole core.
            self._closing.wait(0.001)
            return
        if data or not self._closing.is_set():
            self._handle_packet(data, Peer(at, sender), time.perf_counter())

    def _handle_packet(self, data: bytes, sender: Peer, received: float) -> None:
        counters = self._engine.counters
        try:
            packet = parse_packet(data, time.time())
        except ProtocolError as error:
            self._refuse(sender, error)
            return
        if packet.late:
            counters.add("late", packet.late)
        for message in packet.messages:
            self._handle(message, sender, received)

    def _handle(self, message: Message, sender: Peer, received: float) -> None:
        try:
            request, port = read_request(message)
        except ProtocolError as error:
            self._refuse(sender.at_port(peek_reply_port(message)), error)
            return
        client = sender.at_port(port)
        answer = partial(self._send, client)
        try:
            match request:
                case PartedUpload():
                    self._uploads.begin(client, request, answer, received)
                case Samples():
                    complete = self._uploads.add(client, request)
                    if complete is not None:
                        whole = GatheredUpload(complete.announced, complete.samples)
                        self._engine.submit(client, whole, complete.answer, complete.received)
                case Hello() if not self._hellos.allow():
                    sentence = f"more than {HELLOS_PER_SECOND} hellos a second; ask again later"
                    raise ProtocolError(ErrorCode.BUSY, sentence)
                case _:
                    self._engine.submit(client, request, answer, received)
        except ProtocolError as error:
            self._refuse(client, error)

    def _refuse(self, to: Peer, error: ProtocolError) -> None:
        """Count a message that is no request, and answer it if the rate allows that."""
        self._engine.counters.add("bad")
        if self._bad_replies.allow():
            with contextlib.suppress(OSError):
                self._send(to, ErrorReply(error.id, error.code, str(error)))

    def _send(self, to: Peer, reply: Reply) -> None:
        for data in write_reply(reply):
            to.at.sendto(data, to.address)
