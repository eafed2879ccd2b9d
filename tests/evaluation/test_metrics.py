import numpy as np
import pytest

from neural_drum_machine.evaluation import metrics
from neural_drum_machine.mel import mel_spectrogram

from ..conftest import noise, tone

SR = 22050


@pytest.mark.parametrize("frequency", [100.0, 1000.0, 8000.0])
def test_centroid_of_a_tone_is_its_frequency(frequency):
    x = np.sin(2 * np.pi * frequency * np.arange(SR) / SR)
    assert metrics.spectral_centroid(x) == pytest.approx(frequency, rel=0.01)


def test_centroid_of_white_noise_is_half_the_band_and_of_silence_zero():
    assert metrics.spectral_centroid(noise(1.0, decay=0)) == pytest.approx(SR / 4, rel=0.03)
    assert metrics.spectral_centroid(np.zeros(100)) == 0.0


@pytest.mark.parametrize("decay", [10.0, 40.0])
def test_decay_of_an_exponential(decay):
    # Energy exp(-2 d t) has 1 % left at t = ln(100) / (2 d).
    x = np.concatenate([np.zeros(2000), noise(1.0, decay=decay)])
    assert metrics.decay_time(x) == pytest.approx(np.log(100) / (2 * decay), rel=0.15)
    assert metrics.decay_time(np.zeros(100)) == 0.0


def test_measures_of_error_grow_with_the_damage():
    x = (tone(150, 0.9, decay=8) * 0.7 + noise(0.9, decay=25) * 0.3)[:22015]
    clean = mel_spectrogram(x)
    hiss = np.random.default_rng(1).standard_normal(len(x))
    damaged = [mel_spectrogram(x + level * hiss) for level in (0, 0.003, 0.03, 0.3)]
    for measure in (metrics.spectral_convergence, metrics.log_spectral_convergence):
        values = [measure(clean, d) for d in damaged]
        assert values[0] == 0
        assert values == sorted(values)
        assert values[-1] > 3 * values[1]
    assert metrics.spectral_convergence(clean, 0 * clean) == pytest.approx(1.0)


def test_mse_of_the_mean_is_one():
    x = np.random.default_rng(0).standard_normal((64, 64))
    assert metrics.standardised_mse(x, x) == 0
    assert metrics.standardised_mse(x, np.zeros_like(x)) == pytest.approx(1, abs=0.05)


def test_griffin_lim_finds_a_sound_with_the_spectrogram():
    x = np.zeros(22015, np.float32)
    x[:11000] = (tone(150, 0.5, decay=8) * 0.7 + noise(0.5, decay=25) * 0.3)[:11000]
    mel = mel_spectrogram(x)
    y = metrics.griffin_lim(mel)
    assert y.shape == (22015,)
    assert metrics.spectral_convergence(mel, mel_spectrogram(y)) < 0.15
