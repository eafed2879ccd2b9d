import json
import shutil
from dataclasses import replace

import pytest
from tests.support.evaluation import SETTINGS, FakeCdpam, FakeEmbedder, fake_benchmark

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.cache import Cache
from neural_drum_machine.evaluation.judges import cdpam
from neural_drum_machine.evaluation.study import evaluate as module
from neural_drum_machine.evaluation.study.evaluate import evaluate
from neural_drum_machine.prepare.pipeline import prepare


@pytest.fixture
def fakes(monkeypatch):
    """Stand-ins for slow parts; cdpam is not available."""
    monkeypatch.setattr(module, "Embedder", FakeEmbedder)
    monkeypatch.setattr(module.latency, "benchmark", fake_benchmark)
    monkeypatch.setattr(cdpam, "Cdpam", FakeCdpam)
    monkeypatch.setattr(cdpam, "unavailable", lambda: "cdpam is not installed")


def test_a_result_is_json_and_names_its_model_and_dataset(measured):
    result, machine, data = measured.result, measured.machine, measured.data
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert result["model"]["hash"] == machine.hash
    assert result["dataset"]["fingerprint"] == data.fingerprint
    # The dataset has more derived sounds than the one the model was trained on, but the same
    # recordings are held out.
    trained_on = machine.bundle.header["training"]["cwae"]["dataset"]
    assert trained_on["fingerprint"] != data.fingerprint
    assert result["dataset"]["held_out"] is True
    stages = {"reconstruction: sounds", "judge: members", "codes", "axes"}
    assert stages <= measured.stages


def test_measured_parts_are_not_measured_again(measured, fakes):
    calls = FakeEmbedder.calls
    again = evaluate(measured.machine, measured.data, measured.cache, **SETTINGS)
    # The perceptual part, too: it was measured while cdpam was available.
    assert again == measured.result
    assert FakeEmbedder.calls == calls


def test_other_settings_are_other_results(measured, fakes, monkeypatch):
    def run(**settings):
        return evaluate(measured.machine, measured.data, measured.cache, **SETTINGS | settings)

    other = run(per_category=1, generated=5)
    assert len(other["reconstruction"]["rows"]) == 3
    assert other["generation"]["counts"] == {"kick": 5, "snare": 5, "closed_hihat": 5}
    assert other["perceptual"] == measured.result["perceptual"]
    assert run(perceptual_per_category=2)["perceptual"] == {"skipped": "cdpam is not installed"}
    monkeypatch.setattr(cdpam, "unavailable", lambda: None)
    assert len(run(perceptual_per_category=2)["perceptual"]["categories"]) == 6


def test_foreign_and_unsplit_datasets_are_refused(small_machine, library, tmp_path):
    other = replace(small_machine.spec, log_eps=0.1)
    data = prepare([library], tmp_path / "a", spec=other, limit=2)
    with pytest.raises(DatasetError, match="another audio spec"):
        evaluate(small_machine, data, Cache(tmp_path / "cache"))
    shutil.copytree(library / "Kit 0", tmp_path / "src" / "Kit 0")
    data = prepare([tmp_path / "src"], tmp_path / "b", spec=small_machine.spec)
    with pytest.raises(DatasetError, match="no validation sounds"):
        evaluate(small_machine, data, Cache(tmp_path / "cache"))
