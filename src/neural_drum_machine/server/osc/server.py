"""OSC over UDP: plain sockets and one thread.

A thread that blocks until a packet comes has the least delay: the engine's worker sends answers
itself, and no event loop has to wake up in between.

This file is longer than 250 lines, because each rate stands with its reason beside the code that
keeps it.
"""

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from neural_drum_machine.server.engine import Engine
from neural_drum_machine.server.keyed_rate import KeyedRate
from neural_drum_machine.server.listening import DEFAULT_PORT, LOCALHOST, listening_sockets
from neural_drum_machine.server.open_files import raise_open_files_limit
from neural_drum_machine.server.osc.inbox import KEPT_IN_CROWD, Inbox
from neural_drum_machine.server.osc.messages import peek_reply_port, read_request, write_reply
from neural_drum_machine.server.osc.own_sockets import OwnSockets
from neural_drum_machine.server.osc.packets import Message, parse_packet
from neural_drum_machine.server.osc.peer import Peer
from neural_drum_machine.server.osc.uploads import Uploads
from neural_drum_machine.server.protocol import (
    ErrorCode,
    ErrorReply,
    GatheredUpload,
    Hello,
    PartedUpload,
    ProtocolError,
    Reply,
    Request,
    Samples,
    Status,
)
from neural_drum_machine.server.rate_limit import RateLimit

