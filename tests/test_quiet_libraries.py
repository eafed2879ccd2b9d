"""C libraries are silenced, in every thread, and nothing that Python prints is lost."""

import subprocess
import sys

import pytest
from tests.support.patience import PATIENCE

CODE = """
import io, os, sys, threading
from neural_drum_machine.quiet_libraries import keep_python_output, quiet_libraries

def library(text):
    os.write(2, text)

keep_python_output()
library(b"before\\n")
inside, leave = threading.Event(), threading.Event()

def other():
    with quiet_libraries():
        inside.set()
        leave.wait()

thread = threading.Thread(target=other)
with quiet_libraries():
    thread.start()
    inside.wait()
    library(b"one\\n")
    print("python", file=sys.stderr)
library(b"two\\n")
sys.stderr.write("half a line")
sys.stderr.flush()
leave.set()
thread.join()
library(b"\\nafter\\n")
"""


def errors(code):
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    return done.stderr


def test_only_libraries_are_silenced_and_only_inside():
    assert errors(CODE) == "before\npython\nhalf a line\nafter\n"


def test_the_streams_of_other_programs_are_left_alone():
    assert "one\n" in errors(CODE.replace("keep_python_output()\nlib", "lib"))


@pytest.mark.parametrize("stream", ["None", "io.StringIO()"])
def test_a_stream_that_is_not_the_process_s_is_left_alone(stream):
    code = CODE.replace("keep_python_output()\nlib", f"sys.stderr = {stream}\nlib", 1)
    code = code.replace("library(b", "keep_python_output()\nlibrary(b", 1)
    code = (
        code.replace("sys.stderr.write", "str")
        .replace("sys.stderr.flush()", "")
        .replace('print("python", file=sys.stderr)', "")
    )
    assert errors(code) == "before\none\ntwo\n\nafter\n"


def test_a_damaged_mp3_file_is_one_sentence(tmp_path):
    code = f"""
import sys
import numpy as np, soundfile
from neural_drum_machine import cli
rng = np.random.default_rng(0)
path = {str(tmp_path / "kick.mp3")!r}
soundfile.write(path, 0.5 * rng.standard_normal(44100), 44100)
data = bytearray(open(path, "rb").read())
data[3000:3600] = rng.bytes(600)
open(path, "wb").write(data)
sys.argv = ["ndm", "reconstruct", path, "--out", {str(tmp_path)!r}]
try:
    cli.main()
except SystemExit:
    pass
"""
    assert "libmpg123" not in errors(code)
