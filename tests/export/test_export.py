import numpy as np
import onnx
import pytest
import soundfile
import torch
from tests.support.small import SMALL_SPEC

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.detail.grain import Texture
from neural_drum_machine.detail.partials import heights
from neural_drum_machine.errors import BundleError, ExportError, TrainingError
from neural_drum_machine.evaluation.measures.axes import axis_effects, axis_names
from neural_drum_machine.export import pipeline as module
from neural_drum_machine.export.codes import (
    category_axes,
    category_gaussians,
    category_mixtures,
    principal_axes,
    standing_for,
    training_codes,
)
from neural_drum_machine.export.details import fit_details
from neural_drum_machine.export.pipeline import export
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.layout import GRAPHS, MIXTURE
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.model_file.writing import write_bundle
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.signal.descriptors import DESCRIPTORS
from neural_drum_machine.training.run import load_run


def test_torch_equals_onnx_on_fresh_input(small_bundle, small_runs):
    cwae, mcnn = (load_run(small_runs[s], s).model for s in ("cwae", "mcnn"))
    networks = Networks(Bundle.open(small_bundle))
    rng = np.random.default_rng(1)
    for batch in (1, 5):
        code = rng.standard_normal((batch, 8)).astype(np.float32)
        category = rng.integers(0, 11, batch)
        mel = (rng.random((batch, 64, 64)) * 5).astype(np.float32)
        with torch.inference_mode():
            x = cwae.decoder(torch.from_numpy(code), torch.from_numpy(category)).numpy()
            again = cwae.encoder(torch.from_numpy(x), torch.from_numpy(category)).numpy()
            waveform, logits = (t.numpy() for t in mcnn(torch.from_numpy(mel)))
        for ours, theirs in (
            (networks.decode(code, category), x),
            (networks.encode(x, category), again),
            (networks.mcnn(mel)[0], waveform),
            (networks.mcnn(mel)[1], logits),
        ):
            assert np.abs(ours - theirs).max() <= 1e-3 * np.abs(theirs).max()


def test_the_inverter_of_a_model_file_goes_into_another_model(
    small_bundle, small_runs, small_data, tmp_path
):
    """Fine-tuning the generator alone is enough for a model of one's own."""
    out = tmp_path / "m.ndm"
    export(small_runs["cwae"], small_bundle, small_data, out, axis_seeds=1)
    made, given = Bundle.open(out), Bundle.open(small_bundle)
    assert made.header["training"] == given.header["training"]
    mel = np.random.default_rng(0).random((1, 64, 20)).astype(np.float32)
    for ours, theirs in zip(Networks(made).mcnn(mel), Networks(given).mcnn(mel), strict=True):
        np.testing.assert_array_equal(ours, theirs)  # half precision twice is half precision
    # Of another dataset, too: an inverter knows no categories. A foreign file is named.
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


