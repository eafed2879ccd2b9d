"""The device with its engine inside: no server."""

import json

import numpy as np
import pytest
import soundfile
from tests.clients.max.conftest import MAX
from tests.support.once import built_once

from neural_drum_machine.machine import default_model_path, load
from neural_drum_machine.server.site import engine_files
from neural_drum_machine.server.site.site import engine_path

ROOT = MAX.parents[1]


@pytest.fixture(scope="session")
def engine_js(tmp_path_factory):
    """The script with the engine, as ``make max`` builds it; kits of one style lie ready."""
    from device.engine_script import ENGINE, bundler, engine_script

    if not engine_path().exists():
        pytest.skip("needs the engine for browsers (scripts/build_wasm, with ziglang)")
    if not bundler(ROOT).exists():
        pytest.skip("needs esbuild (npm ci --ignore-scripts)")

    def write(to):
        files = engine_files(load(), default_model_path(), styles=("tight",))
        (to / ENGINE).write_bytes(engine_script(ROOT, files))

    return built_once(tmp_path_factory, "max-engine", write) / ENGINE


@pytest.fixture(scope="session")
def machine():
    """The model of the package, played by the engine in C where it is built."""
    return load()


@pytest.fixture
def inside(device, engine_js):
    """A device whose engine plays its first sound. No server listens at its port."""
    loaded = device(beside=[engine_js], Port=1024)
    loaded.until(lambda: loaded.sound() is not None)
    return loaded


@pytest.fixture
def toy(tmp_path):
    """Write a script in the engine's place, as lines that use ``max``; returns its path."""
    from device.engine_script import ENGINE

    def write(*lines):
        path = tmp_path / ENGINE
        path.write_text("\n".join(['const max = require("max-api");', *lines]))
        return path

    return write


def away(samples, wanted):
    """The RMS of the difference of two sounds of one channel, in dB of full scale."""
    change = np.zeros(max(len(samples), len(wanted)))
    change[: len(samples)] = samples
    change[: len(wanted)] -= wanted
    return 20 * np.log10(np.sqrt(np.square(change).mean()) + 1e-12)


def heard(device):
    """The left channel of the device's buffer, which equals the right one."""
    samples, sr = device.sound()
    assert (sr, samples.shape[1]) == (44100, 2)
    np.testing.assert_array_equal(samples[:, 0], samples[:, 1])
    return samples[:, 0]


def recipe(path):
    """The recipe in a sound's file."""
    with soundfile.SoundFile(path) as file:
        return json.loads(file.comment)


def newest(device):
    """The file of the device's newest sound."""
    return [m[2] for m in device.received if m[0] == "/ndm/sound"][-1]
