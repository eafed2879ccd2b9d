"""A sound server without a device, and waiting for what programs do."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

LONGEST: Final = 60.0
"""Seconds until a wait for the sound server or its programs fails. They hang at times, and then
only a new server helps."""
_LONGEST_CALL: Final = 10.0


def needed(*programs: str) -> None:
    """Skip the test where a program is missing."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (scripts/system-packages installs it)")


def until(is_so: Callable[[], bool], what: str) -> None:
    """Ask again and again until something is so.

    Raises
    ------
    AssertionError
        If that takes longer than :data:`LONGEST`.
    """
    end = time.monotonic() + LONGEST
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.01)


@contextmanager
def sound_server(lv2_path: Path) -> Iterator[dict[str, str]]:
    """Run a sound server that needs no device; yield the environment of its programs."""
    environment = {
        **os.environ,
        "LV2_PATH": str(lv2_path),
        "JACK_DEFAULT_SERVER": f"ndm{os.getpid()}",
        "JACK_NO_AUDIO_RESERVATION": "1",
        "JACK_NO_START_SERVER": "1",
    }
    name = environment["JACK_DEFAULT_SERVER"]
    command = ["jackd", "-n", name, "-r", "-d", "dummy", "-r", "44100", "-p", "256"]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, env=environment, **silent)
    try:
        subprocess.run(["jack_wait", "-w", "-t", "10"], env=environment, check=True, **silent)
        yield environment
    finally:
        # Killed, it would leave its entry among the eight that this computer may have.
        server.terminate()
        try:
            server.wait(LONGEST)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def connected(environment: dict[str, str], *ends: str) -> None:
    """Connect two ports as soon as both are there."""
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = ["jack_connect", *ends]

    def is_done() -> bool:
        try:
            done = subprocess.run(command, env=environment, timeout=_LONGEST_CALL, **silent)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    until(is_done, f"{ends} never appear")
