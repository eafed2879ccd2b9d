import numpy as np
import pytest

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.judges.confusion import confusion, mistaken_for, shares


def test_counts_shares_and_the_most_frequent_mistake():
    counts = confusion(np.array([0, 0, 0, 0, 2]), np.array([0, 1, 1, 3, 2]))
    assert counts[0, :4].tolist() == [1, 2, 0, 1]
    share = shares(counts)
    assert share[0] == pytest.approx(1 / 4)
    assert share[2] == 1
    assert np.isnan(share[1])
    assert mistaken_for(counts, 0) == (CATEGORIES[1], 2)
    assert mistaken_for(counts, 2) is None
