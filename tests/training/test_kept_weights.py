import pytest
import torch
from tests.support.training import small_config

from neural_drum_machine.errors import TrainingError
from neural_drum_machine.training.config_file import merge
from neural_drum_machine.training.fit import fit
from neural_drum_machine.training.kept_weights import KeptWeights, keep
from neural_drum_machine.training.run import LAST, load_run
from neural_drum_machine.training.tensor_file import write_tensors
from neural_drum_machine.training.warm_start import start_from


def test_a_later_run_starts_with_kept_weights(plain_run, small_data, tmp_path):
    path = tmp_path / "kept" / "plain.safetensors"
    size = keep(plain_run.folder, "cwae", path)
    model = load_run(plain_run.folder, "cwae", LAST).model
    weights = sum(p.numel() for p in model.state_dict().values())
    assert size == path.stat().st_size < 2 * weights + 9000

    kept = KeptWeights.open(path)
    assert kept.summary["dataset"]["fingerprint"] == small_data.fingerprint
    other = load_run(plain_run.folder, "cwae").model
    for parameter in other.parameters():
        torch.nn.init.zeros_(parameter)
    told = start_from(other, kept)
    assert (told["model"], told["hash"]) == ("plain.safetensors", "60 steps")
    for name, value in model.state_dict().items():
        torch.testing.assert_close(other.state_dict()[name], value, atol=2e-3, rtol=1e-3)


def test_weights_of_other_sizes_and_other_files_are_refused(plain_run, small_data, tmp_path):
    path = tmp_path / "plain.safetensors"
    keep(plain_run.folder, "cwae", path)
    wide = {"cwae": {"model": {"latent_dim": 9}}}
    config = merge(small_config("cwae"), wide)
    with pytest.raises(TrainingError, match=r"plain\.safetensors: its network has other sizes"):
        fit("cwae", config, small_data, tmp_path / "run", start=KeptWeights.open(path))
    with pytest.raises(TrainingError, match="no kept weights"):
        KeptWeights.open(plain_run.folder / "last.safetensors")
    (tmp_path / "cut.safetensors").write_bytes(path.read_bytes()[:1000])
    with pytest.raises(TrainingError, match=r"cut\.safetensors: no kept weights"):
        KeptWeights.open(tmp_path / "cut.safetensors")


@pytest.mark.parametrize(
    "summary",
    [
        3,
        {},
        {"steps_of_weights": "60"},
        {"steps_of_weights": 60, "started_from": 3},
        {"steps_of_weights": 60, "started_from": {"datasets": 3}},
        {"steps_of_weights": 60, "dataset": 3},
    ],
)
def test_kept_weights_without_their_story_are_refused(summary, tmp_path):
    path = tmp_path / "x.safetensors"
    write_tensors({"w": torch.zeros(2)}, "neural-drum-machine weights", summary, path)
    with pytest.raises(TrainingError, match=r"x\.safetensors: no kept weights \(it does not say"):
        KeptWeights.open(path)
