"""A process of its own for work that may crash."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from tests.support.patience import PATIENCE

from neural_drum_machine.child_process import ChildError, answer_of

CHILD = "tests.support.child"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the address space")


def test_bytes_come_back():
    data = bytes(range(256)) * 10_000
    assert answer_of(CHILD, data, len(data)) == data[::-1]
    assert answer_of(CHILD, b"", 0) == b""
    assert answer_of(CHILD, b"pid", 20) == str(os.getpid()).encode()


@POSIX
def test_what_is_printed_there_is_not_in_the_answer(capfd):
    assert answer_of(CHILD, b"print", 100) == b"the answer"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        pytest.param(b"kill", r"it crashed \(signal 9\)", marks=POSIX),
        pytest.param(b"abort", r"it crashed \(signal 6\)", marks=POSIX),
        pytest.param(b"memory", "it needed more than 1024 MiB", marks=LINUX),
        (b"raise", r"it crashed \(exit code 0x1\)"),
        (b"long", "its answer is too long"),
    ],
)
def test_a_child_that_fails_is_an_error_that_says_how(action, sentence):
    with pytest.raises(ChildError, match=sentence):
        answer_of(CHILD, action, 999)
    assert answer_of(CHILD, b"echo", 999) == b"echo"


def test_a_child_that_hangs_is_ended():
    with pytest.raises(ChildError, match=r"it took longer than 0\.3 s"):
        answer_of(CHILD, b"hang", 99, seconds=0.3)


@pytest.mark.parametrize("python", ["/no/such/python", "", None])
def test_without_a_python_the_error_says_so(monkeypatch, python):
    monkeypatch.setattr(sys, "executable", python)
    with pytest.raises(ChildError, match="no process could be started"):
        answer_of(CHILD, b"echo", 99)


def test_nothing_is_imported_from_the_current_folder(monkeypatch, tmp_path):
    (tmp_path / "a_module_of_somebody_else.py").touch()
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ChildError, match="crashed"):
        answer_of(CHILD, b"import", 99)


@POSIX
@pytest.mark.slow
def test_a_child_ends_with_its_parent(tmp_path):
    program = (
        "import sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from neural_drum_machine.child_process import answer_of\n"
        f"answer_of({CHILD!r}, b'tell ' + sys.argv[2].encode(), 9)\n"
    )
    told = tmp_path / "id"
    command = subprocess.Popen(
        [sys.executable, "-c", program, str(Path(__file__).parents[1]), str(told)]
    )
    deadline = time.monotonic() + PATIENCE
    while not told.exists() and time.monotonic() < deadline:
        assert command.poll() is None
    child = psutil.Process(int(told.read_text()))
    assert child.ppid() == command.pid
    command.kill()
    command.wait()
    child.wait(timeout=PATIENCE)
