"""Qualities of sounds whose values are known."""

import math

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.wishes.qualities import QUALITIES, air_level, body_level, describe

SR = 44_100


def test_all_qualities_at_once_are_those_of_each_function(drum, hat):
    for sound in (drum, hat, np.zeros((1, 2000), np.float32)):
        found = describe(sound, SR)
        assert list(found) == [quality.name for quality in QUALITIES]
        for quality in QUALITIES:
            value = quality.measure(sound[0], SR)
            assert found[quality.name] == value or (
                math.isnan(value) and math.isnan(found[quality.name])
            )


def test_body_and_air_are_levels_over_the_rest():
    # They rise and fall slowly: a sudden beginning holds all frequencies.
    low, middle, high = (np.hanning(SR) * tone(hz, 1.0, SR, 0) for hz in (100, 2000, 15_000))
    assert body_level(low + middle, SR) == pytest.approx(0, abs=0.1)
    assert body_level(low + 0.1 * middle, SR) == pytest.approx(20, abs=0.5)
    assert air_level(0.1 * high + middle, SR) == pytest.approx(-20, abs=0.5)
    assert air_level(low, SR) < -60
    assert math.isnan(body_level(np.zeros(100), SR))


def test_more_of_a_quality_has_a_greater_value():
    sounds = [tone(60, 0.5, SR, 8), tone(200, 0.5, SR, 8) + 0.5 * noise(0.5, SR), noise(0.5, SR)]
    for name in ("brightness", "noisiness", "air"):
        values = [describe(sound, SR)[name] for sound in sounds]
        assert values == sorted(values), name
