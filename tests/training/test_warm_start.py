"""Fine-tuning: runs that start with the weights of a model file."""

import numpy as np
import pytest
import torch
from tests.support.small import HITS
from tests.support.training import small_config

from neural_drum_machine.errors import TrainingError
from neural_drum_machine.machine import default_model_path, load
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.lineage import held_out, trained_on
from neural_drum_machine.networks.frames import FrameCwae
from neural_drum_machine.networks.hits import HitTensors
from neural_drum_machine.networks.mcnn import Mcnn
from neural_drum_machine.training.config_file import merge
from neural_drum_machine.training.fit import fit
from neural_drum_machine.training.run import build_network, load_run
from neural_drum_machine.training.warm_start import start_from

HIT_SHAPES = ((64, 64), (8, 64), (5, 40))


@pytest.fixture(scope="module", params=["small", "shipped"])
def machine(request, small_bundle):
    return load(small_bundle if request.param == "small" else default_model_path())


def test_networks_with_a_models_weights_do_what_the_model_does(machine):
    training = machine.bundle.header["training"]
    cwae = build_network("cwae", training["cwae"]["config"]).eval()
    mcnn = build_network("mcnn", training["mcnn"]["config"]).eval()
    for stage, network in (("cwae", cwae), ("mcnn", mcnn)):
        begun = start_from(network, machine.bundle)
        datasets = trained_on(training[stage])
        assert begun == {
            "model": machine.bundle.header["name"],
            "hash": machine.hash,
            "datasets": datasets,
        }
        assert datasets[0] == training[stage]["dataset"]
    codes = np.random.default_rng(0).standard_normal((4, machine.bundle.latent_dim))
    codes, categories = codes.astype(np.float32), np.arange(4)
    x = machine.networks.decode(codes, categories)
    mel = machine.scale.mel.inverse(x.mel)[0]
    with torch.inference_mode():
        ours = cwae.decoder(torch.from_numpy(codes), torch.from_numpy(categories))
        again = cwae.encoder(ours, torch.from_numpy(categories))
        waveform, logits = mcnn(torch.from_numpy(mel)[None])
    for one, other in zip(ours, x, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
    np.testing.assert_allclose(again, machine.networks.encode(x, categories), atol=1e-3)
    theirs = machine.networks.mcnn(mel)
    for one, other in zip((waveform[0], logits[0]), theirs, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4 * np.abs(other).max())


@pytest.mark.parametrize("stage", ["cwae", "mcnn"])
def test_a_run_starts_with_a_models_weights_and_remembers_it(
    stage, small_data, small_runs, small_bundle, tmp_path
):
    still = {"lr": 1e-30, "max_steps": 1, "steps_per_epoch": 1}
    config, start = merge(small_config(stage, **still), HITS), Bundle.open(small_bundle)
    fit(stage, config, small_data, tmp_path / "run", start=start, accelerator="cpu")
    ours = load_run(tmp_path / "run", stage, "last")
    theirs = load_run(small_runs[stage], stage, "best")
    x, hit = torch.rand(2, 64, 64), HitTensors(*(torch.rand(2, *s) for s in HIT_SHAPES))
    inputs = (hit, torch.tensor([0, 2])) if stage == "cwae" else (x,)
    with torch.inference_mode():
        outputs = [run.model(*inputs) for run in (ours, theirs)]
        if stage == "cwae":
            outputs = [(*levels, code) for levels, code in outputs]
        for one, other in zip(*outputs, strict=True):
            # Half-precision weights; batch normalisation has moved its mean by one batch.
            assert float((one - other).abs().max()) < 0.2 * float(other.abs().max())
    # The summary goes into the header of a model file.
    started = ours.summary["started_from"]
    assert (started["model"], started["hash"]) == ("small", start.hash)
    # It started from a network trained on the same dataset, so the held-out sounds are the same.
    assert len(trained_on(ours.summary)) == 2
    training = {**start.header["training"], stage: ours.summary}
    assert held_out(training, small_data.split)
    assert not held_out(training, "another")
    with pytest.raises(TrainingError, match="leave out --start-from"):
        fit(stage, config, small_data, tmp_path / "run", start=start, resume=True)


@pytest.mark.parametrize("network", [FrameCwae, Mcnn])
def test_a_model_with_other_sizes_is_refused(network, small_bundle):
    with pytest.raises(TrainingError, match=r"small.ndm: its network has other sizes.*leave"):
        start_from(network(), Bundle.open(small_bundle))


def test_autoencoding_is_encoding_and_decoding(small_machine, small_data):
    levels = small_data.levels(np.arange(3))
    made = small_machine.autoencode(levels, np.zeros(3, np.int64))
    for i in range(3):
        code = small_machine.encode_levels(levels.of(i), 0, steps=0)
        alone = small_machine.levels(code, (0,))
        for one, other in zip(made.of(i), alone, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-4)
