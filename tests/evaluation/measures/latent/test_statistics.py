"""Statistics of codes: Gaussian codes, and codes that depart from it in a known way."""

import numpy as np
import pytest
import torch
from tests.support.gaussian import gaussian as draws

from neural_drum_machine.evaluation.measures.latent.mardia import mardia
from neural_drum_machine.evaluation.measures.latent.mmd import MMD_SCALES, mmd2_unbiased
from neural_drum_machine.evaluation.measures.latent.statistics import code_statistics
from neural_drum_machine.networks import losses

DIM = 16


def gaussian(n: int, seed: int = 0, dim: int = DIM) -> np.ndarray:
    return draws(n, dim, seed)


def statistics(codes: np.ndarray):
    return code_statistics(codes, np.zeros(len(codes), int))[0]


@pytest.mark.parametrize("n", [40, 200, 1500])
def test_any_number_of_gaussian_codes_is_gaussian(n):
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


def test_z_scores_and_noise_of_mmd_match_gaussian_samples():
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


def test_kurtosis_and_skewness_order_distributions_by_their_tails():
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
    # Neither depends on mean or covariance.
    moved = statistics(normal @ rng.standard_normal((DIM, DIM)) + 5)
    assert moved.kurtosis == pytest.approx(statistics(normal).kurtosis)
    assert moved.skewness == pytest.approx(statistics(normal).skewness)


def test_the_mmd_grows_with_every_kind_of_departure():
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


def test_the_mmd_equals_the_training_loss_for_the_same_draws():
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


def test_few_constant_or_many_codes():
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
