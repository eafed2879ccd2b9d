"""The CLAP for Windows in wine: it plays what the one for Linux plays.

It is not built here, which takes minutes: ``scripts/build_plugin --windows`` does it, with ziglang.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.support.clap_host import DPF, Note
from tests.support.jack import needed
from tests.support.patience import PATIENCE

HERE = Path(__file__).resolve().parent
BUNDLE = HERE.parent.parent / "build" / "plugin" / "windows" / "neural-drum-machine.clap"


def test_windows_plays_what_linux_plays(fresh, tmp_path):
    needed("wine")
    if importlib.util.find_spec("ziglang") is None:
        pytest.skip("ziglang is not installed (pip install ziglang)")
    binary = BUNDLE / "neural-drum-machine.clap"
    if not binary.exists():
        pytest.skip("there is no build for Windows (scripts/build_plugin --windows)")
    program = tmp_path / "play_all.exe"
    subprocess.run(
        [sys.executable, "-m", "ziglang", "cc", "-target", "x86_64-windows-gnu", "-w", "-O1",
         f"-I{DPF / 'distrho' / 'src'}", HERE / "windows" / "play_all.c", "-o", program],
        check=True,
    )  # fmt: skip
    samples, session = tmp_path / "samples", tmp_path / "session"
    subprocess.run(["wine", program, binary, samples, session], check=True, timeout=PATIENCE)
    out = np.fromfile(samples, np.float32).reshape(2, -1)
    notes = [Note(i * 20 * 512 + 17, 35 + i) for i in range(36)]
    here = fresh.play(notes, out.shape[1] / 44100)[:2]
    # Another compiler rounds differently, and phases follow (docs/engine.md).
    assert np.sqrt(np.mean((out - here) ** 2)) < 1e-4
    assert fresh.load(session.read_bytes())
    fresh.settle()
    fresh.restart(44100)
    assert np.array_equal(fresh.play(notes, out.shape[1] / 44100)[:2], out)
