from dataclasses import replace

import numpy as np
import pytest

from neural_drum_machine.errors import ControlError
from neural_drum_machine.latent.controls import Controls
from neural_drum_machine.latent.prior import Mixture

DIM = 8


@pytest.fixture(scope="module")
def controls():
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.standard_normal((2, DIM, 3)))[0].transpose(0, 2, 1).astype(np.float32)
    roots = rng.standard_normal((2, DIM, DIM)) * np.array([1.0, 0.3])[:, None, None]
    covariances = (roots @ roots.transpose(0, 2, 1) + 0.1 * np.eye(DIM)).astype(np.float32)
    return Controls(axes, rng.standard_normal((2, DIM)).astype(np.float32), covariances)


def test_samples_have_the_categorys_mean_and_covariance(controls):
    codes = np.stack([controls.prior.sample(1, seed) for seed in range(6_000)])
    np.testing.assert_allclose(codes.mean(0), controls.means[1], atol=0.055)
    np.testing.assert_allclose(np.cov(codes.T), controls.covariances[1], atol=0.11)


def test_seeds_are_frozen(controls):
    np.testing.assert_array_equal(controls.prior.sample(0, 5), controls.prior.sample(0, 5))
    assert not np.array_equal(controls.prior.sample(0, 5), controls.prior.sample(0, 6))
    plain = Controls(
        controls.axes[:1], np.zeros((1, DIM), np.float32), np.eye(DIM, dtype=np.float32)[None]
    )
    # MT19937's own normal draws: a project saved today must sound the same in ten years.
    np.testing.assert_allclose(plain.prior.sample(0, 1)[:3], [1.6243454, -0.6117564, -0.5281718])


@pytest.fixture(scope="module")
def mixed(controls):
    """Category 1 has three centres, 8 apart; category 0 only the first two of the places."""
    centres = np.zeros((2, 3, DIM), np.float32)
    centres[1, 0, 0], centres[1, 1, 0], centres[1, 2, 1] = -8, 8, 8
    centres[0, 1, 2] = 4
    shares = np.array([[0.5, 0.5, 0], [0.2, 0.5, 0.3]], np.float32)
    about = np.stack([np.eye(DIM), 0.25 * np.eye(DIM)]).astype(np.float32)
    return Controls(
        controls.axes, controls.means, controls.covariances, Mixture(shares, centres, about)
    )


def test_mixtures_are_drawn_by_their_shares_about_their_centres(mixed):
    codes = np.stack([mixed.prior.sample(1, seed) for seed in range(5000)])
    near = np.linalg.norm(codes[:, None] - mixed.mixture.centres[1], axis=2).argmin(axis=1)
    np.testing.assert_allclose(np.bincount(near) / len(codes), [0.2, 0.5, 0.3], atol=0.02)
    about = codes - mixed.mixture.centres[1, near]
    np.testing.assert_allclose(np.cov(about.T), 0.25 * np.eye(DIM), atol=0.03)
    unused = np.stack([mixed.prior.sample(0, seed) for seed in range(500)])
    assert np.linalg.norm(unused - mixed.mixture.centres[0, 2], axis=1).min() > 0.5


def test_wildness_scales_a_mixtures_draws_about_the_mean(mixed):
    mean = mixed.means[1]
    whole = mixed.prior.sample(1, 3) - mean
    for wild in (0, 0.5, 2):
        np.testing.assert_allclose(mixed.prior.sample(1, 3, wild) - mean, wild * whole, atol=1e-5)


def test_one_centre_is_the_gaussian_with_the_same_seeds(controls):
    one = Mixture(np.ones((2, 1), np.float32), controls.means[:, None], controls.covariances)
    same = Controls(controls.axes, controls.means, controls.covariances, one)
    np.testing.assert_array_equal(same.prior.sample(1, 9), controls.prior.sample(1, 9))


def test_deviations_are_what_draws_differ_from_their_centre_by(controls, mixed):
    np.testing.assert_allclose(
        controls.means[0] + controls.prior.deviation(0, 4), controls.prior.sample(0, 4), atol=1e-6
    )
    nearest = (mixed.prior.sample(1, 4) - mixed.mixture.centres[1])[
        :, None
    ] - mixed.prior.deviation(1, 4)
    assert np.abs(nearest).max(axis=(1, 2)).min() < 1e-5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"shares": np.full((2, 3), 0.5)}, "do not sum to 1"),
        ({"shares": np.array([[1.5, -0.5, 0], [1, 0, 0]])}, "do not sum to 1"),
        ({"shares": np.ones((2, 1))}, r"but shares \(2, 1\), not \(2, 3\)"),
        ({"centres": np.zeros((2, 3, DIM - 1))}, "but centres"),
        ({"centres": np.zeros((2, DIM))}, "but centres"),
        ({"covariances": np.stack([-np.eye(DIM)] * 2)}, "not positive"),
    ],
)
def test_mixtures_that_are_none_are_refused(mixed, change, message):
    wrong = replace(mixed.mixture, **{k: v.astype(np.float32) for k, v in change.items()})
    with pytest.raises(ControlError, match=message):
        replace(mixed, mixture=wrong)


def test_centre_is_the_mean_and_one_is_two_deviations(controls):
    np.testing.assert_array_equal(controls.code(0), controls.means[0])
    np.testing.assert_allclose(controls.code(0, (0, 0, 0)), controls.means[0], atol=1e-6)
    for axis in range(3):
        p = np.eye(3)[axis]
        moved = controls.code(0, p) - controls.means[0]
        direction = controls.axes[0, axis]
        deviation = np.sqrt(direction @ controls.covariances[0] @ direction)
        np.testing.assert_allclose(moved, 2 * deviation * direction, atol=1e-5)


def test_pad_means_the_same_place_whatever_the_seed(controls):
    p = (0.5, -1.5, 3.0)
    for seed in (None, 0, 7):
        np.testing.assert_allclose(controls.position(1, controls.code(1, p, seed)), p, atol=1e-4)
    # What the axes do not reach stays the seed's.
    rest = np.eye(DIM) - controls.axes[1].T @ controls.axes[1]
    np.testing.assert_allclose(
        rest @ controls.code(1, p, 7), rest @ controls.prior.sample(1, 7), atol=1e-5
    )


@pytest.mark.parametrize(
    ("p", "message"),
    [
        ((0, 0), "three finite numbers"),
        ((0, 0, float("nan")), "three finite numbers"),
        ((0, float("inf"), 0), "three finite numbers"),
        (("a", 0, 0), "three finite numbers"),
        ((0, 0, 9), "within ±8"),
    ],
)
def test_bad_positions_are_refused(controls, p, message):
    with pytest.raises(ControlError, match=message):
        controls.code(0, p)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "1", True])
def test_bad_seeds_are_refused(controls, seed):
    with pytest.raises(ControlError, match="seed must"):
        controls.code(0, None, seed)


def test_arrays_must_fit(controls):
    with pytest.raises(ControlError, match="do not fit"):
        Controls(controls.axes[:, :2], controls.means, controls.covariances)
    with pytest.raises(ControlError, match="not positive"):
        Controls(controls.axes, controls.means, -controls.covariances)
