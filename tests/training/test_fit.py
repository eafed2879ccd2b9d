"""Whole runs: they learn, refuse what cannot work, and are described by their files."""

import shutil

import pytest
import torch
from lightning.pytorch.callbacks import Callback
from tests.support.small import SMALL_SPEC
from tests.support.training import small_config

from neural_drum_machine.errors import TrainingError
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.training import checkpoint
from neural_drum_machine.training.config import TrainingConfig
from neural_drum_machine.training.config_file import merge
from neural_drum_machine.training.cwae import CwaeStage
from neural_drum_machine.training.fit import fit
from neural_drum_machine.training.run import load_run


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plain_run", "frames_run", "mcnn_run"])
def test_training_lowers_the_validation_loss(name, request):
    losses = request.getfixturevalue(name).losses
    assert len(losses) == 2
    assert losses[-1] < 0.9 * losses[0]


def test_averaged_weights_are_validated_and_exported(small_data, tmp_path):
    weights, losses = [], []

    class Watch(Callback):
        def on_train_batch_end(self, _trainer, module, *_):
            weights.append([p.detach().clone() for p in module.model.parameters()])

        def on_validation_end(self, trainer, _module):
            losses.append(float(trainer.callback_metrics["val/loss"]))

    config = merge(
        small_config("cwae", max_steps=4, steps_per_epoch=4), {"cwae": {"ema_decay": 0.75}}
    )
    last = fit("cwae", config, small_data, tmp_path / "a", accelerator="cpu", callbacks=[Watch()])
    average = load_run(tmp_path / "a", "cwae", "last").model
    wanted = weights[0]
    for done, step in enumerate(weights[1:], 1):
        share = max(0.25, 1 / (done + 1))
        wanted = [a + share * (p - a) for a, p in zip(wanted, step, strict=True)]
    for have, want in zip(average.parameters(), wanted, strict=True):
        torch.testing.assert_close(have, want, atol=1e-6, rtol=1e-4)
    # The figure is the average's: the mean over categories of the loaded network's errors.
    stage = CwaeStage(config.cwae, small_data.standardisation)
    stage.load_state_dict(checkpoint.load(last)["state_dict"])
    errors = []
    for category, name in enumerate(("kick", "snare", "closed_hihat")):
        rows = small_data.rows("validation", name)
        x = stage.standardise(torch.from_numpy(small_data.mels[rows].astype("f4")))
        number = torch.full((len(rows),), [0, 2, 4][category])
        assert {small_data.entries[row].category for row in rows} == {name}
        with torch.inference_mode():
            errors.append(float((average(x, number)[0] - x).square().mean()))
    assert losses[-1] == pytest.approx(sum(errors) / 3, rel=1e-4)


def test_a_diverging_loss_ends_the_run_and_names_the_settings_that_help(small_data, tmp_path):
    config = small_config("cwae", lr=1e18)
    with pytest.raises(TrainingError, match=r"the loss is .*lower schedule\.lr"):
        fit("cwae", config, small_data, tmp_path / "run", accelerator="cpu")


def test_unavailable_hardware_is_refused(small_data, tmp_path):
    for accelerator in ("abacus", "gpu"):
        with pytest.raises(TrainingError, match=f"--accelerator {accelerator}.*not available"):
            fit("cwae", small_config("cwae"), small_data, tmp_path / "r", accelerator=accelerator)


def test_a_network_that_does_not_fit_the_dataset_is_refused(small_data, tmp_path):
    with pytest.raises(TrainingError, match=r"cwae\.model\.n_mels is 512, the dataset's is 64"):
        fit("cwae", TrainingConfig(), small_data, tmp_path / "a")
    config = merge(TrainingConfig(), {"cwae": {"network": "frames"}})
    with pytest.raises(TrainingError, match=r"cwae\.frames\.n_mels is 512"):
        fit("cwae", config, small_data, tmp_path / "a")
    config = merge(small_config("mcnn"), {"mcnn": {"model": {"channels": [4, 2]}}})
    with pytest.raises(TrainingError, match=r"2 layers, which make 4 samples.*hop is 64"):
        fit("mcnn", config, small_data, tmp_path / "b")


def test_without_validation_sounds_training_does_not_start(library, tmp_path):
    shutil.copytree(library / "Kit 0", tmp_path / "sounds" / "Kit 0")
    data = prepare([tmp_path / "sounds"], tmp_path / "one", spec=SMALL_SPEC)
    with pytest.raises(TrainingError, match="no validation sounds"):
        fit("cwae", small_config("cwae"), data, tmp_path / "run", accelerator="cpu")


def test_an_inverter_needs_a_generator_for_decoded_mels(
    small_data, small_bundle, small_machine, tmp_path
):
    config = merge(
        small_config("mcnn", max_steps=1, steps_per_epoch=1), {"mcnn": {"decoded_share": 0.5}}
    )
    with pytest.raises(TrainingError, match=r"--generator MODEL\.ndm, or set it to 0"):
        fit("mcnn", config, small_data, tmp_path / "without", accelerator="cpu")
    run = tmp_path / "run"
    fit("mcnn", config, small_data, run, generator=small_machine, accelerator="cpu")
    assert f'"generator": "{small_machine.hash}"' in (run / "run.json").read_text()
