import copy
import dataclasses

import numpy as np
import pytest
import soundfile
import torch
from tests.support.models import altered
from tests.support.small import FRAMES, SMALL_SPEC
from tests.support.training import small_config

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import (
    BundleError,
    ControlError,
    ExemplarError,
    ExportError,
    TrainingError,
)
from neural_drum_machine.exemplars.bank import Bank
from neural_drum_machine.export import trained
from neural_drum_machine.export.bank_file import read_bank, write_bank
from neural_drum_machine.export.pipeline import export
from neural_drum_machine.inverters.renderer import Rendering
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.layout import MIXTURE
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.networks.eager import EagerNetworks
from neural_drum_machine.networks.weights import stored_weights
from neural_drum_machine.pad_map import pad_map
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.training.config_file import merge
from neural_drum_machine.training.fit import fit
from neural_drum_machine.training.run import load_run
from neural_drum_machine.training.warm_start import network_of


def test_header_tells_how_the_model_came_about(small_bundle, small_runs):
    header = Bundle.open(small_bundle).header
    assert header["name"] == "small"
    assert header["licence"] == "CC-BY-4.0"
    for stage, folder in small_runs.items():
        assert header["training"][stage] == load_run(folder, stage).summary
    controls = header["controls"]
    assert np.shape(controls["explained_variance"]) == (11, 3)
    assert controls["axes_of"] == "category"
    assert set(controls["axis_names"]) == set(CATEGORIES)


def test_maps_show_the_axes_with_their_final_signs(small_bundle, small_machine):
    maps = Bundle.open(small_bundle).tensor("controls.map")
    for category in ("kick", "snare", "closed_hihat"):
        measured = pad_map(small_machine, category).astype(np.float16)
        np.testing.assert_array_equal(maps[small_machine.index(category)], measured)


@pytest.mark.parametrize(("network", "changes"), [("frames", FRAMES), ("paper", {})])
def test_a_run_of_each_other_network_is_exported(network, changes, small_data, tmp_path):
    """Without MCNN, and without air and fine attack: the core alone is played."""
    config = merge(small_config("cwae", max_steps=6), changes)
    fit("cwae", config, small_data, tmp_path / "run", accelerator="cpu")
    model = tmp_path / "m.ndm"
    differences = export(tmp_path / "run", None, small_data, model, which="last", axis_seeds=1)
    assert differences.keys() == {"decoder", "encoder"}
    assert max(differences.values()) < 1e-3
    bundle = Bundle.open(model)
    assert bundle.header["generator"]["network"] == network
    assert bundle.mcnn is None
    assert bundle.bank() is None
    machine = DrumMachine(bundle)
    sound = machine.render("kick", seed=1)
    assert np.abs(sound.samples).max() == 1
    assert sound.sr == 44100
    with pytest.raises(ControlError, match="this model has no MCNN; use another inverter"):
        machine.with_inverter("mcnn").render("kick")
    # Eager PyTorch, which benchmarks time, computes the same with the same weights.
    code, category = np.ones((2, 8), np.float32), np.array([0, 10])
    ours, theirs = (
        each.decode(code, category) for each in (EagerNetworks(bundle), Networks(bundle))
    )
    np.testing.assert_allclose(ours.mel, theirs.mel, atol=1e-4)
    assert theirs.air is None


def test_exemplars_of_another_generator_are_refused(small_bundle, small_runs, small_data, tmp_path):
    bank = Bundle.open(small_bundle).bank()
    assert len(bank) == 6
    other = Bank(bank.spec, "ab" * 32, bank.exemplars)
    write_bank(other, tmp_path / "bank")
    assert read_bank(tmp_path / "bank").exemplars[3].name == bank.exemplars[3].name
    with pytest.raises(ExportError, match="bank: made with another generator than"):
        export(
            small_runs["cwae"], None, small_data, tmp_path / "m.ndm", bank_from=tmp_path / "bank"
        )
    with pytest.raises(ExemplarError, match=r"run\.json: no bank of exemplars .*make_exemplars"):
        export(
            small_runs["cwae"], None, small_data, tmp_path / "m.ndm",
            bank_from=small_runs["cwae"] / "run.json",
        )  # fmt: skip
    assert not (tmp_path / "m.ndm").exists()


def test_an_inverter_comes_from_a_model_file(small_bundle, small_runs, small_data, tmp_path):
    out = tmp_path / "m.ndm"
    export(small_runs["cwae"], small_bundle, small_data, out, axis_seeds=1)
    made, given = Bundle.open(out), Bundle.open(small_bundle)
    assert made.header["training"] == given.header["training"]
    bad = tmp_path / "bad.ndm"
    bad.write_bytes(b"RIFF" * 100)
    with pytest.raises(BundleError, match=r"bad\.ndm"):
        export(small_runs["cwae"], bad, small_data, tmp_path / "n.ndm")


def _moments(bundle):
    """Mean and covariance of each category's mixture."""
    shares, centres, within = (bundle.tensor(name).astype(np.float64) for name in MIXTURE)
    mean = np.einsum("ck,ckd->cd", shares, centres)
    about = centres - mean[:, None]
    return mean, within + np.einsum("ck,cki,ckj->cij", shares, about, about)


