import numpy as np
from tests.support.sounds import noise

from neural_drum_machine.detail.air import air_noise
from neural_drum_machine.signal.air import AIR_BANDS, AIR_FLOOR, air_levels
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.spec import AudioSpec

SPEC = AudioSpec(n_samples=32_767, pre_roll=128)


def test_noise_has_the_levels_that_were_asked_for():
    levels = air_levels(noise(1.0, FULL_SR, decay=5), 1.0, SPEC)
    made = air_levels(air_noise(levels, 0, SPEC), 1.0, SPEC)
    difference = (made - levels)[:, 2:60]
    # Levels of single frames of noise scatter; their mean over time does not.
    assert np.abs(difference.mean(axis=1)).max() < 0.12
    assert difference.std() < 0.5


def test_there_is_nothing_below_10_khz():
    made = air_noise(np.full((AIR_BANDS, SPEC.n_frames), -3, np.float32), 0, SPEC)
    power = np.square(np.abs(np.fft.rfft(made)))
    below = np.fft.rfftfreq(len(made), 1 / FULL_SR) < 10_000
    assert power[below].sum() < 1e-3 * power.sum()


def test_low_levels_are_exact_silence():
    levels = np.full((AIR_BANDS, SPEC.n_frames), np.log(AIR_FLOOR), np.float32)
    assert not air_noise(levels, 0, SPEC).any()
    levels[:, :10] = -3
    assert not air_noise(levels, 0, SPEC)[12 * 512 :].any()


def test_a_seed_is_a_sound():
    levels = np.full((AIR_BANDS, SPEC.n_frames), -3, np.float32)
    one, same, other = (air_noise(levels, seed, SPEC) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.05
