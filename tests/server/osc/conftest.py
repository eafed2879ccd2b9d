import pytest
from tests.support.osc import Client

from neural_drum_machine.server import OscServer


@pytest.fixture
def timed(engine, clock):
    """A client of a server whose clock the test moves."""
    server = OscServer(engine, port=0, clock=clock)
    with Client(server.address[1]) as made:
        yield made
    server.close()
