import subprocess
import sys

import pytest

from neural_drum_machine import __version__, cli
from neural_drum_machine.extras import pip_install


def test_version(ndm):
    assert ndm("--version") == (0, f"ndm {__version__}\n", "")


def test_the_package_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "neural_drum_machine", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"ndm {__version__}\n"


def test_help_lists_every_command(ndm):
    code, out, _ = ndm("--help")
    assert code == 0
    names = {"play", "render", "reconstruct", "sheet", "doctor", "benchmark"}
    names |= {"dataset", "train", "export", "evaluate"}
    listed = {line.split()[1] for line in out.splitlines() if line.startswith("│ ")}
    assert names <= listed


@pytest.mark.parametrize(
    ("words", "module", "extra"),
    [
        (["train", "cwae", "--config", "c", "--data", "d", "--out", "o"], "torch", "train"),
        (["export", "--cwae", "a", "--mcnn", "b", "--data", "d", "--out", "o"], "onnx", "train"),
        (["evaluate", "--data", "d", "--out", "o"], "librosa", "dev"),
        (["sheet"], "matplotlib", "plot"),
    ],
)
def test_a_missing_extra_comes_with_its_install_command(ndm, without, words, module, extra):
    without(module)
    code, _, err = ndm(*words)
    assert code == 1
    assert err == f"ndm: this needs {module}: {pip_install(f'neural-drum-machine[{extra}]')}\n"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device", "a.wav"), "a.wav: No space left on device"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError("no errno"), "no errno"),
    ],
)
def test_an_error_of_the_system_is_one_sentence(ndm, monkeypatch, error, sentence):
    def fail():
        raise error

    monkeypatch.setattr(cli, "app", fail)
    assert ndm("render") == (1, "", f"ndm: {sentence}\n")


def test_a_path_that_is_too_long_is_one_sentence(ndm, small_bundle, tmp_path):
    long = tmp_path / ("x" * 300)
    for words in (
        ["dataset", "prepare", long, "--out", tmp_path / "d"],
        ["render", "--out", long, "--model", small_bundle],
        ["render", "--out", tmp_path / "r", "--model", long],
    ):
        code, _, err = ndm(*words)
        assert code == 1
        assert err.startswith("ndm: ")
        assert "Traceback" not in err
