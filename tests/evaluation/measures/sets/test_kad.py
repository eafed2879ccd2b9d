import numpy as np
import pytest
from tests.support.gaussian import gaussian

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.measures.sets.kad import kad


def test_kad_is_the_sum_written_out():
    x, y, width = gaussian(4), gaussian(3, seed=1), 2.5

    def k(a, b):
        return np.exp(-np.square(a - b).sum() / (2 * width**2))

    within_x = np.mean([k(a, b) for i, a in enumerate(x) for j, b in enumerate(x) if i != j])
    within_y = np.mean([k(a, b) for i, a in enumerate(y) for j, b in enumerate(y) if i != j])
    between = np.mean([k(a, b) for a in x for b in y])
    expected = 100 * (within_x + within_y - 2 * between)
    assert kad(x, y, width) == pytest.approx(expected, rel=1e-12)


def test_kad_takes_its_bandwidth_from_the_reference():
    x, y = gaussian(5), 3 * gaussian(6, seed=1)
    pairs = [np.linalg.norm(x[i] - x[j]) for i in range(5) for j in range(i)]
    assert kad(x, y) == pytest.approx(kad(x, y, float(np.median(pairs))), rel=1e-12)
    # The bandwidth follows the reference, so the unit of the embedding has no influence.
    assert kad(1000 * x, 1000 * y) == pytest.approx(kad(x, y), rel=1e-9)


def test_kad_of_one_kind_is_zero_on_average_and_grows_with_a_shift():
    same = [kad(gaussian(40, seed=s), gaussian(40, seed=1000 + s)) for s in range(60)]
    assert min(same) < 0 < max(same)
    assert abs(np.mean(same)) < 3 * np.std(same) / np.sqrt(len(same))
    x, y = gaussian(40), gaussian(40, seed=1)
    far = [kad(x, y + shift) for shift in (0.5, 1, 2, 4)]
    assert far == sorted(far)
    assert far[0] > max(same)
    assert kad(x, y + 1e3) < 200


def test_equal_reference_sounds_are_refused():
    with pytest.raises(DatasetError, match=r"bandwidth must be positive, got 0\.0"):
        kad(np.ones((4, 8)), gaussian(4))
