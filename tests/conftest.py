"""Fixtures that all tests share: a small library, a dataset of it, and a model trained on that."""

import gc
import os
from pathlib import Path

# Off while modules are loaded, which leave half a million objects and no garbage.
gc.disable()

# Before NumPy and PyTorch are imported. One thread, as `ndm` computes: the last bit of a result
# depends on the number of threads. The tests themselves run in several processes.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
# joblib starts no processes unless a test asks for some.
os.environ.setdefault("LOKY_MAX_CPU_COUNT", "1")

import pytest
import soundfile
from tests.support.once import built_once
from tests.support.signals import heeded_by_children
from tests.support.small import HITS, SMALL_CONFIG, SMALL_SPEC
from tests.support.sounds import noise, tone

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.machine import DrumMachine, load
from neural_drum_machine.prepare.pipeline import prepare

heeded_by_children()
SLOW_FOLDERS = (
    "benchmark", "clients", "e2e", "evaluation", "examples", "export", "networks", "plugin",
    "training",
)  # fmt: skip
OTHER_PROGRAMS = ("clients", "e2e", "plugin")
SLOW_FIXTURES = {"small_runs", "other_data", "distributions"}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not import the tests of slow folders if they are left out: PyTorch takes seconds."""
    tests = Path(__file__).parent
    is_slow = collection_path.parent == tests and collection_path.name in SLOW_FOLDERS
    return True if is_slow and config.option.markexpr == "not slow" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what trains networks, opens a browser or starts programs.

    A test that drives another program, such as a browser, runs once more if it fails: on a busy
    computer the other program may be late. The summary names each of these (RERUN), so that its
    cause can be found. Our own code has no second try.
    """
    tests = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(tests).parts[0]
        if folder in SLOW_FOLDERS or SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
        if folder in OTHER_PROGRAMS:
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_collection_finish() -> None:
    """Leave the modules' objects out of all garbage collections: they take a tenth of the time."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A producer's folder: five kits, three categories, synthesised."""
    # Always the same name: it is a part of the sounds' names, and so of the split.
    root = tmp_path_factory.mktemp("producer") / "library0"
    root.mkdir()
    for kit in range(5):
        for category, base in (("Kicks", 60), ("Snares", 200), ("Closed Hats", 0)):
            folder = root / f"Kit {kit}" / category
            folder.mkdir(parents=True)
            for hit in range(4):
                seed = 100 * kit + hit
                if base:
                    x = tone(base * (1 + 0.1 * kit + 0.02 * hit), 0.18)
                    # Noise of its own, or kicks of one pitch would be copies of each other.
                    x = 0.8 * x + 0.2 * noise(0.18, seed=seed)
                else:
                    x = noise(0.08, seed=seed, decay=60)
                soundfile.write(folder / f"{hit}.wav", 0.5 * x, 22050)
    return root


@pytest.fixture(scope="session")
def small_data(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The library as a dataset of small spectrograms."""
    folder = built_once(
        tmp_path_factory, "data", lambda to: prepare([library], to / "small", spec=SMALL_SPEC)
    )
    return Dataset.open(folder / "small")


@pytest.fixture(scope="session")
def other_data(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A dataset of the same spec with other sounds: five of the library's."""
    return prepare([library], tmp_path_factory.mktemp("data") / "other", spec=SMALL_SPEC, limit=5)


@pytest.fixture(scope="session")
def small_runs(small_data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both networks, trained for twelve steps: a generator with air and fine attack, and MCNN."""

    def train(to: Path) -> None:
        from neural_drum_machine.training.config import TrainingConfig
        from neural_drum_machine.training.config_file import merge
        from neural_drum_machine.training.fit import fit

        config = merge(merge(TrainingConfig(), SMALL_CONFIG), HITS)
        for stage in ("cwae", "mcnn"):
            fit(stage, config, small_data, to / stage, accelerator="cpu")

    root = built_once(tmp_path_factory, "runs", train)
    return {"cwae": root / "cwae", "mcnn": root / "mcnn"}


@pytest.fixture(scope="session")
def small_bundle(
    small_runs: dict[str, Path], small_data: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The small networks as a model file, with exemplars of three categories."""

    def write(to: Path) -> None:
        from tests.support.exemplars import small_bank

        from neural_drum_machine.export.bank_file import write_bank
        from neural_drum_machine.export.pipeline import export

        bank = to / "bank.safetensors"
        write_bank(small_bank(small_runs["cwae"], small_data), bank)
        runs = small_runs["cwae"], small_runs["mcnn"]
        out = to / "small.ndm"
        export(*runs, small_data, out, name="small", axis_seeds=1, bank_from=bank)

    return built_once(tmp_path_factory, "bundle", write) / "small.ndm"


@pytest.fixture(scope="session")
def small_machine(small_bundle: Path) -> DrumMachine:
    """The small model, loaded."""
    return load(small_bundle)
