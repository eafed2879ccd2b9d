"""A real sclang, a server of the test, and a recorder in the place of scsynth."""

import shutil

import pytest
from tests.support.clients.listener import Listener
from tests.support.clients.pd import free_ports
from tests.support.clients.sclang import Sclang, blocks
from tests.support.clients.scsynth import Recorder

needs_sclang = pytest.mark.skipif(
    not shutil.which("sclang"),
    reason="needs Debian's supercollider-language (scripts/system-packages)",
)
needs_scsynth = pytest.mark.skipif(
    not shutil.which("scsynth"),
    reason="needs Debian's supercollider-server (scripts/system-packages)",
)


@pytest.fixture
def recorder():
    started = Recorder()
    yield started
    started.close()


@pytest.fixture(scope="session")
def server():
    """The server of the example: a socket of the test."""
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(scope="session")
def started(server, tmp_path_factory):
    """Sclang with block 2 of the example; starting it takes seconds, so all tests share it."""
    sclang = Sclang(tmp_path_factory.mktemp("sc"), free_ports(1)[0])
    try:
        sclang.run(blocks(server.port)[1])
        server.hello = server.take()
        yield sclang
    finally:
        sclang.close()


@pytest.fixture
def example(started):
    """The example with its initial values."""
    started.run(
        r"~id = 0; ~seed = nil; ~soundId = nil; ~category = \kick; ~p = [0.0, 0.0, 0.0];"
        "~range = 1.0; ~wild = 1.0; ~draw.(); ~turn = 0; ~blend = 0; ~statusText = nil;"
        "~tablet = nil;"
    )
    return started


@pytest.fixture
def sclang(tmp_path):
    """Start an sclang of its own, whose scsynth has a port."""
    running = []

    def start(synth_port):
        running.append(Sclang(tmp_path, synth_port))
        return running[-1]

    yield start
    for each in running:
        each.close()
