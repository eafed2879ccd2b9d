import numpy as np
import pytest

from neural_drum_machine.evaluation.measures.latent.explained_variance import explained_variance
from neural_drum_machine.export.axes import principal_axes
from neural_drum_machine.latent.controls import Controls


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
    # Categories shifted along P1 add variance between them, not within.
    apart = codes + np.array([-8, 0, 8])[categories][:, None] * axes[0]
    moved = explained_variance(controls, apart, categories)
    np.testing.assert_allclose(moved.within, found.within)
    assert moved.between == pytest.approx(2 / 3 * 64 / (2 / 3 * 64 + 9 + 4 + 2.25 + 5), rel=0.1)
    assert moved.to_dict() == {"within": list(moved.within), "between": moved.between}
