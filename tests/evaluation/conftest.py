"""A dataset with derived sounds, and a judge trained on it."""

from pathlib import Path

import pytest
from tests.support.small import SMALL_SPEC

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.cache import Cache
from neural_drum_machine.evaluation.judges.judge import Judge, train_judge
from neural_drum_machine.prepare.pipeline import prepare

SLOW = {"derived_data", "judge", "measured"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests as slow that need a judge, a whole evaluation, or their dataset."""
    for item in items:
        if SLOW & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def derived_data(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The library with 20 recordings and 20 derived sounds of each category."""
    folder = tmp_path_factory.mktemp("derived") / "data"
    return prepare([library], folder, spec=SMALL_SPEC, workers=1, per_category=40)


@pytest.fixture(scope="session")
def judge(derived_data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """A judge of two members, trained for a few steps."""
    cache = Cache(tmp_path_factory.mktemp("judge"))
    return train_judge(derived_data, cache, folds=2, steps=90, batch_size=24, workers=1)
