"""What is imported before the first sound can be made."""

import os
import subprocess
import sys

import pytest
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.slow

LATER = {
    "asyncio", "h11", "mido", "neural_drum_machine.grooves", "neural_drum_machine.kits.export",
    "neural_drum_machine.prepare", "neural_drum_machine.server.web", "psutil", "rich", "scipy",
    "starlette", "torch", "uvicorn", "websockets",
}  # fmt: skip
"""What serves the page, loops, kits and exports, and what prints: no sound needs any of it."""


def imported(process, until):
    """The modules that a process with -X importtime has imported before it says something."""
    names = set()
    for line in process.stdout:
        if line.startswith("import time:"):
            names.add(line.rpartition("|")[2].strip())
        if line.startswith(until):
            return names
    pytest.fail(f"it never said {until!r}")


def test_ndm_play_imports_for_the_first_sound_what_makes_it(small_bundle):
    words = ["play", "--quiet", "--no-browser", "--osc-port", "0", "--port", "0"]
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "neural_drum_machine", *words,
         "--model", small_bundle],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ},
    )  # fmt: skip
    try:
        before = imported(process, "OSC: UDP")
        after = imported(process, "Page: ")
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
    assert "neural_drum_machine.server.engine" in before
    assert not before & LATER
    assert "uvicorn" in after
