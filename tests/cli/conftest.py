"""The command ``ndm``, run in this process."""

import importlib.util
import sys

import pytest

from neural_drum_machine import cli


@pytest.fixture
def ndm(monkeypatch, capsys):
    """Run the command as the shell does; returns (exit code, standard output, standard error)."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["ndm", *map(str, words)])
        monkeypatch.setenv("COLUMNS", "300")
        code = 0
        try:
            cli.main()
        except SystemExit as error:
            code = error.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def without(monkeypatch):
    """Make modules look as if they were not installed."""

    def hide(*names):
        find = importlib.util.find_spec
        monkeypatch.setattr(
            importlib.util, "find_spec", lambda name, *a: None if name in names else find(name, *a)
        )

    return hide
