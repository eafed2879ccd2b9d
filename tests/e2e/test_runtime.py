"""The program as a user gets it: no PyTorch, a small wheel with the model, a complete sdist."""

import importlib.util
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from filelock import FileLock
from tests.support.patience import PATIENCE

from neural_drum_machine import __version__
from neural_drum_machine.errors import MissingExtraError
from neural_drum_machine.prepare.pipeline import prepare

ROOT = Path(__file__).parents[2]

HEAVY = (
    "torch", "lightning", "onnx", "onnxruntime", "sklearn", "librosa", "scipy", "tensorboard",
)  # fmt: skip


def run(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, neural_drum_machine\n"
        "bare = set(sys.modules)\n"
        "import neural_drum_machine.cli\n"
        "neural_drum_machine.cli.app_of()\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], 'numpy' in bare)"
    )
    assert run(code).strip() == "[] False"


@pytest.mark.slow
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
    told = run(code, str(small_bundle), str(tmp_path)).splitlines()
    assert [line for line in told if line.startswith("LOADED")] == 4 * ["LOADED []"]


def test_python_m_runs_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "neural_drum_machine", "--version"],
        capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.stdout == f"ndm {__version__}\n"


@pytest.fixture(scope="session")
def distributions(tmp_path_factory):
    """The folder of the wheel and the sdist, built once for all workers."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / "distributions"
    with FileLock(base / "distributions.lock"):
        if not folder.is_dir():
            scratch = base / "distributions.part"
            subprocess.run(
                [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel",
                 "-d", str(scratch)],
                cwd=ROOT, check=True, capture_output=True, timeout=PATIENCE,
                env={**os.environ, "NDM_WHEEL": "any"},
            )  # fmt: skip
            scratch.rename(folder)
    return folder


@pytest.mark.slow
def test_the_wheel_holds_the_whole_package_and_nothing_else(distributions):
    wheel = distributions / f"neural_drum_machine-{__version__}-py3-none-any.whl"
    assert wheel.stat().st_size < 60e6
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = ROOT / "src" / "neural_drum_machine"
    files = {
        path.relative_to(package.parent).as_posix()
        for path in package.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        # A wheel for any platform has no engine.
        and not path.name.startswith("libndm_engine")
        and path.suffix != ".stamp"
    }
    assert held == files
    # The model with its attribution, the labeller, the library's parts, the catalogue, the page,
    # the types.
    for name in (
        "default.ndm",
        "NOTICE",
        "labeller.npz",
        "nearness.npz",
        "map.html",
        "sources.toml",
        "index.html",
        "py.typed",
    ):
        assert [path for path in held if path.endswith("/" + name)], name


@pytest.mark.slow
def test_the_sdist_holds_every_file_and_its_tests_run(distributions, tmp_path):
    name = f"neural_drum_machine-{__version__}"
    with tarfile.open(distributions / f"{name}.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    root = tmp_path / name
    if (ROOT / ".git").exists():
        tracked = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
        left_out = {each for each in tracked.split("\0") if each and not (root / each).exists()}
        kept = {each for each in left_out if not each.startswith("checkpoints/")}
        assert not {each for each in kept if (ROOT / each).exists()}
    # The second one tests that links of the documents lead somewhere inside of the sdist.
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/signal/test_mel.py",
         "tests/docs/test_links.py"],
        cwd=root, env={**os.environ, "PYTHONPATH": str(root / "src")}, capture_output=True,
        text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


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
        MissingExtraError, match=r"joblib: .*pip install 'neural-drum-machine\[data]'"
    ):
        prepare([library], tmp_path / "d", workers=2)
