import numpy as np

from neural_drum_machine.evaluation.measures.axes.effects import axis_effects
from neural_drum_machine.evaluation.measures.axes.names import axis_names
from neural_drum_machine.export.axes import category_axes, principal_axes
from neural_drum_machine.signal.descriptors import DESCRIPTORS


def test_axes_point_where_their_names_say_they_rise(small_machine):
    effects = axis_effects(small_machine, DESCRIPTORS, seeds=1)
    named = 0
    for category in small_machine.categories:
        for name, effect in zip(
            small_machine.axis_names(category), axis_names(effects, category), strict=True
        ):
            assert name == (str(effect) if effect else "")
            assert effect is None or effect.rho > 0
            named += effect is not None
    assert named > 3


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
