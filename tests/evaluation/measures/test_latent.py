from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from neural_drum_machine.errors import ControlError, DatasetError
from neural_drum_machine.evaluation.measures.axes import axis_effects, axis_movement, axis_names
from neural_drum_machine.evaluation.measures.latent import (
    MMD_SCALES,
    code_statistics,
    encode_rows,
    explained_variance,
    mardia,
    mmd2_unbiased,
)
from neural_drum_machine.export.axes import principal_axes
from neural_drum_machine.latent.controls import Controls
from neural_drum_machine.networks import losses
from neural_drum_machine.signal.descriptors import DESCRIPTORS, Descriptor
from neural_drum_machine.signal.hit import Hit

DIM = 16


def gaussian(n: int, seed: int = 0, dim: int = DIM) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, dim))


def statistics(codes: np.ndarray):
    return code_statistics(codes, np.zeros(len(codes), int))[0]


@pytest.mark.parametrize("n", [40, 200, 1500])
def test_gaussian_codes_are_found_gaussian_however_many(n):
    found = statistics(gaussian(n, seed=n))
    assert found.n == n
    assert found.variance == pytest.approx(1, abs=6 / np.sqrt(n * DIM))
    assert found.least_variance <= found.variance <= found.greatest_variance
    assert found.mean_norm == pytest.approx(np.sqrt(DIM / n), rel=0.6)
    assert found.skewness == pytest.approx(1, abs=0.25)
    assert found.kurtosis == pytest.approx(1, abs=0.06)
    assert abs(found.skewness_z) < 3
    assert abs(found.kurtosis_z) < 3
    assert abs(found.mmd2) < 4 * found.mmd2_noise
    assert found.anisotropy == pytest.approx(1, rel=0.5)


def test_z_scores_and_the_noise_of_mmd_are_those_of_gaussian_samples():
    repeats = 150
    scores = np.array([mardia(gaussian(60, seed, 6))[2:] for seed in range(repeats)])
    assert np.abs(scores.mean(axis=0)).max() < 0.3
    np.testing.assert_allclose(scores.std(axis=0), 1, atol=0.3)
    pairs = [
        mmd2_unbiased(gaussian(60, seed, 6), gaussian(60, 1000 + seed, 6))
        for seed in range(repeats)
    ]
    mmd2, noise = np.array(pairs).T
    assert abs(mmd2.mean()) < 3 * noise.mean() / np.sqrt(repeats)
    assert mmd2.std() == pytest.approx(noise.mean(), rel=0.25)


def test_tails_are_told_apart_in_order():
    rng = np.random.default_rng(1)
    n = 800
    uniform = rng.uniform(-np.sqrt(3), np.sqrt(3), (n, DIM))
    normal = gaussian(n)
    heavy, heavier = (normal * np.sqrt((df - 2) / rng.chisquare(df, n))[:, None] for df in (30, 6))
    kurtosis = [statistics(x).kurtosis for x in (uniform, normal, heavy, heavier)]
    assert kurtosis == sorted(kurtosis)
    assert kurtosis[0] < 0.96
    assert kurtosis[3] > 1.3
    skew = [
        statistics((rng.gamma(shape, size=(n, DIM)) - shape) / np.sqrt(shape)).skewness
        for shape in (1000, 20, 2)
    ]
    assert skew == sorted(skew)
    assert skew[0] < 1.5 < skew[2]
    # Neither knows mean or covariance: that is what the others are for.
    moved = statistics(normal @ rng.standard_normal((DIM, DIM)) + 5)
    assert moved.kurtosis == pytest.approx(statistics(normal).kurtosis)
    assert moved.skewness == pytest.approx(statistics(normal).skewness)


def test_every_departure_raises_the_mmd_and_the_more_the_higher():
    rng = np.random.default_rng(2)
    normal = gaussian(600)
    signs = rng.choice([-1, 1], (600, 1))
    for change in (
        lambda k: normal + k / 4,  # shifted
        lambda k: normal * (1 + k / 2),  # too wide
        lambda k: normal / (1 + k),  # collapsing
        lambda k: normal * np.sqrt(1 - k * k / 2) + signs * k / np.sqrt(2),  # two clusters
    ):
        mmd2 = [statistics(change(k)).mmd2 for k in (0, 0.5, 1)]
        assert mmd2 == sorted(mmd2)
        assert mmd2[1] > mmd2[0] + 0.002
    clustered = statistics(normal * np.sqrt(0.5) + signs / np.sqrt(2))
    assert clustered.correlation == pytest.approx(0.5, abs=0.1)
    assert clustered.anisotropy > 10
    assert clustered.kurtosis < 0.99
    shifted = statistics(normal + 0.5)
    assert shifted.mean_norm == pytest.approx(0.5 * np.sqrt(DIM), rel=0.1)


