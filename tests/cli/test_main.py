import os
import subprocess
import sys
import warnings

import pytest

from neural_drum_machine import __version__, cli
from neural_drum_machine.errors import NdmWarning
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
        (["export", "--cwae", "a", "--mcnn", "b", "--data", "d", "--out", "o"], "sklearn", "train"),
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
        (
            OSError(28, "No space left on device", "a.wav"),
            "a.wav: No space left on device; free some space or choose another disk",
        ),
        (OSError(5, "Input/output error"), "Input/output error"),
        (OSError("no errno"), "no errno"),
        (
            OSError(30, "Read-only file system", "run.json"),
            "run.json: Read-only file system; choose a folder on a disk that is not read-only",
        ),
        (OSError(2, "No such file or directory", "a.toml"), "a.toml: No such file or directory"),
    ],
)
def test_an_error_of_the_system_is_one_sentence(ndm, monkeypatch, error, sentence):
    def fail():
        raise error

    monkeypatch.setattr(cli, "app_of", lambda _: fail)
    assert ndm("render") == (1, "", f"ndm: {sentence}\n")


def test_a_warning_of_ours_is_one_sentence(ndm, monkeypatch, recwarn):
    def warn():
        warnings.simplefilter("default")
        warnings.warn("one process does the work", NdmWarning, stacklevel=1)

    monkeypatch.setattr(cli, "app_of", lambda _: warn)
    shown = warnings.showwarning
    assert ndm("render") == (0, "", "ndm: one process does the work\n")
    assert warnings.showwarning is shown


@pytest.mark.parametrize(("n", "threads"), [(2, "2"), (64, None)])
def test_in_a_container_libraries_start_no_more_threads_than_it_has_cores(
    ndm, monkeypatch, n, threads
):
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(cli, "cores", lambda: n)
    monkeypatch.setenv("OMP_NUM_THREADS", "0")  # so that the change is undone
    monkeypatch.delenv("OMP_NUM_THREADS")
    ndm("--version")
    assert os.environ.get("OMP_NUM_THREADS") == threads
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    ndm("--version")
    assert os.environ["OMP_NUM_THREADS"] == "7"


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
