"""The engine under the sanitizers for addresses and undefined behaviour."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.support.engine_corpus import write_corpus

SCRIPT = Path(__file__).parents[2] / "scripts" / "build_engine"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    folder = tmp_path_factory.mktemp("driver")
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("no C compiler")
    (folder / "try.c").write_text("int main(void) { return 0; }")
    command = [compiler, "-fsanitize=address,undefined", "try.c", "-o", "try"]
    if subprocess.run(command, cwd=folder, capture_output=True).returncode:
        pytest.skip(f"{compiler} has no sanitizers")
    out = folder / "driver"
    subprocess.run([sys.executable, SCRIPT, "--sanitized", out], check=True)
    return out


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("corpus"))


def test_damaged_files_are_refused_and_whole_ones_play(driver, corpus):
    done = subprocess.run([driver, *corpus], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    statuses = [line.split(" ")[0] for line in done.stdout.splitlines()]
    assert len(statuses) == len(corpus)
    assert statuses[0] == "0"
    assert statuses[-1] == "3"  # sound, but too short to play
    assert set(statuses[1:-1]) == {"2"}


def test_what_a_fuzzer_has_found_worth_keeping_is_called_again(driver, playable, tmp_path):
    with zipfile.ZipFile(SCRIPT.parents[1] / "engine" / "tests" / "corpus.zip") as archive:
        archive.extractall(tmp_path)
    inputs = sorted(tmp_path.iterdir())
    assert len(inputs) > 100
    done = subprocess.run(
        [driver, "--arguments", playable, *inputs], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_sounds_are_given_values_and_strokes(driver):
    done = subprocess.run(
        [driver, "--shape", "150", "1"], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_own_sounds_are_bent(driver, playable):
    command = [driver, "--bend", "30", "1", playable]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split(" ")[0]) > 30


def test_two_seconds_of_fuzzing_find_nothing(driver, playable):
    command = [driver, "--fuzz", "2", "1", playable]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    inputs, *_ = done.stdout.split(" ")
    assert int(inputs) > 2
