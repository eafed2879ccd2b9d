import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.evaluation.measures.ear.air import share_of_air
from neural_drum_machine.evaluation.measures.ear.tail import end_level_db, return_db
from neural_drum_machine.evaluation.measures.ear.takes import loudness_spread_lu

SR = 44_100


def test_of_two_equal_tones_one_over_11_khz_half_is_air():
    both = tone(1000, 0.5, SR, decay=0) + tone(15_000, 0.5, SR, decay=0)
    assert share_of_air(both, SR) == pytest.approx(0.5, abs=0.01)


def test_duller_hats_have_less_air():
    hat = noise(0.3, SR, decay=20)
    duller = np.convolve(hat, [0.5, 0.5])
    dullest = np.convolve(duller, [0.5, 0.5])
    shares = [share_of_air(x, SR) for x in (hat, duller, dullest)]
    assert shares[0] == pytest.approx(0.5, abs=0.05)
    assert shares[0] > 2 * shares[1] > 4 * shares[2] > 0


def test_there_is_no_air_at_22050_hz_and_in_silence():
    assert share_of_air(noise(0.1), 22_050) == 0
    assert share_of_air(np.zeros(100), SR) == 0


def test_a_sound_that_is_cut_off_ends_loudly():
    levels = [end_level_db(noise(seconds, SR, decay=10), SR) for seconds in (1.2, 0.6, 0.3)]
    assert levels == sorted(levels)
    # exp(-10 * 0.3) is −26 dB; the largest of 441 samples of noise lies near the largest of all.
    assert levels[-1] == pytest.approx(-26, abs=3)
    assert levels[0] < -50
    assert end_level_db(np.zeros(1000), SR) == -np.inf


def test_what_returns_after_silence_orders_real_worse_and_worst():
    sound = noise(0.8, SR, decay=14)
    echoes = [sound]
    for level in (0.03, 0.3):
        echo = sound.copy()
        echo[-4410:] += level * noise(0.1, SR, seed=2, decay=40)
        echoes.append(echo)
    values = [return_db(x, SR) for x in echoes]
    assert values[0] < 6 < values[1] - 3 < values[2] - 10


def test_a_sound_that_is_never_over_does_not_return():
    assert return_db(noise(0.5, SR, decay=0), SR) == 0
    assert return_db(np.zeros(1000), SR) == 0


def test_spread_of_takes_is_the_difference_of_their_levels():
    takes = [gain * noise(0.4, SR, decay=10) for gain in (1, 0.9, 0.5)]
    assert loudness_spread_lu(takes[:1], SR) == 0
    assert loudness_spread_lu(takes[:2], SR) == pytest.approx(0.92, abs=0.01)
    assert loudness_spread_lu(takes, SR) == pytest.approx(6.02, abs=0.01)


def test_takes_that_are_silent_have_no_spread():
    for takes in ([], [np.zeros(1000)]):
        with pytest.raises(ValueError, match="need takes that sound"):
            loudness_spread_lu(takes, SR)
