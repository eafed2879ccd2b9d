"""A running server on a small model."""

import queue
import threading

import pytest
from tests.support.osc import Client
from tests.support.patience import PATIENCE

from neural_drum_machine.server import Engine, SoundFolder, serving, serving_web


class Mailbox(queue.Queue):
    """Collects the replies of an engine."""

    def take(self, n=1):
        """The next n replies, in a list."""
        return [self.get(timeout=PATIENCE) for _ in range(n)]


class Gate:
    """Holds an engine's worker within the first sound until it is opened."""

    def __init__(self, monkeypatch, machine):
        self.entered, self._open = threading.Event(), threading.Event()
        render_code = machine.render_code

        def held(*arguments, **options):
            self.entered.set()
            assert self._open.wait(30)
            return render_code(*arguments, **options)

        monkeypatch.setattr(machine, "render_code", held)

    def open(self):
        self._open.set()


class Clock:
    """Stands still until a test moves it."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def folder(tmp_path):
    made = SoundFolder(tmp_path)
    yield made
    made.close()


@pytest.fixture
def machine(small_machine):
    """The small model in an object of the test's own, which it may patch."""
    return small_machine.with_inverter(small_machine.inverter)


@pytest.fixture
def engine(machine, folder):
    made = Engine(machine, folder)
    yield made
    made.close()


@pytest.fixture
def gate(monkeypatch, machine, engine):
    made = Gate(monkeypatch, machine)
    yield made
    made.open()


@pytest.fixture
def departures(engine, monkeypatch):
    """A semaphore that is released whenever the engine has forgotten a client."""
    gone, leave = threading.Semaphore(0), engine.leave

    def forget(client):
        leave(client)
        gone.release()

    monkeypatch.setattr(engine, "leave", forget)
    return gone


@pytest.fixture(scope="module")
def shared_server(small_machine, tmp_path_factory):
    """(engine, OSC server, web server) for tests that leave them as they were."""
    with (
        serving(small_machine, port=0, parent=tmp_path_factory.mktemp("sounds")) as (engine, osc),
        serving_web(engine, port=0) as web,
    ):
        yield engine, osc, web


@pytest.fixture
def server(machine, tmp_path):
    """(engine, OSC server) for one test."""
    with serving(machine, port=0, parent=tmp_path) as made:
        yield made


@pytest.fixture
def client(server):
    with Client(server[1].address[1]) as made:
        yield made
