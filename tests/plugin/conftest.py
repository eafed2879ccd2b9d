"""The built plug-in, and hosts for it. What is missing is skipped, and says so."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from tests.support.clap_host import ClapHost, compiled_host, host_library
from tests.support.workshop import Workshop

import neural_drum_machine as ndm
from neural_drum_machine.errors import EngineError
from neural_drum_machine.native.library import library

ROOT = Path(__file__).resolve().parent.parent.parent


def built(*options: str, out: Path) -> str:
    """Build what options ask for, once at a time; return what was said."""
    out.mkdir(parents=True, exist_ok=True)
    with FileLock(out / "lock"):
        # The compiler is not to be watched by what watches the plug-in.
        environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
        done = subprocess.run(
            [sys.executable, ROOT / "scripts" / "build_plugin", "--if-possible", *options,
             "--out", out],
            capture_output=True, text=True, check=True, env=environment,
        )  # fmt: skip
    return done.stdout + done.stderr


@pytest.fixture(scope="session")
def bundles():
    """The folder of the bundles for Linux, up to date with their sources."""
    if sys.platform != "linux":
        pytest.skip("the hosts of these tests run on Linux")
    out = ROOT / "build" / "plugin"
    # scripts/test_plugin_sanitized asks for the other one.
    kind = os.environ.get("NDM_TEST_PLUGIN", "linux")
    said = built(*([] if kind == "linux" else ["--sanitized", "--without-window"]), out=out)
    if "not built" in said or "cannot be built" in said:
        pytest.skip(said.strip())
    return out / kind


@pytest.fixture(scope="session")
def clap(bundles):
    """The CLAP bundle."""
    return bundles / "neural-drum-machine.clap"


@pytest.fixture(scope="session")
def host_path(bundles, tmp_path_factory):
    """The small host, compiled, with what watches the audio thread."""
    return compiled_host(tmp_path_factory.mktemp("host") / "host.so")


@pytest.fixture(scope="session")
def host(host_path):
    """The host as a library."""
    return host_library(host_path)


@pytest.fixture(scope="module")
def plugin(host, clap):
    """An instance that tests of a module share; they leave its parameters as they were."""
    with ClapHost(host, clap) as out:
        out.settle()
        yield out


@pytest.fixture
def fresh(host, clap):
    """An instance of one's own."""
    with ClapHost(host, clap) as out:
        out.settle()
        yield out


@pytest.fixture(scope="session")
def machine():
    """The model that ships, played by the engine in C as Python calls it."""
    try:
        library()
    except EngineError as error:
        pytest.skip(str(error))
    return ndm.load(engine="native")


@pytest.fixture(scope="session")
def workshop_library(bundles, tmp_path_factory):
    """The plug-in without a host, as a library."""
    library = tmp_path_factory.mktemp("workshop") / "workshop.so"
    checks = ["--sanitized"] if bundles.name == "sanitized" else []
    built(*checks, "--test-library", str(library), out=ROOT / "build" / "plugin")
    return ctypes.CDLL(str(library))


@pytest.fixture
def workshop(workshop_library, clap):
    """An instance without a host."""
    with Workshop(workshop_library, clap / "nothing") as out:
        yield out


@pytest.fixture
def lv2_path(bundles, tmp_path):
    """A folder in which hosts find this bundle alone."""
    (tmp_path / "lv2").mkdir()
    (tmp_path / "lv2" / "ours.lv2").symlink_to(bundles / "neural-drum-machine.lv2")
    return tmp_path / "lv2"
