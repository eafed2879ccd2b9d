import numpy as np
import pytest
from tests.support.gaussian import gaussian

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.measures.sets.diversity import diversity


def test_diversity():
    assert diversity([[0, 0], [3, 4]]) == 5
    x = gaussian(30)
    assert diversity(2 * x + 7) == pytest.approx(2 * diversity(x))
    assert diversity(np.ones((4, 3))) == 0
    # Repeated sounds are less diverse.
    assert diversity(np.repeat(x[:15], 2, axis=0)) < diversity(x)
    rng = np.random.default_rng(0)
    assert diversity(rng.permutation(x)) == pytest.approx(diversity(x), rel=1e-12)
    with pytest.raises(DatasetError, match="at least 2"):
        diversity(gaussian(1))
