"""The loads of ``benchmarks/attack.py``: each runs in a process of its own, against a server.

A load is a function of the server's ports, the seconds that it lasts, and an event that is set when
it has begun. It returns what it saw itself, by name.
"""

import contextlib
import json
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from neural_drum_machine.server.osc import build_message

MIB: Final = 2**20
TEXT, BINARY, PING = 0x81, 0x82, 0x89
Ports = tuple[int, int]
"""UDP port for OSC, TCP port of the page."""


def paced(seconds: float, per_second: float) -> Iterator[int]:
    """Count, so many times a second; what is late is caught up, but not after the end."""
    start = time.monotonic()
    for n in range(round(seconds * per_second)):
        if time.monotonic() > start + seconds:
            return
        wait = start + n / per_second - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        yield n


def udp(ports: Ports, n: int = 1) -> list[socket.socket]:
    made = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(n)]
    for each in made:
        each.connect(("127.0.0.1", ports[0]))
        each.setblocking(False)
    return made


def send(to: socket.socket, data: bytes) -> None:
    with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
        to.send(data)


def generate(id_: int, *rest: int | float | str) -> bytes:
    return build_message("/ndm/generate", id_, "kick", 0.1, 0.2, 0.3, *rest)


def many_ports(ports: Ports, seconds: float, begun: Any, n: int, each: float) -> dict[str, Any]:
    """`n` sockets drag at `each` messages a second."""
    sockets, messages = udp(ports, n), [generate(id_) for id_ in range(64)]
    begun.set()
    sent = 0
    ticks = max(each, 100)  # sends are spread over hundredths of a second
    for tick in paced(seconds, ticks):
        for number, one in enumerate(sockets):
            if (tick + number) % round(ticks / each) == 0:
                send(one, messages[tick % 64])
                sent += 1
    return {"sent": f"{sent / seconds:.0f}/s"}


def replies(ports: Ports, seconds: float, begun: Any) -> dict[str, Any]:
    """One socket names forty ports for its answers, 20 messages a second each."""
    (one,) = udp(ports)
    begun.set()
    for tick in paced(seconds, 800):
        send(one, generate(tick, "reply", 20_000 + tick % 40))
    return {}


def encodings(ports: Ports, seconds: float, begun: Any) -> dict[str, Any]:
    """Four clients ask for 20 encodings a second in all."""
    sockets = udp(ports, 4)
    for one in sockets:
        send(one, build_message("/ndm/random", 1, "snare"))
    time.sleep(1)
    begun.set()
    for tick in paced(seconds, 20):
        send(sockets[tick % 4], build_message("/ndm/encode", tick + 2, 1))
    return {}


