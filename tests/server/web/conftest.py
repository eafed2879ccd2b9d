"""A web server, its clients, and its application without a server."""

import pytest
from starlette.testclient import TestClient
from tests.support.web import WebClient

from neural_drum_machine.kits.new_kit import new_kit
from neural_drum_machine.server import serving_web
from neural_drum_machine.server.web import make_app


@pytest.fixture
def web(engine):
    """A server for one test, on the engine of that test."""
    with serving_web(engine, port=0) as made:
        yield made


@pytest.fixture
def shared_web(shared_server):
    """A server for tests that leave it as it was."""
    return shared_server[2]


@pytest.fixture
def sock(shared_web):
    """A client of the shared server."""
    with WebClient(shared_web) as made:
        yield made


@pytest.fixture(scope="session")
def kit(small_machine):
    """A kit of the shared server's machine."""
    return new_kit(small_machine, 7, style="dark", voices=8)


@pytest.fixture(scope="module")
def page(shared_server):
    """The application without a server, as the page's own browser sees it."""
    with TestClient(make_app(shared_server[0]), base_url="http://127.0.0.1:9720") as client:
        yield client