def test_a_model_file_is_fitted_to_other_sounds_without_training(
    small_bundle, small_data, tmp_path
):
    """Its networks stay as they are; controls, draws, grain and partials are the sounds'."""
    again, out = tmp_path / "same.ndm", tmp_path / "other.ndm"
    export(small_bundle, small_bundle, small_data, again, name="small", axis_seeds=2)
    given, same = Bundle.open(small_bundle), Bundle.open(again)
    assert same.header["training"] == given.header["training"]
    assert same.tensor_shapes() == given.tensor_shapes()
    # Of the mixture a code that lies between two centres may fall to the other one: its mean, and
    # its covariance about that, are those of all codes nevertheless.
    for one, other in zip(_moments(same), _moments(given), strict=True):
        np.testing.assert_allclose(one, other, atol=0.02 * np.abs(other).max())
    for name in set(given.tensor_shapes()) - set(MIXTURE):
        # The weights that come back have been halved, which moves what is fitted to them a little.
        np.testing.assert_allclose(
            same.tensor(name), given.tensor(name), atol=0.02 * np.abs(given.tensor(name)).max()
        )
    for i in range(6):
        decay = np.exp(-np.arange(4000) / (300 + 90 * i))
        x = 0.2 * np.random.default_rng(i).standard_normal(4000) * decay
        for category in ("clap", "snare"):
            path = tmp_path / "drums" / f"kit{i}" / f"{category}_{i}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, x if category == "clap" else np.diff(x), SMALL_SPEC.sr)
    other = prepare([tmp_path / "drums"], tmp_path / "data", spec=SMALL_SPEC)
    export(small_bundle, small_bundle, other, out, axis_seeds=1)
    made = Bundle.open(out)
    assert made.header["controls"]["fitted_to"] == other.fingerprint
    assert made.header["training"] == given.header["training"]
    code, category = np.zeros((1, 8), np.float32), np.array([1])
    np.testing.assert_array_equal(
        Networks(made).decode(code, category), Networks(given).decode(code, category)
    )
    # What there are sounds of is theirs; the other categories stay as they were.
    theirs = [CATEGORIES.index(category) for category in ("clap", "snare")]
    for name in ("codes.mean", "codes.covariance", "texture.weights", "partials.weights"):
        ours, before = made.tensor(name), given.tensor(name)
        changed = [i for i in range(11) if not np.array_equal(ours[i], before[i])]
        assert changed == sorted(theirs)
    one, other = DrumMachine(made), DrumMachine(given)
    for seed in range(3):
        np.testing.assert_array_equal(
            one.render("kick", seed=seed).samples, other.render("kick", seed=seed).samples
        )
    assert not np.array_equal(
        one.render("clap", seed=1).samples, other.render("clap", seed=1).samples
    )
    # A file that does not say how it was built.
    header = {k: v for k, v in given.header.items() if k not in ("parts", "format")}
    graphs = {name: given.graph(name) for name in GRAPHS}
    tensors = {name: given.tensor(name) for name in given.tensor_shapes()}
    write_bundle(tmp_path / "no.ndm", header | {"training": {}}, graphs, tensors)
    with pytest.raises(
        TrainingError, match=r"no\.ndm: its CWAE cannot be taken over .*ndm train cwae"
    ):
        export(tmp_path / "no.ndm", small_bundle, small_data, tmp_path / "n.ndm")
    assert not (tmp_path / "n.ndm").exists()


def test_inverter_takes_any_number_of_frames(small_machine):
    mel = np.random.default_rng(0).random((2, 64, 17)).astype(np.float32)
    waveform, logits = small_machine.networks.mcnn(mel)
    assert waveform.shape == logits.shape == (2, 17 * 64)
    one, _ = small_machine.networks.mcnn(mel[:1])
    np.testing.assert_allclose(one, waveform[:1], atol=1e-6)


def test_weights_are_stored_in_half_precision(small_bundle):
    graph = onnx.load_from_string(Bundle.open(small_bundle).graph("decoder")).graph
    large = [t for t in graph.initializer if np.prod(t.dims) >= 1024]
    assert large
    assert all(t.data_type == onnx.TensorProto.FLOAT16 for t in large)


def test_header_tells_how_the_model_came_about(small_bundle, small_data):
    header = Bundle.open(small_bundle).header
    assert header["name"] == "small"
    assert header["licence"] == "CC-BY-4.0"
    assert header["training"]["cwae"]["steps"] == 12
    assert header["training"]["mcnn"]["dataset"]["sounds"] == len(small_data)
    controls = header["controls"]
    assert np.shape(controls["explained_variance"]) == (11, 3)
    assert controls["axes_of"] == "category"
    assert set(controls["axis_names"]) == set(CATEGORIES)


def test_axes_point_where_their_names_say_they_rise(small_machine):
    effects = axis_effects(small_machine, DESCRIPTORS, seeds=2)
    named = 0
    for category in small_machine.categories:
        for name, effect in zip(
            small_machine.axis_names(category), axis_names(effects, category), strict=True
        ):
            assert name == (str(effect) if effect else "")
            assert effect is None or effect.rho > 0
            named += effect is not None
    assert named > 3


