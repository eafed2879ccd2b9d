import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.detail.width import widen
from neural_drum_machine.errors import ControlError

SR = 44_100


def test_the_sum_is_the_mono_sound():
    mono = noise(0.3, SR)
    for width in (0, 0.5, 1):
        stereo = widen(mono, width)
        assert stereo.shape == (2, len(mono))
        assert stereo.dtype == np.float32
        np.testing.assert_allclose(stereo.mean(axis=0), mono, atol=1e-7)


def test_wider_channels_are_less_alike():
    mono = noise(0.5, SR, decay=5)
    alike = [np.corrcoef(*widen(mono, width))[0, 1] for width in (0, 0.5, 1)]
    assert alike[0] == pytest.approx(1)
    assert alike[0] > alike[1] + 0.2 > alike[2] + 0.4
    assert abs(alike[2]) < 0.2


def test_bass_stays_in_the_middle():
    left, right = widen(tone(60, 0.5, SR, decay=2), 1)
    assert np.linalg.norm(left - right) < 0.3 * np.linalg.norm(left + right)


def test_nothing_sounds_before_the_sound():
    mono = np.pad(noise(0.2, SR), (500, 0))
    assert not widen(mono, 1)[:, :500].any()


def test_a_seed_is_a_sound():
    mono = noise(0.2, SR)
    np.testing.assert_array_equal(widen(mono, 1, 3), widen(mono, 1, 3))
    assert not np.array_equal(widen(mono, 1, 3), widen(mono, 1, 4))


@pytest.mark.parametrize("width", [-0.1, 1.1, float("nan")])
def test_a_width_that_there_is_not(width):
    with pytest.raises(ControlError, match="width must lie between 0 and 1"):
        widen(np.zeros(10, np.float32), width)
