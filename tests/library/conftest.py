"""Folders of synthesised samples, and libraries of them."""

import shutil
from types import SimpleNamespace

import pytest
from tests.support.library import drum, write_hits
from tests.support.sounds import noise, tone

from neural_drum_machine.library.adding.indexing import add
from neural_drum_machine.library.library import Library


@pytest.fixture(scope="session")
def samples(tmp_path_factory):
    """A producer's folder: two kits, and a file whose name says nothing."""
    root = tmp_path_factory.mktemp("samples") / "Packs"
    for kit, base in (("Linn", 60), ("Tama", 75)):
        hits = {f"Kick {i}.wav": tone(base + i, 0.3) + 0.02 * drum(i, 0.3) for i in (1, 2)}
        write_hits(root / kit, hits)
        write_hits(root / kit, {f"Closed Hat {i}.wav": noise(0.08, seed=base + i) for i in (1, 2)})
    write_hits(root / "Tama", {"0042.wav": tone(200, 0.2) + noise(0.2, seed=9)})
    return root


@pytest.fixture(scope="session")
def _indexed(samples, tmp_path_factory):
    path = tmp_path_factory.mktemp("library") / "all.sqlite"
    add([samples], path, workers=1)
    return path


@pytest.fixture
def library(_indexed, tmp_path):
    """A library of `samples`, which a test may change; the files must stay."""
    with Library.open(shutil.copy(_indexed, tmp_path / "copy.sqlite")) as opened:
        yield opened


@pytest.fixture
def small(tmp_path):
    """A folder with three sounds, which a test may change, and where its library will be."""
    hits = {"Kick 1.wav": drum(1), "Snare 1.wav": drum(2), "Tom 1.wav": drum(3)}
    folder = write_hits(tmp_path / "Own", hits)

    def read(*folders, **options):
        return add(folders or [folder], tmp_path / "own.sqlite", workers=1, **options)

    return SimpleNamespace(folder=folder, path=tmp_path / "own.sqlite", add=read)


@pytest.fixture
def names(small):
    """What the small library holds now: the numbers of its sounds by their names."""

    def ask():
        with Library.open(small.path) as opened:
            found, _ = opened.find({})
            return {entry.name: entry.id for entry in found}

    return ask