def test_axes_of_all_categories_are_the_same(small_runs, small_data, tmp_path):
    path = tmp_path / "all.ndm"
    export(small_runs["cwae"], small_runs["mcnn"], small_data, path, axes="all", axis_seeds=1)
    bundle = Bundle.open(path)
    assert np.shape(bundle.header["controls"]["explained_variance"]) == (3,)
    np.testing.assert_allclose(np.abs(bundle.axes()), np.abs(bundle.axes()[:1]).repeat(11, 0))


def test_noise_and_partials_that_are_missing_follow_from_the_code(small_runs, small_data):
    trained = load_run(small_runs["cwae"], "cwae")
    seen = []
    weights, partials = fit_details(
        trained.model, small_data, small_data.standardisation, lambda *p: seen.append(p)
    )
    assert weights.shape == (11, 9, 8 * 16)
    assert seen[-1] == (48, 48)
    hats, toms = CATEGORIES.index("closed_hihat"), CATEGORIES.index("tom")
    assert not weights[toms].any()
    assert partials.shape == (11, 9, np.prod(heights(SMALL_SPEC)))
    assert not partials[toms].any()
    texture = Texture(SMALL_SPEC, weights)
    codes, categories = training_codes(trained.model, small_data, small_data.standardisation)
    amounts = np.stack([texture.amount(code, hats) for code in codes[categories == hats]])
    # Hats are noise at the start, silence at the end; kicks are mostly tones.
    assert amounts[..., 8:24].mean() > 4 * amounts[..., -10:].mean()
    kicks = CATEGORIES.index("kick")
    tones = np.stack([texture.amount(code, kicks) for code in codes[categories == kicks]])
    assert amounts[..., :24].mean() > tones[..., :24].mean()


def test_export_fails_and_writes_nothing_when_the_graphs_differ(
    small_runs, small_data, tmp_path, monkeypatch
):
    graphs = module.onnx_graphs

    def wrong(cwae, mcnn, spec):
        with torch.no_grad():
            mcnn.layers[0].weight.mul_(3.0)
        out = graphs(cwae, mcnn, spec)
        with torch.no_grad():
            mcnn.layers[0].weight.div_(3.0)
        return out

    monkeypatch.setattr(module, "onnx_graphs", wrong)
    with pytest.raises(ExportError, match=r"differ by .* in mcnn, more than 0\.001"):
        export(small_runs["cwae"], small_runs["mcnn"], small_data, tmp_path / "x.ndm")
    assert not list(tmp_path.iterdir())


def test_differences_that_are_no_number_do_not_pass(small_runs, small_data, tmp_path, monkeypatch):
    figures = {"decoder": 1e-5, "encoder": float("nan"), "mcnn": 1e-6}
    monkeypatch.setattr(module, "parity", lambda *_: figures)
    with pytest.raises(ExportError, match="nan of full scale in encoder"):
        export(small_runs["cwae"], small_runs["mcnn"], small_data, tmp_path / "x.ndm")
    assert not list(tmp_path.iterdir())


def test_runs_must_fit_the_dataset(small_runs, library, tmp_path):
    from dataclasses import replace

    other = prepare([library], tmp_path / "d", spec=replace(SMALL_SPEC, log_eps=0.1), limit=5)
    with pytest.raises(ExportError, match="different audio specs"):
        export(small_runs["cwae"], small_runs["mcnn"], other, tmp_path / "x.ndm")
    less = prepare([library], tmp_path / "e", spec=SMALL_SPEC, limit=5)
    with pytest.raises(ExportError, match="trained on another dataset"):
        export(small_runs["cwae"], small_runs["mcnn"], less, tmp_path / "x.ndm")


