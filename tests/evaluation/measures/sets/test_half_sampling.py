import numpy as np
import pytest
from tests.support.gaussian import gaussian

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.measures.intervals import Interval
from neural_drum_machine.evaluation.measures.sets.fad import fad
from neural_drum_machine.evaluation.measures.sets.half_sampling import subsampled
from neural_drum_machine.evaluation.measures.sets.kad import kad


def test_interval_of_kad_is_that_of_drawing_every_part():
    x, y = gaussian(20), gaussian(30, seed=1) + 0.5
    pairs = [np.linalg.norm(x[i] - x[j]) for i in range(20) for j in range(i)]
    width = float(np.median(pairs))
    slow = subsampled(lambda a, b: kad(a, b, width), x, y, n=25)
    fast = subsampled(kad, x, y, n=25)
    for a, b in zip(
        (fast.low, fast.value, fast.high), (slow.low, slow.value, slow.high), strict=True
    ):
        assert a == pytest.approx(b, rel=1e-9)


def test_interval_has_its_seed_and_orders_its_numbers():
    x, y = gaussian(30), gaussian(30, seed=1) + 0.5
    first = subsampled(fad, x, y, n=30)
    assert isinstance(first, Interval)
    assert first.low < first.value < first.high
    assert first == subsampled(fad, x, y, n=30)
    assert first != subsampled(fad, x, y, n=30, seed=1)
    narrow = subsampled(fad, x, y, n=30, level=0.5)
    assert first.low < narrow.low < narrow.high < first.high


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_interval_is_as_wide_as_figures_of_fresh_sounds_spread(share):
    def means(a, b):
        return float(b.mean() - a.mean())

    fresh = [means(gaussian(80, 1, seed=s), gaussian(80, 1, seed=5000 + s)) for s in range(400)]
    low, high = np.quantile(fresh, [0.025, 0.975])
    made = [
        subsampled(means, gaussian(80, 1, seed=s), gaussian(80, 1, seed=5000 + s), share=share)
        for s in range(10)
    ]
    assert np.mean([i.high - i.low for i in made]) == pytest.approx(high - low, rel=0.12)


def test_bad_options_and_small_sets_are_refused():
    with pytest.raises(DatasetError, match=r"a share of 0\.5 of 2 sounds is too few"):
        subsampled(fad, gaussian(2), gaussian(9))
    with pytest.raises(ValueError, match=r"between 0 and 1: 200, 1\.5 and 0\.95"):
        subsampled(fad, gaussian(9), gaussian(9), share=1.5)