def test_a_model_file_fitted_to_its_own_sounds_stays_as_it_is(small_bundle, small_data, tmp_path):
    again = tmp_path / "same.ndm"
    bank = small_bundle.parent / "bank.safetensors"
    export(
        small_bundle, small_bundle, small_data, again, name="small", axis_seeds=1, bank_from=bank
    )
    given, same = Bundle.open(small_bundle), Bundle.open(again)
    assert same.header["training"] == given.header["training"]
    assert same.header["exemplars"] == given.header["exemplars"]
    names = set(given.header["parts"])
    assert set(same.header["parts"]) == names
    # A code between two centres may fall to the other one; the mixture's moments stay.
    for one, other in zip(_moments(same), _moments(given), strict=True):
        np.testing.assert_allclose(one, other, atol=0.02 * np.abs(other).max())
    for name in names - set(MIXTURE):
        # Weights in half precision change the codes a little, and so what is fitted to them.
        np.testing.assert_allclose(
            same.tensor(name), given.tensor(name), atol=0.02 * np.abs(given.tensor(name)).max()
        )


def test_a_model_file_is_fitted_to_other_sounds_without_training(small_bundle, tmp_path):
    """Its networks stay as they are; controls, prior, grain and partials follow the sounds."""
    out, given = tmp_path / "other.ndm", Bundle.open(small_bundle)
    for i in range(6):
        decay = np.exp(-np.arange(4000) / (300 + 90 * i))
        x = 0.2 * np.random.default_rng(i).standard_normal(4000) * decay
        for category in ("clap", "snare"):
            path = tmp_path / "drums" / f"kit{i}" / f"{category}_{i}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, x if category == "clap" else np.diff(x), SMALL_SPEC.sr)
    data = prepare([tmp_path / "drums"], tmp_path / "data", spec=SMALL_SPEC)
    export(small_bundle, small_bundle, data, out, axis_seeds=1)
    made = Bundle.open(out)
    assert made.header["controls"]["fitted_to"] == data.fingerprint
    assert made.header["training"] == given.header["training"]
    code, category = np.zeros((1, 8), np.float32), np.array([1])
    ours, theirs = Networks(made), Networks(given)
    x = ours.decode(code, category)
    # Rounding to half precision twice is rounding once.
    for one, other in zip(x, theirs.decode(code, category), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(ours.encode(x, category), theirs.encode(x, category))
    for weights in network_of(given, "mcnn").model.parameters():
        if weights.numel() >= 1024:
            assert torch.equal(weights, weights.half().float())
    # Categories with sounds follow them; the others stay as they were.
    changing = [CATEGORIES.index(category) for category in ("clap", "snare")]
    for name in ("codes.mean", "codes.covariance", "texture.weights", "partials.weights"):
        after, before = made.tensor(name), given.tensor(name)
        changed = [i for i in range(11) if not np.array_equal(after[i], before[i])]
        assert changed == sorted(changing)
    alone = Rendering(without=frozenset(["exemplars"]))
    one, other = DrumMachine(made, alone), DrumMachine(given, alone)
    for seed in range(3):
        np.testing.assert_array_equal(
            one.render("kick", seed=seed).samples, other.render("kick", seed=seed).samples
        )
    assert not np.array_equal(
        one.render("clap", seed=1).samples, other.render("clap", seed=1).samples
    )


def test_a_model_file_that_does_not_say_how_it_was_trained_is_refused(
    small_bundle, small_data, tmp_path
):
    altered(Bundle.open(small_bundle), tmp_path / "no.ndm", training={})
    with pytest.raises(TrainingError, match=r"no\.ndm: its CWAE cannot be used .*ndm train cwae"):
        export(tmp_path / "no.ndm", small_bundle, small_data, tmp_path / "n.ndm")
    assert not (tmp_path / "n.ndm").exists()


def test_axes_of_all_categories_are_the_same(small_runs, small_data, tmp_path):
    path = tmp_path / "all.ndm"
    export(small_runs["cwae"], small_runs["mcnn"], small_data, path, axes="all", axis_seeds=1)
    bundle = Bundle.open(path)
    assert np.shape(bundle.header["controls"]["explained_variance"]) == (3,)
    np.testing.assert_allclose(np.abs(bundle.axes()), np.abs(bundle.axes()[:1]).repeat(11, 0))


def test_export_fails_and_writes_nothing_when_a_network_differs(
    small_runs, small_data, tmp_path, monkeypatch
):
    def bent(network, prefix=""):
        stored = stored_weights(network, prefix)
        if prefix:
            stored[prefix + "head_weights"] *= 3
        return stored

    monkeypatch.setattr(trained, "stored_weights", bent)
    with pytest.raises(ExportError, match=r"differ by .* in mcnn, more than 0\.001"):
        export(small_runs["cwae"], small_runs["mcnn"], small_data, tmp_path / "x.ndm")
    assert not list(tmp_path.iterdir())


def test_runs_must_fit_the_dataset(small_runs, small_data, other_data, tmp_path):
    quieter = copy.copy(small_data)
    quieter.spec = dataclasses.replace(SMALL_SPEC, log_eps=0.1)
    with pytest.raises(ExportError, match="different audio specs"):
        export(small_runs["cwae"], small_runs["mcnn"], quieter, tmp_path / "x.ndm")
    with pytest.raises(ExportError, match="trained on another dataset"):
        export(small_runs["cwae"], small_runs["mcnn"], other_data, tmp_path / "x.ndm")
    assert not list(tmp_path.iterdir())
