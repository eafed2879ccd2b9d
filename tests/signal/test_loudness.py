import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.signal.loudness import (
    k_weighting,
    loudness,
    momentary_loudness,
    momentary_loudness_of,
)


def test_the_filters_are_those_of_the_recommendation():
    """ITU-R BS.1770-4, tables 1 and 2, for 48 kHz."""
    (shelf_b, shelf_a), (pass_b, pass_a) = k_weighting(48_000)
    np.testing.assert_allclose(shelf_b, [1.53512485958697, -2.69169618940638, 1.19839281085285])
    np.testing.assert_allclose(shelf_a, [1, -1.69065929318241, 0.73248077421585])
    np.testing.assert_allclose(pass_b, [1, -2, 1])
    np.testing.assert_allclose(pass_a, [1, -1.99004745483398, 0.99007225036621])


@pytest.mark.parametrize("sr", [22_050, 44_100, 48_000])
def test_a_sine_of_997_hz_at_full_scale(sr):
    sine = np.sin(2 * np.pi * 997 * np.arange(2 * sr) / sr)
    # The bilinear transform bends the filters a little at low rates.
    assert loudness(sine, sr) == pytest.approx(-3.01, abs=0.01 if sr > 40_000 else 0.04)


def test_a_gain_in_db_is_the_difference_in_lufs():
    hit = noise(0.5, decay=8)
    assert loudness(0.5 * hit, 22_050) == pytest.approx(loudness(hit, 22_050) - 6.02, abs=0.01)


def test_a_short_hit_is_softer_than_a_long_one_of_the_same_level():
    sr = 22_050
    short, long = noise(0.1, decay=0), noise(0.8, decay=0)
    assert loudness(short, sr) == pytest.approx(loudness(long, sr) - 10 * np.log10(4), abs=0.5)


def test_the_gate_leaves_out_a_long_silence():
    hit = noise(0.5, decay=0)
    assert loudness(np.pad(hit, (0, 60_000)), 22_050) > loudness(hit, 22_050) - 2.5


def test_silence_is_minus_infinity():
    assert loudness(np.zeros(1000), 44_100) == -np.inf


@pytest.mark.parametrize("seconds", [0.05, 0.3, 0.399, 0.5, 1.3])
@pytest.mark.parametrize("sr", [22_050, 44_100, 48_000])
def test_momentary_loudness_is_the_same_from_a_spectrum(seconds, sr):
    for sound in (tone(80, seconds, sr, 12.0), noise(seconds, sr, 1, 20)):
        x = np.float32(sound)
        spectrum = np.fft.rfft(x, len(x) + 4096 + len(x) % 2)
        found = momentary_loudness_of(spectrum, len(x), sr)
        assert found == pytest.approx(momentary_loudness(x, sr), abs=0.03)
    assert momentary_loudness_of(np.zeros(4097, np.complex64), 100, sr) == -np.inf
