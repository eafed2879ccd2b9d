import json
import shutil

import pytest
import torch
from tests.support.small import SMALL_SPEC
from tests.support.training import small_config

from neural_drum_machine.errors import TrainingError
from neural_drum_machine.training.fit import fit
from neural_drum_machine.training.run import load_run


def test_a_run_is_described_by_its_files(small_runs, small_data):
    run = json.loads((small_runs["cwae"] / "run.json").read_text())
    assert run["stage"] == "cwae"
    assert run["dataset"]["training"] == 48
    trained = load_run(small_runs["cwae"], "cwae", "last")
    assert trained.summary["steps"] == 12
    assert trained.summary["cpu_minutes"] >= 0
    assert trained.spec == SMALL_SPEC
    assert not trained.model.training
    torch.testing.assert_close(
        trained.state["mean"], torch.from_numpy(small_data.standardisation.mean)
    )
    assert list((small_runs["cwae"] / "tensorboard").glob("events*"))


def test_runs_from_before_there_was_a_choice_of_network_load(small_data, tmp_path):
    fit("cwae", small_config("cwae", max_steps=6), small_data, tmp_path / "new", accelerator="cpu")
    shutil.copytree(tmp_path / "new", tmp_path / "old")
    path = tmp_path / "old" / "run.json"
    run = json.loads(path.read_text())
    for key in ("network", "frames", "sc_weight"):
        del run["config"][key]
    path.write_text(json.dumps(run))
    old = load_run(tmp_path / "old", "cwae").model.state_dict()
    for name, value in load_run(tmp_path / "new", "cwae").model.state_dict().items():
        assert torch.equal(old[name], value), name


@pytest.mark.parametrize("text", ["[]", "{}", "{", "[" * 100_000])
def test_a_damaged_description_is_refused(small_runs, tmp_path, text):
    run = shutil.copytree(small_runs["cwae"], tmp_path / "run")
    (run / "run.json").write_text(text)
    with pytest.raises(TrainingError, match=r"run\.json: not the description of a run"):
        load_run(run, "cwae")


def test_another_stage_and_an_empty_folder_are_refused(small_runs, tmp_path):
    with pytest.raises(TrainingError, match=r"holds a run of 'cwae', not of 'mcnn'"):
        load_run(small_runs["cwae"], "mcnn")
    with pytest.raises(TrainingError, match="train one with ndm train"):
        load_run(tmp_path, "cwae")