def test_mmd_is_the_training_loss_given_the_same_draws():
    assert MMD_SCALES == losses.MMD_SCALES
    codes = (1.3 * gaussian(90) + 0.2).astype(np.float32)
    categories = np.repeat([0, 3, 7], [40, 30, 20])
    seeded = torch.Generator().manual_seed(5)
    priors = [torch.randn((n, DIM), generator=seeded).numpy() for n in (40, 30, 20)]
    ours = [
        mmd2_unbiased(codes[categories == c], prior)[0]
        for c, prior in zip((0, 3, 7), priors, strict=True)
    ]
    theirs = losses.category_mmd2(
        torch.from_numpy(codes),
        torch.from_numpy(categories),
        generator=torch.Generator().manual_seed(5),
    )
    assert np.mean(ours) == pytest.approx(float(theirs), abs=1e-5)


def test_few_flat_or_many_codes():
    few = code_statistics(gaussian(DIM + 3), [1] * (DIM + 1) + [2, 2])
    assert few[1].to_dict()["kurtosis"] is None
    assert few[1].to_dict()["anisotropy"] is None
    assert few[2].n == 2
    assert np.isfinite(few[2].mmd2)
    assert list(code_statistics(gaussian(3), [0, 1, 1])) == [1]
    flat = gaussian(200)
    flat[:, 0] = 0
    assert statistics(flat).to_dict()["skewness"] is None
    assert statistics(flat).correlation < 1
    thinned = code_statistics(gaussian(500), np.zeros(500), most=100)[0]
    assert thinned.n == 100
    assert code_statistics(gaussian(500), np.zeros(500), most=100)[0] == thinned


def words(names):
    return [str(name) if name else None for name in names]


def test_explained_variance_is_that_of_the_axes():
    rng = np.random.default_rng(0)
    categories = np.repeat([0, 1, 2], [300, 200, 100])
    codes = rng.standard_normal((600, 8)) * np.array([3, 2, 1.5, 1, 1, 1, 1, 1])
    axes, explained = principal_axes(codes.astype(np.float32), categories)
    controls = Controls(
        np.stack([axes] * 3),
        np.zeros((3, 8), np.float32),
        np.tile(np.eye(8, dtype="f4"), (3, 1, 1)),
    )
    found = explained_variance(controls, codes, categories)
    np.testing.assert_allclose(found.within, explained, atol=0.01)
    assert found.between < 0.02
    # Means apart along P1 are variance between the categories, not within.
    apart = codes + np.array([-8, 0, 8])[categories][:, None] * axes[0]
    moved = explained_variance(controls, apart, categories)
    np.testing.assert_allclose(moved.within, found.within)
    assert moved.between == pytest.approx(2 / 3 * 64 / (2 / 3 * 64 + 9 + 4 + 2.25 + 5), rel=0.1)
    assert moved.to_dict() == {"within": list(moved.within), "between": moved.between}


def test_rows_are_encoded_like_sounds_one_by_one(small_machine, small_data):
    rows = np.concatenate([small_data.rows("validation")[::-3], small_data.rows("train")])
    seen = []
    codes = encode_rows(small_machine, small_data, rows, lambda done, n: seen.append((done, n)))
    assert seen[-1] == (len(rows), len(rows))
    for code, row in zip(codes[:12], rows[:12], strict=True):
        entry = small_data.entries[row]
        alone = small_machine.encode(
            Hit(small_data.wave(row), entry.length), entry.category, steps=0
        )
        # The dataset's mels are half floats.
        np.testing.assert_allclose(code, alone, atol=0.02)
        assert np.abs(code - alone).max() < 0.2 * np.abs(codes - alone).max()
    assert encode_rows(small_machine, small_data, []).shape == (0, 8)


def test_foreign_sounds_are_refused(small_machine, small_data):
    other = SimpleNamespace(spec=replace(small_data.spec, log_eps=0.1), folder="x")
    with pytest.raises(DatasetError, match="another audio spec"):
        encode_rows(small_machine, other, [0])
    narrow = SimpleNamespace(
        spec=small_data.spec,
        standardisation=small_machine.standardisation,
        bundle=small_machine.bundle,
        index=lambda category: (_ for _ in ()).throw(ControlError(f"no {category!r}")),
    )
    with pytest.raises(ControlError, match="no 'kick'"):
        encode_rows(narrow, small_data, small_data.rows("train", "kick")[:1])


