"""The device's Python, its scripts under Node, and the whole device in a stand-in for Max."""

import shutil
import sys
from pathlib import Path

import pytest

MAX = Path(__file__).parents[3] / "clients" / "max"
sys.path.insert(0, str(MAX))

from tests.clients.max.host import Host, Script  # noqa: E402

needs_node = pytest.mark.skipif(
    not shutil.which("node"), reason="needs Debian's nodejs (scripts/system-packages)"
)


@pytest.fixture
def script():
    """Start a script of clients/max, by its name and arguments."""
    running = []

    def start(*words):
        running.append(Script(*words))
        return running[-1]

    yield start
    for each in running:
        each.close()


@pytest.fixture
def device():
    """Load the committed device file; it is told the server's port, if any."""
    from device.build import NAME
    from device.container import read

    loaded = []

    def load(port=None, **restored):
        file = read((MAX / NAME).read_bytes())
        loaded.append(Host(file, port, restored))
        return loaded[-1]

    yield load
    for each in loaded:
        each.close()
