import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.signal.air import AIR_BANDS, AIR_FLOOR, AIR_RANGE_HZ, air_levels
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, FULL_SR
from neural_drum_machine.signal.spec import AudioSpec

SPEC = AudioSpec(n_samples=32_767, pre_roll=128)


def hit(sound):
    return np.pad(sound, (FULL_PRE_ROLL, 0))


def test_silence_and_what_the_core_has_give_the_floor():
    for sound in (np.zeros(10), tone(5000, 1, FULL_SR, decay=12)):
        levels = air_levels(hit(sound), 1.0, SPEC)
        assert levels.shape == (AIR_BANDS, SPEC.n_frames)
        assert levels.dtype == np.float32
        np.testing.assert_allclose(levels[:, 4:], np.log(AIR_FLOOR), atol=0.5)


def test_a_tone_is_in_its_band_at_the_level_of_a_sine():
    edges = np.geomspace(*AIR_RANGE_HZ, AIR_BANDS + 1)
    for band in range(AIR_BANDS):
        frequency = np.sqrt(edges[band] * edges[band + 1])
        levels = air_levels(hit(tone(frequency, 1, FULL_SR, decay=0)), 1.0, SPEC)[:, 5:80]
        np.testing.assert_allclose(levels[band], np.log(np.sqrt(0.5)), atol=0.02)
        assert np.delete(levels, band, axis=0).max() < -4


def test_white_noise_has_levels_by_width():
    levels = air_levels(noise(1.6, FULL_SR, decay=0), 1.0, SPEC)
    white = noise(1.6, FULL_SR, decay=0).std()
    edges = np.geomspace(*AIR_RANGE_HZ, AIR_BANDS + 1)
    expected = white * np.sqrt(np.diff(edges) / (FULL_SR / 2))
    power = np.exp(2 * levels[:, 1:-1]).mean(axis=1)
    np.testing.assert_allclose(np.sqrt(power), expected, rtol=0.1)


@pytest.mark.parametrize("frame", [1, 40, 127])
def test_frames_are_those_of_the_core(frame):
    click = np.zeros(2 * FULL_SR)
    click[512 * frame] = 1.0
    assert air_levels(click, 1.0, SPEC).argmax(axis=1).tolist() == [frame] * AIR_BANDS


def test_a_gain_shifts_the_levels_by_its_logarithm():
    levels = [air_levels(hit(noise(0.5, FULL_SR)), gain, SPEC)[:, 2:8] for gain in (1, 2)]
    np.testing.assert_allclose(levels[1] - levels[0], np.log(2), atol=0.02)
