import numpy as np
import pytest

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.export.prior import category_gaussians, category_mixtures


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