def test_axes_are_the_codes_strongest_directions_with_categories_alike():
    rng = np.random.default_rng(0)
    scale = np.array([1, 9, 3, 5, 1, 1.0])
    codes = (rng.standard_normal((3000, 6)) * scale).astype(np.float32)
    axes, explained = principal_axes(codes, rng.integers(0, 11, 3000))
    np.testing.assert_allclose(np.abs(axes), np.eye(6)[[1, 3, 2]], atol=0.06)
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-5)
    np.testing.assert_allclose(explained, np.array([81, 25, 9]) / (scale**2).sum(), atol=0.03)
    assert (axes[np.arange(3), [1, 3, 2]] > 0).all()
    # A rare category of large spread counts as much as a frequent one of none.
    categories = np.array([0] * 990 + [1] * 10)
    codes = np.zeros((1000, 6), np.float32)
    codes[990:, 4] = np.linspace(-1, 1, 10)
    codes[:990, 2] = np.linspace(-0.5, 0.5, 990)
    assert principal_axes(codes, categories)[0][0].argmax() == 4


def test_axes_of_a_category_are_those_of_its_own_codes():
    rng = np.random.default_rng(0)
    categories = np.repeat([0, 1], 500)
    scale = np.where(categories[:, None] == 0, [4, 3, 2, 1, 1.0], [1, 1, 2, 3, 4.0])
    codes = (rng.standard_normal((1000, 5)) * scale).astype(np.float32)
    axes, explained = category_axes(codes, categories)
    assert axes.shape == (11, 3, 5)
    np.testing.assert_array_equal(np.abs(axes[:2]).argmax(axis=2), [[0, 1, 2], [4, 3, 2]])
    np.testing.assert_allclose(explained[0], np.array([16, 9, 4]) / 31, atol=0.05)
    np.testing.assert_array_equal(axes[5], principal_axes(codes, categories)[0])


def test_mixtures_find_the_groups_of_a_category():
    rng = np.random.default_rng(0)
    places = np.array([[9, 0, 0, 0], [0, 9, 0, 0], [0, 0, 9, 0.0]])
    # Category 0: three groups of 8 sounds; 1: one cloud of 400; 2: three sounds; 3: one.
    groups = np.repeat(places, 8, axis=0) + 0.1 * rng.standard_normal((24, 4))
    codes = np.concatenate([groups, rng.standard_normal((404, 4))]).astype(np.float32)
    categories = np.repeat([0, 1, 2, 3], [24, 400, 3, 1])
    shares, centres, covariances = category_mixtures(codes, categories)
    assert shares.shape == (11, 24)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    used = (shares > 0).sum(axis=1)
    assert used[:3].tolist() == [6, 24, 1]
    near = np.linalg.norm(centres[0, :6, None] - places, axis=2)
    assert near.min(axis=1).max() < 0.3
    np.testing.assert_allclose(
        np.bincount(near.argmin(axis=1), weights=shares[0, :6]), 1 / 3, atol=1e-6
    )
    np.testing.assert_allclose(centres[2, 0], codes[424:427].mean(0), atol=1e-5)
    # Together a cloud's centres and what lies about them have the spread of the cloud.
    spread = np.einsum("k,kd,ke->de", shares[1], *[centres[1] - codes[24:424].mean(0)] * 2)
    assert np.trace(spread + covariances[1]) == pytest.approx(4, rel=0.12)
    # What has one sound or none gets the mixture of all.
    np.testing.assert_array_equal(centres[3], centres[10])
    again = category_mixtures(codes, categories)
    for one, other in zip((shares, centres, covariances), again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_wanted_sounds_stand_for_a_category_that_has_some():
    categories = np.array([0, 0, 0, 1, 1, 2])
    wanted = np.array([True, True, False, True, False, False])
    assert standing_for(categories, wanted).tolist() == [True, True, False, True, True, True]


def test_gaussians_follow_their_category():
    rng = np.random.default_rng(0)
    categories = np.repeat(np.arange(2), 500)
    codes = (
        rng.standard_normal((1000, 4)) * np.where(categories, 2, 1)[:, None] + categories[:, None]
    )
    means, covariances = category_gaussians(codes.astype(np.float32), categories)
    np.testing.assert_allclose(means[:2], [[0] * 4, [1] * 4], atol=0.25)
    np.testing.assert_allclose(covariances[1], 4 * np.eye(4), atol=0.8)
    # Categories without sounds get the pooled Gaussian: they can still be played.
    assert len(means) == len(CATEGORIES)
    np.testing.assert_allclose(means[5], codes.mean(0), atol=1e-5)
