"""OSC over UDP: a plain socket and one thread.

A thread that blocks in ``recvfrom`` is the shortest way there is: answers are sent by the engine's
worker itself, with no event loop to wake in between.
"""

import contextlib
import socket
import threading
import time
from functools import partial
from typing import Final

from neural_drum_machine.errors import ServerError
from neural_drum_machine.server.allowance import Allowance
from neural_drum_machine.server.engine import Engine
from neural_drum_machine.server.osc_format import (
    Message,
    parse_packet,
    peek_reply_port,
    read_request,
    write_reply,
)
from neural_drum_machine.server.ports import free_port, holder
from neural_drum_machine.server.protocol import (
    ErrorCode,
    ErrorReply,
    Hello,
    PartedUpload,
    ProtocolError,
    Reply,
    Samples,
)
from neural_drum_machine.server.uploads import Uploads

DEFAULT_PORT: Final = 9710
LOOPBACK: Final = "127.0.0.1"
_BUFFER: Final = 1 << 20
"""Bytes the system may keep for us: a burst of thousands of messages."""
_LARGEST: Final = 65_536
_BAD_REPLIES_PER_SECOND: Final = 10
"""Packets that are no request are answered this often, and counted always: an answer may be longer
than the packet, and its sender's address may be forged."""
_HELLOS_PER_SECOND: Final = 50
"""Of a hello the answers are eighty times as long."""
_POLL_SECONDS: Final = 0.25

Address = tuple[str, int]


class OscServer:
    """Hands OSC messages to an engine, and its replies to their senders.

    A client is known by the address that its replies go to: its own, or its host with the port
    that the message names (``reply``). Nothing is ever sent to another host.

    Parameters
    ----------
    engine : Engine
        Meets the requests; not closed by this server.
    host : str
        Address to listen at.
    port : int
        UDP port; 0 takes a free one.

    Raises
    ------
    ServerError
        If the port is taken or the host is not one of this machine's.
    """

    def __init__(self, engine: Engine, host: str = LOOPBACK, port: int = DEFAULT_PORT) -> None:
        self._engine = engine
        self._uploads = Uploads(engine)
        self._socket = _bind(host, port)
        self.address: Address = self._socket.getsockname()[:2]
        self._bad = Allowance(_BAD_REPLIES_PER_SECOND)
        self._hellos = Allowance(_HELLOS_PER_SECOND)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="ndm-osc", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening. Close the engine before, so that who waits is told."""
        self._closing.set()
        self._thread.join()
        self._uploads.close()
        self._socket.close()

    def _listen(self) -> None:
        while not self._closing.is_set():
            self._uploads.expire()
            try:
                data, sender = self._socket.recvfrom(_LARGEST)
            except TimeoutError:
                continue
            except OSError:
                # Windows reports here that an earlier reply found nobody; nothing is lost.
                time.sleep(0.001)
                continue
            self._receive(data, sender[:2], time.perf_counter())

    def _receive(self, data: bytes, sender: Address, received: float) -> None:
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

    def _handle(self, message: Message, sender: Address, received: float) -> None:
        try:
            request, port = read_request(message)
        except ProtocolError as error:
            port = peek_reply_port(message)
            self._refuse(sender if port is None else (sender[0], port), error)
            return
        client = sender if port is None else (sender[0], port)
        answer = partial(self._send, client)
        try:
            match request:
                case PartedUpload():
                    self._uploads.begin(client, request, answer, received)
                case Samples():
                    self._uploads.add(client, request)
                case Hello() if not self._hellos.take():
                    sentence = f"more than {_HELLOS_PER_SECOND} hellos a second; ask again later"
                    raise ProtocolError(ErrorCode.BUSY, sentence)
                case _:
                    self._engine.submit(client, request, answer, received)
        except ProtocolError as error:
            self._refuse(client, error)

    def _refuse(self, to: Address, error: ProtocolError) -> None:
        """Count what is no request, and say so; but not without end."""
        self._engine.counters.add("bad")
        if self._bad.take():
            with contextlib.suppress(OSError):
                self._send(to, ErrorReply(error.id, error.code, str(error)))

    def _send(self, to: Address, reply: Reply) -> None:
        for data in write_reply(reply):
            self._socket.sendto(data, to)


def _bind(host: str, port: int) -> socket.socket:
    try:
        info = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    except socket.gaierror as error:
        raise ServerError(
            f"no address {host!r} ({error.strerror}); use {LOOPBACK}, or one of this machine's"
        ) from error
    udp = socket.socket(info[0], info[1])
    try:
        with contextlib.suppress(OSError):
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        udp.settimeout(_POLL_SECONDS)
        udp.bind(info[4])
    except OSError as error:
        udp.close()
        who = holder(port)
        raise ServerError(
            f"cannot listen at UDP port {port} of {host} ({error.strerror})"
            + (f": {who} holds it" if who else "")
            + f"; choose another one, such as --osc-port {free_port(host)}"
        ) from error
    return udp