MESSAGES_PER_SECOND: Final = 1200
"""Messages of all senders that are read; the rest of the time is left for making sounds."""
CROWD_PER_SECOND: Final = 300
"""Messages of a large crowd that are read, without those who were here before."""
HELLOS_PER_SECOND: Final = 50
"""Of all senders together: the answers to a hello are eighty times as long."""
HELLOS_OF_CLIENT: Final = 1.0, 3
"""Hellos a second that a client gets answers to, and how many at once. A port that a message names
with ``reply`` may not know of it: it gets one at once."""
STATUSES_OF_CLIENT: Final = 50.0
"""Answers a second to a client's ``/ndm/status``."""
BAD_REPLIES_PER_SECOND: Final = 10
"""How often packets that are no request are answered; they are always counted. An answer may be
longer than the packet, and its sender's address may be forged."""
_BUFFER: Final = 1 << 20
"""Bytes that the system may keep for us: a burst of thousands of messages."""
_LARGEST: Final = 65_536
_POLL_SECONDS: Final = 0.25
_AT_ONCE: Final = 256
"""Datagrams that are fetched before a message is handled."""
_HANDLED_AT_ONCE: Final = 8
"""Messages that are handled before more datagrams are fetched."""
_PAUSE_SECONDS: Final = 0.005


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
        raise_open_files_limit()
        self._selector = selectors.DefaultSelector()
        for each in self._sockets:
            with contextlib.suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            each.setblocking(False)
            self._selector.register(each, selectors.EVENT_READ, each)
        # Those who were here before a large crowd, and the crowd.
        self._established: OwnSockets[Peer] = OwnSockets()
        self._crowd: OwnSockets[Peer] = OwnSockets()
        self.addresses: list[tuple[str, int]] = [s.getsockname()[:2] for s in self._sockets]
        self._inbox: Inbox[Peer, Message] = Inbox(self._open, clock)
        self._messages = RateLimit(MESSAGES_PER_SECOND, clock=time.monotonic)
        self._crowd_messages = RateLimit(CROWD_PER_SECOND, _HANDLED_AT_ONCE)
        self._bad_replies = RateLimit(BAD_REPLIES_PER_SECOND, clock=clock)
        self._hellos = RateLimit(HELLOS_PER_SECOND, clock=clock)
        self._own_hellos = KeyedRate(*HELLOS_OF_CLIENT, clock)
        self._named_hellos = KeyedRate(HELLOS_OF_CLIENT[0], 1, clock)
        self._statuses = KeyedRate(STATUSES_OF_CLIENT, clock=clock)
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
        self._crowd.close()
        self._established.close()
        for each in self._sockets:
            each.close()

    def _listen(self) -> None:
        wait = _POLL_SECONDS
        while not self._closing.is_set():
            self._uploads.expire()
            for key, _ in self._selector.select(wait):
                self._fetch(key.data)
            if self._crowd or self._established:
                self._fetch_from_crowd()
            wait = 0.0
            for _ in range(_HANDLED_AT_ONCE):
                if not self._inbox:
                    wait = _PAUSE_SECONDS if self._crowd or self._established else _POLL_SECONDS
                    break
                if not self._messages.allow():
                    self._closing.wait(_PAUSE_SECONDS)
                    break
                taken = self._inbox.take()
                if taken is not None:
                    sender, received, message = taken
                    self._handle(message, sender, received)

    def _fetch(self, at: socket.socket) -> None:
        """Fetch datagrams from a socket that everybody may send to."""
        for _ in range(_AT_ONCE):
            try:
                data, address = at.recvfrom(_LARGEST)
            except BlockingIOError:
                return
            except OSError:
                # Windows reports here that an earlier reply was not received; nothing is lost. The
                # wait keeps an error that stays from using a whole core.
                self._closing.wait(0.001)
                return
            if data or not self._closing.is_set():
                sender = Peer(at, address)
                party = self._inbox.put(sender, data, time.perf_counter())
                if self._inbox.fairness.is_large and party.weight > 1:
                    room = _BUFFER if party.established else None
                    own = self._established if party.established else self._crowd
                    own.open(sender, at, address, room)

    def _fetch_from_crowd(self) -> None:
        """Fetch datagrams from the sockets that only one sender each sends to."""
        if not self._inbox.fairness.is_large:
            self._crowd.clear()
            self._established.clear()
            return
        ready = [each for _ in range(KEPT_IN_CROWD) for each in self._established.ready(256)]
        if self._inbox.senders <= _HANDLED_AT_ONCE:
            n = sum(self._crowd_messages.allow() for _ in range(_HANDLED_AT_ONCE))
            ready += self._crowd.ready(n)
        for sender, own in ready:
            with contextlib.suppress(OSError):  # another one of its messages was fetched before
                self._inbox.put(sender, own.recv(_LARGEST), time.perf_counter())

    def _open(self, sender: Peer, data: bytes) -> tuple[Message, ...]:
        """Return the messages of a datagram."""
        try:
            packet = parse_packet(data, time.time())
        except ProtocolError as error:
            self._refuse(sender, error)
            return ()
        if packet.late:
            self._engine.counters.add("late", packet.late)
        return packet.messages

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
                    self._uploads.begin(client, request, answer, received, sender)
                case Samples():
                    complete = self._uploads.add(client, request)
                    if complete is not None:
                        whole = GatheredUpload(complete.announced, complete.samples)
                        self._engine.submit(
                            client, whole, complete.answer, complete.received, sender=sender
                        )
                case _:
                    self._check_rate(request, client, sender)
                    self._engine.submit(client, request, answer, received, sender=sender)
        except ProtocolError as error:
            self._refuse(client, error)

    def _check_rate(self, request: Request, client: Peer, sender: Peer) -> None:
        """Refuse what a client asks too often, and what somebody lets it ask without its will."""
        match request:
            case Hello():
                hellos = self._own_hellos if client == sender else self._named_hellos
                # Its own first, or one client's hellos would use up what all may have.
                if not (hellos.allow(client) and self._hellos.allow()):
                    raise ProtocolError(
                        ErrorCode.BUSY,
                        f"more than {HELLOS_OF_CLIENT[0]:g} hello a second, or "
                        f"{HELLOS_PER_SECOND} of all clients; ask again later",
                    )
            case Status() if not self._statuses.allow(client):
                raise ProtocolError(
                    ErrorCode.BUSY,
                    f"more than {STATUSES_OF_CLIENT:g} status requests a second; ask again later",
                )

    def _refuse(self, to: Peer, error: ProtocolError) -> None:
        """Count a message that is no request, and answer it if the rate allows that."""
        self._engine.counters.add("bad")
        if self._bad_replies.allow():
            with contextlib.suppress(OSError):
                self._send(to, ErrorReply(error.id, error.code, str(error)))

    def _send(self, to: Peer, reply: Reply) -> None:
        for data in write_reply(reply):
            to.at.sendto(data, to.address)
