"""The CLAP and the VST3 for Windows in wine: they play what the CLAP for Linux plays.

They are not built here, which takes minutes: ``scripts/build_plugin --windows`` does it, with
ziglang. The package wine of Debian is not in ``scripts/system-packages``: it has 700 MB.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.support.clap_host import DPF, WAITING, Note
from tests.support.jack import needed
from tests.support.other_systems import bundles_for
from tests.support.patience import PATIENCE

HERE = Path(__file__).resolve().parent
pytestmark = pytest.mark.slow
CLAP = Path("neural-drum-machine.clap", "neural-drum-machine.clap")
VST3 = Path("neural-drum-machine.vst3", "Contents", "x86_64-win", "neural-drum-machine.vst3")
NOTES = [Note(i * 20 * 512 + 17, 35 + i) for i in range(36)]


@pytest.fixture(scope="module")
def wine(tmp_path_factory):
    """Compile a program for Windows and run it in wine, in a folder of settings of its own."""
    if shutil.which("wine") is None:
        pytest.skip("wine is not installed (apt-get install wine wine64)")
    if importlib.util.find_spec("ziglang") is None:
        pytest.skip("ziglang is not installed (pip install ziglang)")
    bundles = bundles_for("windows")
    folder = tmp_path_factory.mktemp("wine")
    environment = {**os.environ, "WINEPREFIX": str(folder / "prefix"), "WINEDEBUG": "-all"}

    def run(name, binary, *arguments, **more):
        program = folder / f"{name}.exe"
        subprocess.run(
            [sys.executable, "-m", "ziglang", "cc", "-target", "x86_64-windows-gnu", "-w", "-O1",
             "-fms-extensions", f"-I{DPF / 'distrho' / 'src'}", HERE / "programs" / f"{name}.c",
             "-o", program, "-lgdi32", "-luser32"],
            check=True,
        )  # fmt: skip
        return subprocess.run(
            ["wine", program, bundles / binary, *map(str, arguments)],
            check=True, timeout=PATIENCE, capture_output=True, text=True, env=environment | more,
        )  # fmt: skip

    return run


@pytest.fixture
def display():
    """A screen that nobody sees; return its name."""
    needed("Xvfb")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1300x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL) as screen:
        os.close(write)
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
        screen.terminate()


@pytest.fixture(scope="module")
def here(plugin):
    """What Linux plays, ``(2, n)``, at least as long as what the programs play."""
    plugin.restart(44100)
    return plugin.play(NOTES, 36 * 20 * 512 / 44100)[:2]


def test_clap_for_windows_plays_what_linux_plays(wine, here, fresh, tmp_path):
    samples, session = tmp_path / "samples", tmp_path / "session"
    wine("play_clap", CLAP, samples, session, WAITING)
    out = np.fromfile(samples, np.float32).reshape(2, -1)
    # Another compiler rounds differently, and phases follow (docs/engine.md).
    assert np.sqrt(np.mean((out - here) ** 2)) < 1e-4
    assert fresh.load(session.read_bytes())
    fresh.settle()
    fresh.restart(44100)
    assert np.array_equal(fresh.play(NOTES, out.shape[1] / 44100)[:2], out)


def test_vst3_for_windows_plays_what_linux_plays(wine, here, tmp_path):
    samples = tmp_path / "samples"
    # The program also opens its session in a second instance, which has to play the same.
    said = wine("play_vst3", VST3, samples)
    assert said.stdout.splitlines() == ["Audio Module Class: Neural Drum Machine"]
    out = np.fromfile(samples, np.float32).reshape(2, -1)
    assert np.sqrt(np.mean((out - here) ** 2)) < 1e-4


def test_the_window_of_the_clap_opens_is_drawn_and_closes_twice(wine, display):
    # Nobody sees it: wine 8 shows no OpenGL of child windows on such a screen, whoever draws.
    done = wine("show_clap", CLAP, DISPLAY=display, WINEDEBUG="-all,trace+wgl")
    sizes = done.stdout.splitlines()
    assert len(sizes) == 2
    assert sizes[0] == sizes[1]
    contexts = done.stderr.split("wglDeleteContext")
    drawn = [each for each in contexts if "wglSwapBuffers" in each]
    assert len(drawn) == 2
