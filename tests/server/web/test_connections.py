"""Bounds on connections.

Over 250 lines, because every test needs the same server and clients that misbehave.
"""

import asyncio
import contextlib
import functools
import itertools
import socket
import urllib.request

import pytest
from tests.support.loops import run
from tests.support.patience import PATIENCE
from tests.support.web import WebClient, frame
from websockets.exceptions import ConnectionClosed

from neural_drum_machine.server.rate_limit import RateLimit
from neural_drum_machine.server.web import connections


def test_idle_connections_give_way(web, monkeypatch):
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 8)
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(socket.create_connection(web.address)) for _ in range(40)]
        for tcp in idle[:30]:
            tcp.settimeout(PATIENCE)
            tcp.send(b"GET / HTT")
            with contextlib.suppress(ConnectionError):  # it may have been closed before
                assert tcp.recv(64) == b""
        with urllib.request.urlopen(web.url, timeout=PATIENCE) as answer:
            assert answer.status == 200
        with WebClient(web) as sock:
            assert sock.ask("ping", n=1) == {"type": "pong", "n": 1}


def test_a_socket_is_not_idle(web, monkeypatch):
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 4)
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.05)
    with contextlib.ExitStack() as stack:
        socks = [stack.enter_context(WebClient(web)) for _ in range(4)]
        with contextlib.suppress(ConnectionError), socket.create_connection(web.address) as tcp:
            tcp.settimeout(PATIENCE)
            assert tcp.recv(64) == b""  # no place, and none that could be taken from another
        for sock in socks:
            assert sock.ask("ping", n=1) == {"type": "pong", "n": 1}


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: local"])
def test_who_asks_nothing_is_let_go(web, monkeypatch, begun):
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.05)
    with socket.create_connection(web.address) as tcp:
        tcp.settimeout(PATIENCE)
        tcp.sendall(begun)
        assert tcp.recv(64) == b""


def test_a_dripping_header_is_let_go(web, monkeypatch):
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.05)

    with socket.create_connection(web.address) as tcp:
        tcp.settimeout(0.01)
        tcp.sendall(b"GET / HTTP/1.1\r\n")
        with contextlib.suppress(ConnectionError):  # it may end while a line is sent
            for _ in range(3000):
                tcp.sendall(b"X: y\r\n")
                with contextlib.suppress(TimeoutError):
                    if tcp.recv(64) == b"":
                        return
            pytest.fail("it was never closed")


class Transport(asyncio.Transport):
    """Takes everything, and sends nothing until it is told to."""

    def __init__(self):
        super().__init__()
        self.protocol, self.unsent, self.sent = None, b"", b""
        self.is_paused = self.is_closed = False

    def write(self, data):
        self.unsent += data
        if len(self.unsent) > 64 * 1024:
            self.protocol.pause_writing()

    def send(self, n=None):
        n = len(self.unsent) if n is None else n
        self.sent, self.unsent = self.sent + self.unsent[:n], self.unsent[n:]
        if not self.unsent:
            self.protocol.resume_writing()

    def get_write_buffer_size(self):
        return len(self.unsent)

    def pause_reading(self):
        self.is_paused = True

    def resume_reading(self):
        self.is_paused = False

    def is_closing(self):
        return self.is_closed

    def close(self):
        self.is_closed = True

    abort = close


class Echo(asyncio.Protocol):
    """An inner protocol that sends back what it receives."""

    def __init__(self):
        self.received = []

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.received.append(data)
        self.transport.write(data)


def on_a_socket(check):
    """Run a check with a connection that is a WebSocket, its inner protocol and its transport."""

    async def main():
        made = connections.Connection(connections.Connections(), Echo())
        transport = Transport()
        transport.protocol = made
        made.connection_made(transport)
        made.upgraded(made.inner)
        await check(made, made.inner, transport)
        made.connection_lost(None)

    run(main())


async def turns(n):
    for _ in range(n):
        await asyncio.sleep(0)


def test_who_does_not_read_is_not_read():
    pings = 100 * frame(9, bytes(125))

    async def check(made, inner, transport):
        for _ in range(100):
            if not transport.is_paused:
                made.data_received(pings)
            await turns(10)
        kept = len(transport.unsent)
        await turns(100)
        assert transport.is_paused
        assert len(transport.unsent) == kept <= 64 * 1024 + 32 * len(frame(9, bytes(125)))
        transport.send()
        await turns(100)
        assert len(transport.unsent + transport.sent) > kept

    on_a_socket(check)


def test_a_message_is_handed_on_though_the_next_one_has_begun():
    messages = [frame(1, bytes([n]) * 200) for n in range(20)]

    async def check(made, inner, transport):
        made.data_received(stream := messages[0][:100])
        for message, after in itertools.pairwise(messages):
            made.data_received(message[100:] + after[:100])
            transport.send()
            await turns(3)
            stream += message[100:] + after[:100]
            assert b"".join(inner.received) == stream[:-100]

    on_a_socket(check)


