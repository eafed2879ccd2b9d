import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.signal.fine_attack import (
    ATTACK_BANDS,
    ATTACK_EDGES_HZ,
    ATTACK_FLOOR,
    ATTACK_STEPS,
    fine_attack,
)
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, FULL_SR


def after_silence(sound, ms=0.0):
    """A hit at 44,100 Hz that begins some milliseconds after the onset."""
    return np.pad(sound, (FULL_PRE_ROLL + round(ms * FULL_SR / 1000), 0))


def test_silence_and_short_hits():
    silent = fine_attack(np.zeros(300), 1.0)
    assert silent.shape == (ATTACK_BANDS, ATTACK_STEPS)
    assert silent.dtype == np.float32
    np.testing.assert_allclose(silent, np.log(ATTACK_FLOOR), rtol=1e-6)
    short = fine_attack(after_silence(noise(0.005, FULL_SR)), 1.0)
    assert short[:, 2].min() > -5 > short[2:, 10:].max()


@pytest.mark.parametrize(
    ("frequency", "band"), [(90, 0), (500, 1), (2000, 2), (6000, 3), (15_000, 4)]
)
def test_a_tone_has_the_level_of_a_sine_in_its_band(frequency, band):
    levels = fine_attack(after_silence(tone(frequency, 0.2, FULL_SR, decay=0)), 1.0)
    np.testing.assert_allclose(levels[band, 8:], np.log(np.sqrt(0.5)), atol=0.12)
    assert levels.argmax(axis=0)[8:].tolist() == [band] * (ATTACK_STEPS - 8)


@pytest.mark.parametrize("ms", [0, 7, 20])
def test_a_rise_is_found_to_a_millisecond_above_1_khz(ms):
    levels = fine_attack(after_silence(noise(0.2, FULL_SR, decay=5), ms), 1.0)
    for band, edge in enumerate(ATTACK_EDGES_HZ[1:], 2):
        assert edge >= 1000
        loud = levels[band] > np.median(levels[band, ms + 1 :]) - 1.5
        assert abs(int(loud.argmax()) - ms) <= 1


def test_a_gain_shifts_the_levels_by_its_logarithm():
    hit = after_silence(noise(0.2, FULL_SR))
    np.testing.assert_allclose(fine_attack(hit, 2.0) - fine_attack(hit, 1.0), np.log(2), atol=0.02)
