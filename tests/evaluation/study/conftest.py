"""The whole evaluation of a small model, measured once for all tests."""

from types import SimpleNamespace

import pytest
from tests.support.evaluation import SETTINGS, FakeCdpam, FakeEmbedder, fake_benchmark

from neural_drum_machine.evaluation.cache import Cache
from neural_drum_machine.evaluation.judges import cdpam
from neural_drum_machine.evaluation.study import evaluate as module


@pytest.fixture(scope="session")
def measured(small_machine, derived_data, tmp_path_factory):
    """The result, its machine, data and cache, and the stages that were reported."""
    stages = set()
    cache = Cache(tmp_path_factory.mktemp("evaluation"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "Embedder", FakeEmbedder)
        patch.setattr(cdpam, "Cdpam", FakeCdpam)
        patch.setattr(cdpam, "unavailable", lambda: None)
        patch.setattr(module.latency, "benchmark", fake_benchmark)
        result = module.evaluate(
            small_machine,
            derived_data,
            cache,
            **SETTINGS,
            progress=lambda stage, *_: stages.add(stage),
        )
    return SimpleNamespace(
        result=result, machine=small_machine, data=derived_data, cache=cache, stages=stages
    )
