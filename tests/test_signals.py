"""The tests run in the background of a script, too."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import os, signal, subprocess, sys
from tests.support.signals import heeded_by_children
heeded_by_children()
for name in ("SIGINT", "SIGHUP"):
    os.kill(os.getpid(), getattr(signal, name))  # it goes on
child = "import signal as s; print(s.getsignal(s.SIGINT) is s.SIG_IGN, s.getsignal(s.SIGHUP))"
subprocess.run([sys.executable, "-c", child], check=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP")
def test_programs_heed_signals_that_their_parent_ignores():
    root = str(Path(__file__).parents[1])
    done = subprocess.run(
        ["sh", "-c", 'trap "" INT HUP; exec "$0" -c "$1"', sys.executable, CODE],
        capture_output=True, text=True, env=os.environ | {"PYTHONPATH": root},
    )  # fmt: skip
    assert (done.stdout.split(), done.returncode, done.stderr) == (["False", "0"], 0, "")