def uploads(ports: Ports, seconds: float, begun: Any) -> dict[str, Any]:
    """Eight uploads of ten seconds get a sample each 1.8 s: 4.4 datagrams a second."""
    sockets = udp(ports, 8)
    for one in sockets:
        send(one, build_message("/ndm/upload", 1, 441_000, 44_100))
    begun.set()
    for tick in paced(seconds, 8 / 1.8):
        send(sockets[tick % 8], build_message("/ndm/samples", 1, tick // 8, 0.5))
    return {}


def flood(ports: Ports, seconds: float, begun: Any, data: bytes, per_second: float) -> dict:
    """One socket sends the same message; the server's processor time for each is measured."""
    (one,) = udp(ports)
    begun.set()
    for _ in paced(seconds, per_second):
        send(one, data)
    return {}


def samples(ports: Ports, seconds: float, begun: Any) -> dict[str, Any]:
    (one,) = udp(ports)
    begun.set()
    part = build_message("/ndm/samples", 1, 0, *[0.5] * 1024)
    for tick in paced(seconds, 200):
        if tick % 100 == 0:
            send(one, build_message("/ndm/upload", 1, 441_000, 44_100))
        send(one, part)
    return {}


def hellos(ports: Ports, seconds: float, begun: Any) -> dict[str, Any]:
    """50 hellos a second name the port of somebody who did not ask."""
    (one,) = udp(ports)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as victim:
        victim.bind(("127.0.0.1", 0))
        victim.setblocking(False)
        hello = build_message("/ndm/hello", "reply", victim.getsockname()[1])
        begun.set()
        sent = got = 0
        for _ in paced(seconds, 50):
            send(one, hello)
            sent += len(hello)
            while select.select([victim], [], [], 0)[0]:
                got += len(victim.recv(65536))
    return {"amplification": f"{got / sent:.1f}"}


class RawSocket:
    """A WebSocket by hand, which need not read."""

    def __init__(self, ports: Ports) -> None:
        port = ports[1]
        self.tcp = socket.create_connection(("127.0.0.1", port))
        self.tcp.sendall(
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        self.tcp.recv(4096)
        self.tcp.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self.tcp, select.POLLRDHUP)
        self._left = b""
        self.opened = time.monotonic()
        self.lasted: float | None = None
        """Seconds until the server closed it."""

    def send(self, data: bytes) -> bool:
        """Send what fits; return whether `data` was taken, which it is if all before was sent."""
        if self.is_closed():
            return False
        taken = not self._left
        self._left = self._left or data
        try:
            self._left = self._left[self.tcp.send(self._left) :]
        except BlockingIOError:
            pass
        except OSError:
            self.lasted = time.monotonic() - self.opened
        return taken

    def is_closed(self) -> bool:
        """Return whether the server has closed it."""
        if self.lasted is None and self._poll.poll(0):
            self.lasted = time.monotonic() - self.opened
        return self.lasted is not None


def frame(opcode: int, data: bytes, *, length: int | None = None) -> bytes:
    """Return a client's frame, masked with zeros; `length` announces more than there is."""
    n = len(data) if length is None else length
    if n < 126:
        head = struct.pack("!BB", opcode, 0x80 | n)
    elif n < 65_536:
        head = struct.pack("!BBH", opcode, 0x80 | 126, n)
    else:
        head = struct.pack("!BBQ", opcode, 0x80 | 127, n)
    return head + bytes(4) + data


def until_closed(
    ports: Ports, seconds: float, begun: Any, n: int, first: bytes, again: bytes, per_second: float
) -> dict[str, Any]:
    """`n` sockets send `first`, then `again` for ever; nobody reads."""
    sockets = [RawSocket(ports) for _ in range(n)]
    for one in sockets:
        one.send(first or again)
    begun.set()
    for _ in paced(seconds, per_second):
        for one in sockets:
            one.send(again)
        if sum(one.is_closed() for one in sockets) == n:  # all of them are looked at
            break
    lasted = [one.lasted for one in sockets]
    left = sum(each is None for each in lasted)
    return {
        "closed": f"{left} of {n} never" if left else f"{max(each or 0 for each in lasted):.1f} s"
    }


def nothing(_: Ports, seconds: float, begun: Any) -> dict[str, Any]:
    """Do nothing, for comparison."""
    begun.set()
    time.sleep(seconds)
    return {}


def big_json() -> bytes:
    """260 kB of JSON that are no request: most of the time goes into reading them."""
    values = {"type": "recall", "id": 1, "category": "kick", "code": [0.123456] * 1000}
    values["junk"] = [[n, {}] for n in range(19_000)]
    return frame(TEXT, json.dumps(values).encode()[:260_000])


LOADS: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    "nothing": nothing,
    "40 ports": lambda p, s, b: many_ports(p, s, b, 40, 2),
    "40 replies": replies,
    "200 ports": lambda p, s, b: many_ports(p, s, b, 200, 100),
    "33 ports": lambda p, s, b: many_ports(p, s, b, 33, 2),
    "encodings": encodings,
    "fast drag": lambda p, s, b: many_ports(p, s, b, 1, 240),
    "upload places": uploads,
    "pings": lambda p, s, b: until_closed(p, s, b, 1, b"", 512 * frame(PING, bytes(125)), 2000),
    "unread": lambda p, s, b: until_closed(p, s, b, 1, b"", frame(TEXT, b'{"type":"hello"}'), 400),
    "halves": lambda p, s, b: until_closed(
        p, s, b, 31, frame(BINARY, bytes(16 * MIB - 10), length=16 * MIB), b"", 50
    ),
    "empty fragments": lambda p, s, b: until_closed(
        p, s, b, 1, frame(0x02, b""), 40_000 * frame(0, b""), 100
    ),
    "2-byte fragments": lambda p, s, b: until_closed(
        p, s, b, 1, frame(0x02, b""), 40_000 * frame(0, b"ab"), 100
    ),
    "big JSON": lambda p, s, b: until_closed(p, s, b, 8, b"", big_json(), 100),
    "big binaries": lambda p, s, b: until_closed(p, s, b, 8, b"", frame(BINARY, bytes(MIB)), 500),
    "status": lambda p, s, b: flood(p, s, b, build_message("/ndm/status"), 1000),
    "samples": samples,
    "hellos": hellos,
}
