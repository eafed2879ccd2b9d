import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.signal.octaves import analytic_bands, band_weights

EDGES = (250.0, 1000.0, 3500.0)


def test_weights_of_a_frequency_sum_to_one():
    weights = band_weights(EDGES, 44_100, 4096)
    assert weights.shape == (4, 2049)
    np.testing.assert_allclose(weights.sum(axis=0), 1, atol=1e-6)
    assert weights.min() >= 0


def test_bands_add_up_to_the_signal():
    sound = noise(0.05, 44_100)
    bands = analytic_bands(sound, EDGES, 44_100, 4096)
    np.testing.assert_allclose(bands.real.sum(axis=0), sound, atol=2e-6)


@pytest.mark.parametrize(("frequency", "band"), [(100, 0), (500, 1), (2000, 2), (9000, 3)])
def test_a_tone_is_in_its_band_at_its_level(frequency, band):
    sine = tone(frequency, 0.08, 44_100, decay=0)
    level = np.abs(analytic_bands(sine, EDGES, 44_100, 4608))[:, 1500:2000]
    np.testing.assert_allclose(level[band], 1, atol=0.05)
    assert np.delete(level, band, axis=0).max() < 0.05
