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
    """Load the committed device file, optionally with the server's port and stored parameters.

    With a port, the server makes the sounds. `file` is another device; `beside` are files in its
    folder.
    """
    from device.build import NAME
    from device.container import read

    committed = read((MAX / NAME).read_bytes())
    loaded = []

    def load(port=None, *, file=committed, beside=(), **restored):
        server = {"Port": port, "Engine": 1} if port else {}
        return Host(file, node, server | restored, loaded, beside)

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
    """The samples in the device's buffer, ``(n, 2)``, as the 16 bits of the file."""
    samples, sr = device.sound()
    assert (sr, samples.shape[1]) == (44100, 2)
    return np.round(samples * 32768).astype(np.int16)


def check_preset(device, stored, wanted):
    """Check that stored parameters bring a sound back to a device that plays another one."""
    device.set("Typical")
    device.set("Category", 0)
    device.settle()
    assert played(device).shape != wanted.shape or (played(device) != wanted).any()
    for name, value in stored.items():
        device.set(name, *(value if isinstance(value, list) else [value]))
    device.settle()
    np.testing.assert_array_equal(played(device), wanted)


def same(device, sound):
    """Whether the device's buffer holds a sound."""
    return np.array_equal(played(device), sixteen_bit(sound))


def sixteen_bit(sound):
    """The samples of a sound, ``(n, 2)``, as the 16 bits of the file."""
    return to_pcm(np.broadcast_to(sound.samples, (2, sound.samples.shape[-1])).T)
