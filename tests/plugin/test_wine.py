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
from tests.support.other_systems import bundles_for
from tests.support.patience import PATIENCE

HERE = Path(__file__).resolve().parent
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

    def run(name, binary, *arguments):
        program = folder / f"{name}.exe"
        subprocess.run(
            [sys.executable, "-m", "ziglang", "cc", "-target", "x86_64-windows-gnu", "-w", "-O1",
             "-fms-extensions", f"-I{DPF / 'distrho' / 'src'}", HERE / "programs" / f"{name}.c",
             "-o", program],
            check=True,
        )  # fmt: skip
        done = subprocess.run(
            ["wine", program, bundles / binary, *map(str, arguments)],
            check=True, timeout=PATIENCE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        return done.stdout

    return run


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
    assert said.splitlines() == ["Audio Module Class: Neural Drum Machine"]
    out = np.fromfile(samples, np.float32).reshape(2, -1)
    assert np.sqrt(np.mean((out - here) ** 2)) < 1e-4
