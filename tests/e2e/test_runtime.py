"""The runtime as a user gets it: no torch, a small wheel with the model inside."""

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from neural_drum_machine.errors import MissingExtraError
from neural_drum_machine.prepare.pipeline import prepare

ROOT = Path(__file__).parents[2]

HEAVY = ("torch", "lightning", "onnx", "sklearn", "librosa", "scipy", "tensorboard")


def run(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, neural_drum_machine\n"
        "bare = set(sys.modules)\n"
        "import neural_drum_machine.cli\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], 'numpy' in bare)"
    )
    assert run(code).strip() == "[] False"


def test_runtime_commands_load_no_torch(small_bundle, tmp_path):
    code = f"""
import sys
from neural_drum_machine import cli
model, out = sys.argv[1:3]
for words in (
    ["render", "--category", "kick", "--model", model, "--out", out],
    ["reconstruct", out + "/kick_1.wav", "--model", model, "--out", out + "/again"],
    ["sheet", "--model", model, "--out", out + "/sheet"],
    ["dataset", "prepare", out, "--out", out + "/data"],
):
    sys.argv = ["ndm", *words]
    try:
        cli.main()
    except SystemExit as error:
        assert not error.code, words
print("LOADED", [m for m in {HEAVY!r} if m in sys.modules])
"""
    assert "LOADED []" in run(code, str(small_bundle), str(tmp_path))


def test_wheel_is_under_60_mb_with_the_model_inside(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=300,
    )
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.stat().st_size < 60e6
    names = zipfile.ZipFile(wheel).namelist()
    assert "neural_drum_machine/weights/default.ndm" in names
    assert "neural_drum_machine/weights/NOTICE" in names  # the attribution travels along
    assert "neural_drum_machine/weights/labeller.onnx" in names
    assert "neural_drum_machine/prepare/sources/sources.toml" in names
    assert "neural_drum_machine/py.typed" in names
    assert not [n for n in names if n.startswith("tests/") or n.endswith((".wav", ".flac"))]


def test_the_core_prepares_a_dataset_without_extras(library, tmp_path):
    code = (
        "import sys\n"
        "gone = {'joblib', 'scipy', 'audiomentations', 'torch', 'sklearn', 'distributed'}\n"
        "for name in gone:\n"
        "    sys.modules[name] = None\n"
        "import importlib.util\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name: None if name in gone else find(name)\n"
        "from pathlib import Path\n"
        "from neural_drum_machine.prepare.pipeline import prepare\n"
        "data = prepare([Path(sys.argv[1])], Path(sys.argv[2]), limit=2)\n"
        "print(len(data))\n"
    )
    arguments = [sys.executable, "-c", code, str(library), str(tmp_path / "d")]
    run = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "6\n"), run.stderr


def test_a_missing_extra_is_named_with_its_install(library, tmp_path, monkeypatch):
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "joblib" else real(name)
    )
    with pytest.raises(
        MissingExtraError, match=r"joblib: pip install 'neural-drum-machine\[data]'"
    ):
        prepare([library], tmp_path / "d", workers=2)