class FakeMachine:
    """Brightness follows P1, two octaves a unit; on P3 it depends on the category where to."""

    categories = ("kick", "snare", "tom", "conga")

    def render(self, category, p, seed):
        t = np.arange(2048) / 22050
        side = 1 if self.categories.index(category) % 2 else -1
        hz = (900 + 30 * seed) * 2 ** (2 * p[0] + side * p[2])
        return SimpleNamespace(samples=np.sin(2 * np.pi * hz * t) * np.exp(-60 * t), sr=22050)


NOWHERE = Descriptor("nowhere", "", lambda samples, sr: float("nan"), "less", "more", False)
STILL = Descriptor("still", "dB", lambda samples, sr: 7.0, "less", "more", False)


def test_what_an_axis_does_is_found_and_named():
    seen = []
    effects = axis_effects(
        FakeMachine(),
        [DESCRIPTORS[0], STILL, NOWHERE],
        seeds=2,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1] == (3 * 4 * 2 * 5, 3 * 4 * 2 * 5)
    table = {(e.axis, e.descriptor): e for e in effects}
    bright = table[0, "centroid"]
    assert bright.slope == pytest.approx(2, rel=0.1)
    assert (bright.rho, bright.agreement, bright.lines) == (pytest.approx(1), 1, 8)
    assert bright.unit == "octaves"
    assert table[1, "centroid"].rho == 0
    turned = table[2, "centroid"]
    assert turned.rho == pytest.approx(0, abs=1e-9)
    assert turned.by_category == pytest.approx({"kick": -1, "snare": 1, "tom": -1, "conga": 1})
    assert table[0, "still"].rho == 0
    assert table[0, "still"].unit == "dB"
    nowhere = table[0, "nowhere"].to_dict()
    assert (nowhere["rho"], nowhere["slope"], nowhere["lines"]) == (None, None, 0)
    assert words(axis_names(effects)) == ["darker – brighter", None, None]
    kicks = axis_names(effects, "kick")
    # The third one moves the same, as surely, the other way: a name is given once.
    assert words(kicks) == ["darker – brighter", None, None]


def test_an_axis_that_falls_is_named_the_other_way_and_rare_qualities_name_none():
    effects = axis_effects(FakeMachine(), [DESCRIPTORS[0]], seeds=1)
    falling = [replace(e, rho=-e.rho) for e in effects]
    assert words(axis_names(falling))[0] == "brighter – darker"
    assert [n.rising() for n in axis_names(falling) if n] == ["darker – brighter"]
    weak = [replace(e, rho=0.59 * e.rho) for e in effects]
    assert axis_names(weak) == (None, None, None)
    # Defined on one line of three: not a word about the category.
    fickle = Descriptor(
        "fickle", "", lambda x, sr: float("nan" if x[1] < 0.263 else 1), "less", "more", False
    )
    shown = axis_effects(FakeMachine(), [fickle], seeds=3, steps=(-0.01, 0, 0.01))[1]
    assert (shown.lines, shown.by_category) == (4, {})
    rare = replace(effects[0], low_word="lower", high_word="higher", rho=1.0, lines=1)
    assert words(axis_names([replace(effects[0], rho=0.7), rare]))[0] == "darker – brighter"
    # One name, one axis: the surest takes it, another takes its own next best or none.
    first = replace(effects[0], axis=0, rho=0.7, lines=9)
    surer = replace(effects[0], axis=1, rho=-0.9, lines=9)
    other = replace(rare, axis=0, descriptor="pitch", rho=0.65, lines=9)
    assert words(axis_names([first, surer])) == [None, "brighter – darker", None]
    both = words(axis_names([first, surer, other]))
    assert both == ["lower – higher", "brighter – darker", None]


def test_movement_is_the_distance_between_both_ends_in_db():
    """The fake's level follows P1 by 6 dB a unit, P2 moves half of the bands by 20, P3 nothing."""

    class Fake:
        categories = ("kick", "snare")
        controls = SimpleNamespace(code=lambda c, p, seed: np.asarray(p, np.float32))

        def decode(self, codes, categories):
            assert categories.tolist() in ([0, 0], [1, 1])
            db = np.zeros((2, 8, 5)) + 6 * codes[:, 0, None, None]
            db[:, ::2] += 20 * codes[:, 1, None, None]
            return 10 ** (db / 20)

    found = axis_movement(Fake(), seeds=2)
    assert found == pytest.approx((12, 40 * np.sqrt(0.5), 0), abs=1e-5)


def test_the_shipped_format_of_machine_is_measured(small_machine):
    effects = axis_effects(small_machine, DESCRIPTORS, seeds=1, steps=(-1, 0, 1))
    assert len(effects) == 3 * len(DESCRIPTORS)
    assert all(-1 <= e.rho <= 1 for e in effects if e.lines)
    assert len(axis_names(effects)) == 3
