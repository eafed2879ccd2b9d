import numpy as np
import pytest
from scipy import linalg
from tests.support.gaussian import gaussian

from neural_drum_machine.evaluation.measures.sets.fad import fad


def test_fad_of_a_shift_is_its_square():
    x = gaussian(60)
    shift = np.linspace(-1, 2, 8)
    assert fad(x, x) == pytest.approx(0, abs=1e-12)
    assert fad(x, x + shift) == pytest.approx(np.square(shift).sum(), rel=1e-12)
    # A mean a million away costs no more digits than it must.
    assert fad(x + 1e6, x + 1e6 + shift) == pytest.approx(np.square(shift).sum(), rel=1e-8)


def test_fad_of_a_scaled_set():
    x = gaussian(60)
    x -= x.mean(axis=0)
    assert fad(x, 3 * x) == pytest.approx(4 * np.trace(np.cov(x.T)), rel=1e-12)


@pytest.mark.parametrize(("n", "m"), [(50, 40), (5, 50), (4, 6)])
def test_fad_is_the_textbook_one_even_with_fewer_sounds_than_dimensions(n, m):
    x, y = gaussian(n), gaussian(m, seed=1) @ gaussian(8, seed=2)
    a, b = np.cov(x.T), np.cov(y.T)
    # The textbook's root of a singular product, by a way that is not ours.
    half = linalg.sqrtm(a + 1e-13 * np.eye(8))
    root = np.sqrt(np.maximum(linalg.eigvalsh(half @ b @ half), 0)).sum()
    expected = np.square(x.mean(0) - y.mean(0)).sum() + np.trace(a) + np.trace(b) - 2 * root
    assert fad(x, y) == pytest.approx(expected, rel=1e-5)
    assert fad(x, y) == pytest.approx(fad(y, x), rel=1e-12)


def test_fad_of_small_sets_of_one_kind_is_larger():
    values = [
        np.mean([fad(gaussian(n, seed=s), gaussian(n, seed=99 + s)) for s in range(5)])
        for n in (10, 40, 160)
    ]
    assert values[0] > values[1] > values[2] > 0
