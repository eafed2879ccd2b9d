import itertools

import numpy as np
import pytest
from tests.support.sounds import noise

from neural_drum_machine.evaluation.measures.ear.start import (
    LATE_MS,
    first_sample,
    largest_step,
    peak_ms,
    rise_ms,
)

SR = 44_100
T = np.arange(SR) / SR


def hit(attack_seconds=0.002):
    """A drum of 180 Hz and noise, that begins at zero."""
    sound = np.sin(2 * np.pi * 180 * T) + 0.3 * noise(1.0, SR, decay=0)
    return sound * np.minimum(1, T / attack_seconds) * np.exp(-12 * T)


def in_order(values):
    return all(a < b for a, b in itertools.pairwise(values))


def test_a_step_at_the_start_orders_real_worse_and_worst():
    sounds = [hit()]
    for step in (0.05, 0.3):
        sounds.append(hit() + step * np.exp(-500 * T))
    assert in_order([first_sample(x) for x in sounds])
    assert in_order([largest_step(x, SR) for x in sounds])
    assert first_sample(sounds[0]) < 0.01
    assert largest_step(sounds[0], SR) < 0.03


def test_a_click_after_the_first_sample_is_a_step_too():
    clicking = hit()
    clicking[4] += 0.5
    assert first_sample(clicking) < 0.01
    assert largest_step(clicking, SR) == pytest.approx(0.5 / np.abs(clicking).max(), rel=0.1)


def test_what_comes_after_0_2_ms_is_no_step():
    later = hit()
    later[20] += 0.5
    assert largest_step(later, SR) < 0.03


def test_a_soft_attack_orders_real_worse_and_worst():
    sounds = [hit(seconds) for seconds in (0.002, 0.008, 0.03)]
    assert in_order([rise_ms(x, SR) for x in sounds])


def test_rise_of_a_linear_ramp_is_four_fifths_of_it():
    ramp = np.minimum(1, T / 0.05)
    assert rise_ms(ramp, SR) == pytest.approx(40, abs=0.1)


def test_a_late_hit_has_a_late_peak():
    late = np.pad(hit(), (1500, 0))
    assert peak_ms(late, SR) == pytest.approx(peak_ms(hit(), SR) + 1000 * 1500 / SR)
    assert peak_ms(hit(), SR) < LATE_MS < peak_ms(late, SR)


@pytest.mark.parametrize("measure", [largest_step, rise_ms])
def test_the_level_has_no_effect(measure):
    assert measure(0.01 * hit(), SR) == pytest.approx(measure(hit(), SR))
    assert first_sample(0.01 * hit()) == pytest.approx(first_sample(hit()))


def test_silence_has_nothing_of_it():
    silence = np.zeros(1000)
    assert first_sample(silence) == 0
    assert [m(silence, SR) for m in (largest_step, rise_ms, peak_ms)] == [0, 0, 0]
