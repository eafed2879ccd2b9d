"""The audio thread allocates nothing, waits for no lock and touches no file."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def run(host_path, *arguments: object) -> list[str]:
    """Return what a program printed that ran with the watch preloaded."""
    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=ROOT, env={**os.environ, "LD_PRELOAD": str(host_path)}, text=True, check=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    return done.stdout.split()


def test_the_audio_thread_does_nothing_that_may_wait(host_path, clap):
    calls, first, heard = run(host_path, "tests.support.watched_audio", host_path, clap, 3)
    assert (calls, first) == ("0", "nothing")
    assert heard == "True"


def test_the_watch_sees_what_it_is_for(host_path):
    program = (
        "import ctypes, sys; host = ctypes.CDLL(sys.argv[1]); c = ctypes.CDLL(None);"
        "c.malloc.restype = ctypes.c_void_p; host.rt_clear(); host.rt_watch(1); c.malloc(64);"
        "host.rt_watch(0); print(host.rt_calls() > 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(host_path)],
        env={**os.environ, "LD_PRELOAD": str(host_path)}, text=True, check=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert done.stdout.strip() == "True"
