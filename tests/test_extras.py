import os
import shlex
import shutil
import subprocess
import sys

import pytest

from neural_drum_machine import extras
from neural_drum_machine.errors import MissingExtraError
from neural_drum_machine.extras import pip_install, require


def test_the_command_installs_into_this_environment(monkeypatch):
    done = subprocess.run(pip_install("--help"), shell=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    command = pip_install("neural-drum-machine[data]")
    assert shlex.split(command) == [sys.executable, "-m", "pip", "install",
                                    "neural-drum-machine[data]"]  # fmt: skip
    assert "'neural-drum-machine[data]'" in command  # zsh would look for a file of that pattern
    monkeypatch.setattr(sys, "executable", "/home/my drums/bin/python")
    assert pip_install("numpy>=2.0") == ("'/home/my drums/bin/python' -m pip install 'numpy>=2.0'")


@pytest.mark.parametrize(
    ("python", "argument", "command"),
    [
        (r"C:\venv\python.exe", "ndm[data]", r"C:\venv\python.exe -m pip install ndm[data]"),
        (
            r"C:\My Drums\python.exe",
            "numpy>=2.0",
            r'"C:\My Drums\python.exe" -m pip install "numpy>=2.0"',
        ),
    ],
)
def test_windows_needs_double_quotes(monkeypatch, python, argument, command):
    with monkeypatch.context() as windows:
        windows.setattr(os, "name", "nt")
        windows.setattr(sys, "executable", python)
        found = pip_install(argument)
    assert found == command


def test_an_environment_of_uv_has_no_pip(monkeypatch):
    monkeypatch.setattr(extras.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(sys, "executable", "/venv/bin/python")
    assert pip_install("numpy") == "uv pip install --python /venv/bin/python numpy"
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert pip_install("numpy") == "/venv/bin/python -m pip install numpy"


def test_require_names_the_module_and_the_command():
    require("json", "data")
    with pytest.raises(MissingExtraError) as caught:
        require("no_such_module", "data")
    command = pip_install("neural-drum-machine[data]")
    assert str(caught.value) == f"this needs no_such_module: {command}"