@pytest.mark.parametrize("reads", [0, 1, 2, 3, 4, 7])
def test_who_stops_reading_is_let_go_soon(reads):
    """It reads a byte each second, so many times, and then never again."""

    async def check(made, inner, transport):
        now, loop = 0.0, asyncio.get_running_loop()
        loop.time = lambda: now
        made.data_received(frame(1, bytes(1000)))
        for second in range(1, reads + round(connections.STALL_SECONDS) + 3):
            await turns(3)
            if second > reads + 1:
                assert transport.is_closed == (now >= reads + connections.STALL_SECONDS)
            now = float(second)
            if second <= reads:
                transport.send(1)
        assert transport.is_closed
        assert b"answers were not read" in transport.unsent

    on_a_socket(check)


def test_frames_are_handed_on_in_portions():
    async def check(made, inner, transport):
        made.data_received(100 * frame(9, b""))
        assert len(inner.received) == 1
        assert transport.is_paused
        await turns(100)
        assert len(inner.received) > 5
        assert b"".join(inner.received) == 100 * frame(9, b"")
        assert not transport.is_paused

    on_a_socket(check)


def test_who_sends_too_many_frames_is_read_later():
    n = 4 * int(connections.FRAMES_PER_SECOND)

    async def check(made, inner, transport):
        made.data_received(n * frame(9, b""))
        await turns(n)
        assert sum(map(len, inner.received)) < n * len(frame(9, b""))
        assert transport.is_paused
        assert not transport.is_closed

    on_a_socket(check)


@pytest.mark.parametrize(("opcode", "size"), [(1, 200 * 2**10), (2, 10 * 2**20)])
def test_who_sends_too_much_is_read_later(opcode, size, monkeypatch):
    # However slow the computer is, nothing comes back meanwhile.
    standing = functools.partial(RateLimit, clock=lambda: 0.0)
    monkeypatch.setattr(connections, "RateLimit", standing)

    async def check(made, inner, transport):
        asyncio.get_running_loop().time = lambda: 0.0
        for _ in range(3):
            made.data_received(frame(opcode, bytes(size)))
            transport.send()
        await turns(100)
        assert len(inner.received) == 2
        assert transport.is_paused

    on_a_socket(check)


def test_a_message_of_very_many_frames_ends_the_connection():
    async def check(made, inner, transport):
        made.data_received(frame(2, b"", last=False))
        for _ in range(connections.MAX_FRAGMENTS // 50):
            made.data_received(100 * frame(0, b"ab", last=False))
            await turns(20)
        assert transport.is_closed
        assert transport.unsent[2:4] == (1008).to_bytes(2)
        assert inner.received == []

    on_a_socket(check)


def test_unfinished_messages_are_bounded_and_the_oldest_one_gives_way(monkeypatch):
    monkeypatch.setattr(connections, "MAX_UNFINISHED", 1000)

    async def main():
        every = connections.Connections()
        made = []
        for _ in range(5):
            each = connections.Connection(every, Echo())
            transport = Transport()
            transport.protocol = each
            each.connection_made(transport)
            each.upgraded(each.inner)
            made.append((each, transport))
            each.data_received(frame(2, bytes(400), last=False))
            assert every.unfinished <= 1000
        assert [transport.is_closed for _, transport in made] == [True] * 3 + [False] * 2
        assert made[0][1].unsent[2:4] == (1013).to_bytes(2)
        for each, _ in made:
            each.connection_lost(None)

    run(main())


def test_a_message_must_be_complete_in_time(web, monkeypatch):
    monkeypatch.setattr(connections, "MESSAGE_SECONDS", 0.05)
    with WebClient(web) as sock:
        raw = sock.socket.socket
        raw.sendall(frame(2, b"half", last=False))
        with pytest.raises(ConnectionClosed) as caught:
            sock.receive()
    assert caught.value.rcvd.code == 1008


def test_who_never_reads_is_let_go(web, departures, monkeypatch):
    monkeypatch.setattr(connections, "STALL_SECONDS", 0.05)
    with WebClient(web) as other:
        with socket.create_connection(web.address) as tcp:
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            tcp.sendall(handshake(web))
            with contextlib.suppress(OSError):
                while True:
                    tcp.sendall(50 * frame(1, b'{"type":"hello"}'))
        assert departures.acquire(timeout=PATIENCE)
        assert other.ask("ping", n=1)["type"] == "pong"


def handshake(web):
    """The request that makes a connection a WebSocket."""
    host = f"127.0.0.1:{web.address[1]}"
    return (
        f"GET /ws HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()
