"""Laws that hold for every distance between sets."""

import numpy as np
import pytest
from tests.support.gaussian import gaussian

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.measures.sets.fad import fad
from neural_drum_machine.evaluation.measures.sets.kad import kad


@pytest.mark.parametrize("distance", [fad, kad])
def test_order_of_sounds_does_not_matter(distance):
    x, y = gaussian(20), gaussian(30, seed=1)
    rng = np.random.default_rng(0)
    assert distance(rng.permutation(x), rng.permutation(y)) == pytest.approx(
        distance(x, y), rel=1e-9
    )


@pytest.mark.parametrize("distance", [fad, kad])
def test_float32_embeddings_are_measured_in_float64(distance):
    x = gaussian(20).astype(np.float32)
    y = (gaussian(20, seed=1) + 100).astype(np.float32)
    assert distance(x, y) == distance(x.astype(np.float64), y.astype(np.float64))


@pytest.mark.parametrize("function", [fad, kad])
def test_sets_that_cannot_be_compared_are_refused(function):
    with pytest.raises(DatasetError, match="of 8 and of 7 dimensions cannot be compared"):
        function(gaussian(5), gaussian(5, 7))
    with pytest.raises(DatasetError, match=r"finite embeddings of shape \(n, dim\), got shape"):
        function(gaussian(5), np.full((5, 8), np.nan))


def test_too_few_sounds_are_refused():
    for function in (fad, kad):
        with pytest.raises(DatasetError, match=r"at least 2 finite.*got shape \(1, 8\)"):
            function(gaussian(5), gaussian(1))
