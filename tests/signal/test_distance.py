import numpy as np
import pytest
from tests.support.degrade import synthesised_sounds

from neural_drum_machine.signal import distance
from neural_drum_machine.signal.mel import mel_spectrogram

OF_MELS = {
    "spectral_convergence": distance.spectral_convergence,
    "best_gain_spectral_convergence": distance.best_gain_spectral_convergence,
    "log_spectral_convergence": distance.log_spectral_convergence,
    "log_spectral_distance": distance.log_spectral_distance,
    "mel_error_db": distance.mel_error_db,
}


def test_the_best_gain_removes_a_gain_and_nothing_else():
    sounds = synthesised_sounds()
    mel, other = mel_spectrogram(sounds["snare"]), mel_spectrogram(sounds["tom"])
    measure = distance.best_gain_spectral_convergence
    assert measure(mel, 0.1 * mel) == pytest.approx(0, abs=1e-6)
    assert measure(mel, 0 * mel) == pytest.approx(1)
    assert measure(mel, 7 * other) == pytest.approx(measure(mel, other), rel=1e-6)
    # No gain does better.
    tried = [distance.spectral_convergence(mel, gain * other) for gain in np.geomspace(0.01, 1, 41)]
    assert measure(mel, other) <= min(tried)
    assert measure(mel, other) == pytest.approx(min(tried), rel=0.01)


@pytest.mark.parametrize("measure", [distance.log_spectral_distance, distance.mel_error_db])
def test_a_gain_is_its_decibels_down_to_the_floor(measure):
    flat = np.full((16, 8), 3.0)
    assert measure(flat, flat / 2) == pytest.approx(20 * np.log10(2))
    assert measure(flat, 0 * flat) == pytest.approx(80)
    # Silence after both sounds changes nothing, for any floor.
    long = np.pad(flat, [(0, 0), (0, 40)])
    for floor in np.linspace(-90, -30, 25):
        assert measure(long, long / 2, floor_db=floor) == pytest.approx(20 * np.log10(2))
        assert measure(long, 0 * long, floor_db=floor) == pytest.approx(-floor)


def test_the_log_spectral_distance_is_a_root_mean_square_and_the_mel_error_is_not():
    flat = np.ones((2, 1))
    half = np.array([[1.0], [0.1]])
    assert distance.log_spectral_distance(flat, half) == pytest.approx(20 / np.sqrt(2))
    assert distance.mel_error_db(flat, half) == pytest.approx(10)


@pytest.mark.parametrize("name", sorted(OF_MELS))
def test_silence_has_a_finite_distance(name):
    mel, silence = mel_spectrogram(synthesised_sounds()["kick"]), np.zeros((512, 86))
    assert OF_MELS[name](silence, silence) == 0
    assert OF_MELS[name](mel, 0 * mel) > 0.05
    assert np.isfinite(OF_MELS[name](0 * mel, mel))


def test_mse_of_the_mean_is_one():
    x = np.random.default_rng(0).standard_normal((64, 64))
    assert distance.standardised_mse(x, x) == 0
    assert distance.standardised_mse(x, np.zeros_like(x)) == pytest.approx(1, abs=0.05)
