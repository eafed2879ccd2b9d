"""OSC by hand: a client that knows only bytes, and the replies that documents describe."""

import socket
import struct

import pytest
from tests.support.patience import PATIENCE

from neural_drum_machine.server.protocol import SoundReply, StatusReply

SOUND = SoundReply(
    1, "/tmp/ndm-sounds-1-a/c00/00.wav", 12.5, 1.0, 33075, 44100, 750.0, "kick", -1,
    0.5, -0.25, 0.0, "griffin-lim", 1.0, 0,
)  # fmt: skip
STATUS = StatusReply(2.0, 3, 2, 0, 1, 0, 0, 0, 1, 12.5, 12.5)


def osc(address, *arguments):
    """An OSC message: int as i, float as f, str as s."""

    def text(value):
        data = value.encode()
        return data + b"\0" * (4 - len(data) % 4)

    tags, body = ",", b""
    for value in arguments:
        if isinstance(value, str):
            tags, body = tags + "s", body + text(value)
        elif isinstance(value, int):
            tags, body = tags + "i", body + struct.pack(">i", value)
        else:
            tags, body = tags + "f", body + struct.pack(">f", value)
    return text(address) + text(tags) + body


def unpack(data):
    """(address, arguments) of a message that holds i, f and s only."""

    def text(start):
        end = data.index(b"\0", start)
        return data[start:end].decode(), end + 4 - end % 4

    address, start = text(0)
    tags, start = text(start)
    arguments = []
    for tag in tags[1:]:
        if tag == "s":
            value, start = text(start)
        else:
            value = struct.unpack_from({"i": ">i", "f": ">f"}[tag], data, start)[0]
            start += 4
        arguments.append(value)
    assert start == len(data)
    return address, arguments


def bundle(time, *elements):
    """An OSC bundle of messages and bundles; `time` in units of 2**-32 s since 1900."""
    head = b"#bundle\0" + struct.pack(">Q", time)
    return head + b"".join(struct.pack(">i", len(each)) + each for each in elements)


def ntp(seconds):
    """The time of a bundle, from seconds since 1970."""
    return int((seconds + 2_208_988_800) * 2**32)


PING = osc("/ndm/ping", 1)


def deep_bundle(n):
    """A ping in n bundles, each within the next."""
    data = PING
    for _ in range(n):
        data = bundle(1, data)
    return data


BAD_PACKETS = {
    "nothing": (b"", "not OSC: "),
    "no address": (b"hello\0\0\0,\0\0\0", "not OSC: it starts with b'hello"),
    "address without end": (b"/ndm/ping", "not OSC: "),
    "tags without comma": (b"/ndm/ping\0\0\0i\0\0\0\0\0\0\1", "type tags must start with a comma"),
    "too few bytes": (osc("/ndm/ping", 1)[:-1], "not OSC: "),
    "too many bytes": (osc("/ndm/ping", 1) + b"\0\0\0\0", "4 bytes too many"),
    "true": (b"/ndm/ping\0\0\0,T\0\0", "must be i, f or s, got type 'T'"),
    "blob": (b"/ndm/ping\0\0\0,b\0\0\0\0\0\1a\0\0\0", "must be i, f or s, got type 'b'"),
    "string that is no UTF-8": (b"/ndm/ping\0\0\0,s\0\0\xff\0\0\0", "not OSC: "),
    "long address": (osc("/" + "a" * 256), "256 characters, got 257"),
    "many arguments": (osc("/ndm/ping", *[1] * 65), "65 arguments; there may be 64"),
    "bundle without time": (b"#bundle\0\0\0", "a bundle without its time"),
    "bundle cut short": (bundle(1, PING)[:-1], "an element of 20 bytes"),
    "bundle with a stub": (bundle(1, PING) + b"\0", "ends within an element's size"),
    "negative size": (bundle(1) + b"\xff\xff\xff\xff", "an element of -1 bytes"),
    "size zero": (bundle(1) + b"\0\0\0\0", "an element of 0 bytes"),
    "nested too deep": (deep_bundle(5), "nested 4 deep"),
    "nested without end": (deep_bundle(3000), "nested 4 deep"),
    "too many messages": (bundle(1, *[PING] * 65), "a bundle may hold 64 messages"),
}
"""Packets that are not OSC, and what their refusals say."""


def wrong_arguments(address, port):
    """Messages with id 5 whose other arguments are not i, f or s, and what their refusals say.

    All but those whose rest cannot be read name the port for the answer.
    """

    def of(tags, body=b"", reply=True):
        if reply:
            tags, body = tags + "si", body + b"reply\0\0\0" + struct.pack(">i", port)
        tags = b",i" + tags.encode()
        head = osc(address)[:-4] + tags + b"\0" * (4 - len(tags) % 4)
        return head + struct.pack(">i", 5) + body

    types = "must be i, f or s, got type "
    return {
        **{tag: (of(tag), f"{types}'{tag}'") for tag in "TFNI"},
        **{tag: (of(tag, b"abcd"), f"{types}'{tag}'") for tag in "crm"},
        "t": (of("t", bytes(8)), f"{types}'t'"),
        "b": (of("b", b"\0\0\0\5abcde\0\0\0"), f"{types}'b'"),
        "array": (of("[ff]", bytes(8)), f"{types}'['"),
        "unknown": (of("x", reply=False), f"{types}'x'"),
        "no UTF-8": (of("s", b"\xff\0\0\0", reply=False), "not OSC: "),
        "without a float": (of("f", reply=False), "4 bytes are missing"),
        "without a number": (of("i", reply=False), "not OSC: "),
        "too long": (of("f", bytes(8), reply=False), "4 bytes too many"),
    }


def has_ipv6():
    """Whether programs can listen at ::1 here."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="needs IPv6, which this system lacks")


class Client:
    """A UDP socket that talks to a server on this computer."""

    def __init__(self, port, host="127.0.0.1"):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.socket.connect((host, port))
        self.socket.settimeout(PATIENCE)
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.send(data)

    def receive(self):
        return unpack(self.socket.recv(65536))

    def ask(self, address, *arguments):
        self.send(osc(address, *arguments))
        return self.receive()

    def status(self):
        address, arguments = self.ask("/ndm/status")
        assert address == "/ndm/status"
        return dict(zip(arguments[::2], arguments[1::2], strict=True))

    def until(self, address, *arguments):
        """Receive answers up to one; return those before it."""
        before = []
        while (answer := self.receive()) != (address, [*arguments]):
            before.append(answer)
        return before
