"""A real Pd and a real server."""

import shutil
import sys

import pytest
from tests.support.clients.pd import PD, Pd

from neural_drum_machine.server import serving

sys.path.insert(0, str(PD))

needs_pd = pytest.mark.skipif(
    not shutil.which("pd"), reason="needs Debian's puredata-core (scripts/system-packages)"
)


@pytest.fixture(scope="module")
def port(small_machine, tmp_path_factory):
    """The UDP port of a server whose folder has a name that needs escaping."""
    parent = tmp_path_factory.mktemp("server") / "dœs spaces"
    parent.mkdir()
    with serving(small_machine, port=0, parent=parent) as (_, server):
        yield server.address[1]


@pytest.fixture
def pd(tmp_path):
    """Start Pd with the server's port, its sample rate, and values of controls."""
    running = []

    def start(port, rate=44100, **settings):
        running.append(Pd(tmp_path, port, rate, settings))
        return running[-1]

    yield start
    for each in running:
        each.close()
