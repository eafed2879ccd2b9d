import itertools

import numpy as np
import pytest
from tests.support.degrade import SR, padded, striped
from tests.support.sounds import noise

from neural_drum_machine.evaluation.measures.stripes import stripes_db


@pytest.mark.parametrize("decay", [5.0, 30.0, 80.0])
def test_stripes_of_short_sounds(decay):
    x = padded(noise(0.9, seed=3, decay=decay))
    values = [stripes_db(x, striped(x, level), SR, 256) for level in (-20, -10, 0)]
    assert values == sorted(values)
    assert values[-1] > 2
    takes = [padded(noise(0.9, seed=seed, decay=decay)) for seed in range(10, 22)]
    apart = [stripes_db(a, b, SR, 256) for a, b in itertools.pairwise(takes)]
    assert abs(np.mean(apart)) < 0.5
    assert np.max(np.abs(apart)) < 2
    # Lines at the spacing of another hop do not count.
    assert abs(stripes_db(x, striped(x, 0, hop=300), SR, 256)) < values[-1] / 2
