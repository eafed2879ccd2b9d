import importlib.util
import json
import subprocess
import sys

import pytest

from neural_drum_machine import cli
from neural_drum_machine.benchmark import latency
from neural_drum_machine.extras import pip_install


@pytest.fixture
def benchmark(monkeypatch, capsys):
    """Run ``ndm benchmark`` with few cold starts; returns (exit code, output, errors)."""
    monkeypatch.setattr(latency, "COLD_STARTS", 2)
    monkeypatch.setenv("COLUMNS", "300")

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["ndm", "benchmark", *map(str, words)])
        code = 0
        try:
            cli.main()
        except SystemExit as error:
            code = error.code or 0
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def runtime_only(monkeypatch):
    """As if only the runtime were installed."""
    find = importlib.util.find_spec
    gone = {"torch", "librosa", "matplotlib"}
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name in gone else find(name, *a)
    )


@pytest.mark.slow
def test_json_is_all_that_is_printed(benchmark, runtime_only, small_bundle, tmp_path, monkeypatch):
    out = tmp_path / "out"
    words = ("--model", small_bundle, "--renders", 3)
    code, text, _ = benchmark(*words, "--json", "--out", out)
    assert code == 0
    result = json.loads(text)
    assert result["contenders"]["ndm"]["runs"] == 3
    assert (out / "benchmark.json").read_text() == text
    assert [path.name for path in out.iterdir()] == ["benchmark.json"]
    # What is not installed is named with what brings it.
    for name, extra in (("pytorch", "train"), ("librosa", "dev")):
        install = pip_install(f"neural-drum-machine[{extra}]")
        assert install in result["contenders"][name]["skipped"]
    assert result["cold_start"]["pytorch"] == result["contenders"]["pytorch"]
    assert "pytorch_render_over_mcnn_render" not in result["ratios"]

    # The same result as text.
    monkeypatch.setattr(latency, "benchmark", lambda *_: result)
    code, text, _ = benchmark(*words, "--out", out)
    assert code == 0
    assert "Neural Drum Machine" in text
    assert "MCNN's arithmetic" in text
    assert "skipped: MCNN in PyTorch: this needs torch: " in text
    assert f"this needs matplotlib: {pip_install('neural-drum-machine[plot]')}" in text


@pytest.mark.slow
def test_out_holds_figures_and_a_picture(benchmark, small_bundle, monkeypatch, tmp_path):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "torch" else find(name, *a)
    )
    code, text, _ = benchmark("--model", small_bundle, "--renders", 2, "--out", tmp_path / "o")
    assert code == 0
    assert sorted(p.name for p in (tmp_path / "o").iterdir()) == ["benchmark.json", "latency.png"]
    assert "librosa, mel to sound" in text
    assert json.loads((tmp_path / "o" / "benchmark.json").read_text())["ratios"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--model", "absent.ndm"], "absent.ndm: not readable"),
        (["--out", __file__], "is a file, not a folder"),
    ],
)
def test_bad_requests_are_one_sentence(benchmark, words, message):
    code, out, err = benchmark(*words, "--json")
    assert (code, out) == (1, "")
    assert err.startswith("ndm: ")
    assert message in err
    assert "Traceback" not in err


def test_help_loads_no_peer():
    code = (
        "import sys\n"
        "from neural_drum_machine import cli\n"
        "sys.argv = ['ndm', 'benchmark', '--help']\n"
        "try:\n    cli.main()\nexcept SystemExit: pass\n"
        "print([m for m in ('torch', 'librosa', 'onnx', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
