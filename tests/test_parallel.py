"""Tasks in this process, in several, and the errors of both."""

import _multiprocessing
import errno
import math
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from tests.support.patience import PATIENCE

from neural_drum_machine import parallel
from neural_drum_machine.errors import DatasetError, NdmWarning
from neural_drum_machine.parallel import run


def process(_task: int) -> int:
    return os.getpid()


def wait_for_ever(folder: str) -> None:
    Path(folder, str(os.getpid())).touch()
    threading.Event().wait()


def test_results_come_in_the_order_of_the_tasks():
    assert list(run(math.sqrt, [9.0, 4.0, 1.0], workers=1)) == [3, 2, 1]


def test_one_worker_is_this_process_and_two_are_others():
    assert set(run(process, range(4), workers=1)) == {os.getpid()}
    assert os.getpid() not in set(run(process, range(4), workers=2))


def test_without_shared_memory_this_process_does_the_work(monkeypatch):
    def refused(*_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(_multiprocessing, "SemLock", refused)
    with pytest.warns(NdmWarning, match="one process does the work.*/dev/shm is missing"):
        assert list(run(process, range(3), workers=2)) == [os.getpid()] * 3
    # One worker needs no locks, so nothing is said.
    assert list(run(process, range(3), workers=1)) == [os.getpid()] * 3


def test_all_cores_are_those_of_the_container(monkeypatch):
    monkeypatch.setattr(parallel, "cores", lambda: 1)
    assert list(run(process, range(3))) == [os.getpid()] * 3


def test_no_workers_is_an_error():
    with pytest.raises(DatasetError, match="--workers must be at least 1, got 0"):
        list(run(math.sqrt, [1.0], workers=0))


@pytest.mark.slow
def test_a_dask_scheduler_that_does_not_answer_is_an_error():
    pytest.importorskip("distributed", reason="Dask is an extra")
    with pytest.raises(DatasetError, match=r"tcp://127.0.0.1:9.*no scheduler answers"):
        list(run(math.sqrt, [1.0], dask="tcp://127.0.0.1:9"))


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_workers_end_when_their_command_is_killed(tmp_path):
    program = (
        "import os, pathlib, sys, time\n"
        "from neural_drum_machine.parallel import run\n"
        "from tests.test_parallel import wait_for_ever\n"
        "list(run(wait_for_ever, [sys.argv[1]] * 4, workers=2))\n"
    )
    command = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=Path(__file__).parents[1]
    )
    parent = psutil.Process(command.pid)
    deadline = time.monotonic() + PATIENCE
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < deadline:
        command.poll()
    children = parent.children(recursive=True)
    assert {int(path.name) for path in tmp_path.iterdir()} <= {child.pid for child in children}
    command.kill()
    command.wait()
    _, alive = psutil.wait_procs(children, timeout=PATIENCE)
    for each in alive:
        each.kill()
    assert not alive
