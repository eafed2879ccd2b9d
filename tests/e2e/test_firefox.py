"""The page in Firefox, with its server. The page without one is tried in test_site.py."""

import numpy as np
import pytest
from tests.support.firefox import SEEDS, in_firefox

from neural_drum_machine.signal.pcm import to_pcm


@pytest.mark.slow
def test_firefox_plays_the_servers_sounds(site, machine):
    found = in_firefox(site[1])
    assert found["errors"] == []
    assert found["heard"] == 1
    for category in machine.categories:
        for seed in SEEDS:
            want = to_pcm(machine.render(category, seed=seed).samples)
            assert np.array_equal(np.round(found["sounds"][category, seed] * 32768), want)
