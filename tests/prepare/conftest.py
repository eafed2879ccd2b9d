"""Datasets that several tests read, each prepared once; and a classifier that tests predict."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.support.small import SMALL_SPEC

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.prepare.labelling.classes import CLASSES
from neural_drum_machine.prepare.labelling.classifier import Labeller
from neural_drum_machine.prepare.pipeline import prepare

# Two recordings of three categories and all kinds of derived sounds: 66 in all.
FEW = {"limit": 2, "per_category": 6}


@pytest.fixture(scope="session")
def prepared(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Dataset]:
    """Prepares the library in one process with some options, once; tests must not alter it."""
    cache: dict[str, Dataset] = {}

    def dataset(**options: Any) -> Dataset:
        key = json.dumps(options, sort_keys=True)
        if key not in cache:
            out = tmp_path_factory.mktemp("prepared") / "d"
            cache[key] = prepare([library], out, spec=SMALL_SPEC, workers=1, **options)
        return cache[key]

    return dataset


@pytest.fixture
def library_copy(library: Path, tmp_path: Path) -> Path:
    """A copy of the library, which a test may alter."""
    return Path(shutil.copytree(library, tmp_path / "library"))


class Oracle:
    """A classifier with known answers: deep sounds are kicks (0.95), high ones shakers (0.6)."""

    def probabilities(self, thumbnails: np.ndarray) -> np.ndarray:
        out = np.full((len(thumbnails), len(CLASSES)), 0.0, np.float32)
        for i, mel in enumerate(thumbnails):
            low = mel[:8].sum() > mel[40:].sum()
            name, p = ("kick", 0.95) if low else ("shaker", 0.6)
            out[i] = (1 - p) / (len(CLASSES) - 1)
            out[i, CLASSES.index(name)] = p
        return out


@pytest.fixture
def oracle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Labeller, "load", classmethod(lambda _cls: Oracle()))
