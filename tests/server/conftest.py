"""A running server on a small model, and a client that knows only bytes."""

import queue
import socket
import struct

import pytest

from neural_drum_machine.server import Engine, SoundFolder, serving


def osc(address, *arguments):
    """An OSC message by hand: int as i, float as f, str as s."""

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


class Client:
    """A UDP socket."""

    def __init__(self, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.connect(("127.0.0.1", port))
        self.socket.settimeout(30)
        self.port = self.socket.getsockname()[1]

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


class Mailbox(queue.Queue):
    """Collects replies of an engine."""

    def take(self, n):
        return [self.get(timeout=30) for _ in range(n)]


class Gate:
    """Holds an engine's worker within a request until it is opened."""

    def __init__(self, monkeypatch, engine):
        import threading

        self.entered, self._open = threading.Event(), threading.Event()
        make = engine._studio.make

        def held(request, memory):
            self.entered.set()
            assert self._open.wait(30)
            return make(request, memory)

        monkeypatch.setattr(engine._studio, "make", held)

    def open(self):
        self._open.set()


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def folder(tmp_path):
    made = SoundFolder(tmp_path)
    yield made
    made.close()


@pytest.fixture
def engine(small_machine, folder):
    made = Engine(small_machine, folder)
    yield made
    made.close()


@pytest.fixture
def gate(monkeypatch, engine):
    made = Gate(monkeypatch, engine)
    yield made
    made.open()


@pytest.fixture
def server(small_machine, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with serving(small_machine, port=0) as (engine, osc_server):
        yield engine, osc_server


@pytest.fixture
def client(server):
    made = Client(server[1].address[1])
    yield made
    made.socket.close()
