"""The device's Python modules, its scripts under Node, and the device in a stand-in for Max."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.support.clients.max_host import Host
from tests.support.clients.max_scripts import Node

from neural_drum_machine.server import serving
from neural_drum_machine.signal.pcm import to_pcm

MAX = Path(__file__).parents[3] / "clients" / "max"
sys.path.insert(0, str(MAX))

needs_node = pytest.mark.skipif(
    not shutil.which("node"), reason="needs Debian's nodejs (scripts/system-packages)"
)


@pytest.fixture(scope="session")
def node():
    """One process of Node for all scripts."""
    process = Node()
    yield process
    process.close()


@pytest.fixture(scope="module")
def port(small_machine, tmp_path_factory):
    """The UDP port of a server."""
    with serving(small_machine, port=0, parent=tmp_path_factory.mktemp("server")) as (_, server):
        yield server.address[1]


@pytest.fixture
def device(node):
    """Load the committed device file, optionally with the server's port and stored parameters."""
    from device.build import NAME
    from device.container import read

    file = read((MAX / NAME).read_bytes())
    loaded = []

    def load(port=None, **restored):
        loaded.append(Host(file, node, port, restored))
        return loaded[-1]

    yield load
    for each in loaded:
        each.close()


@pytest.fixture
def live(device, port):
    """A device that plays the first sound of a server."""
    loaded = device(port)
    loaded.until(lambda: loaded.sound() is not None)
    return loaded


def played(device):
    """The samples in the device's buffer, as the 16 bits of the file."""
    samples, sr = device.sound()
    assert sr == 44100
    return np.round(samples[:, 0] * 32768).astype(np.int16)


def same(device, sound):
    """Whether the device's buffer holds a sound."""
    return np.array_equal(played(device), sixteen_bit(sound))


def sixteen_bit(sound):
    """The samples of a sound, as the 16 bits of the file."""
    return to_pcm(sound.samples)
