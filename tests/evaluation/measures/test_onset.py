import itertools

import numpy as np
from tests.support.degrade import SR, N, click, padded, smeared
from tests.support.sounds import noise, tone

from neural_drum_machine.evaluation.measures.onset import onset_error


def test_a_missing_click_and_a_soft_attack_are_errors():
    soft = tone(55, 0.6, decay=12) * np.minimum(1, np.arange(round(0.6 * SR)) / (0.004 * SR))
    hard = soft.copy()
    hard[: len(click())] += click()
    assert onset_error(hard, soft, SR) > 0.2
    takes = [noise(0.6, seed=seed, decay=20) for seed in range(9)]
    slower = [
        np.mean([onset_error(x, smeared(x, ms / 1000), SR) for x in takes])
        for ms in (10, 30, 60, 90)
    ]
    assert slower == sorted(slower)
    # Two realisations of one noise differ in every sample, but not in their onset.
    apart = [onset_error(x, y, SR) for x, y in itertools.pairwise(takes)]
    assert np.mean(apart) < 0.5 * slower[1]


def test_the_error_grows_with_the_delay_up_to_one():
    x = padded(noise(0.3, seed=1, decay=40))
    late = [onset_error(x, np.pad(x, (n, 0))[:N], SR) for n in (0, 22, 110, 440)]
    assert late == sorted(late)
    assert late[1] < 0.05
    assert onset_error(x, 0 * x, SR) == 1
    assert onset_error(x, np.pad(x, (5000, 0))[:N], SR) == 1
