import numpy as np
import pytest
import torch
from tests.support.sounds import noise, tone

from neural_drum_machine.signal.mel import mel_band_edges, mel_spectrogram
from neural_drum_machine.signal.spec import DEFAULT_SPEC
from neural_drum_machine.training.augment import augment, vary
from neural_drum_machine.training.config import AugmentConfig

NEUTRAL = {"semitones": 0.0, "stretch": 1.0, "tilt_db": 0.0, "decay_db": 0.0}


def changed(x: np.ndarray, **change: float) -> np.ndarray:
    mel = torch.from_numpy(mel_spectrogram(np.pad(x, (0, 22015 - len(x)))))[None]
    values = {name: torch.tensor([value]) for name, value in {**NEUTRAL, **change}.items()}
    return vary(mel, DEFAULT_SPEC, **values)[0].numpy()


def peak_hz(mel: np.ndarray) -> float:
    return float(mel_band_edges()[1:-1][mel.sum(axis=1).argmax()])


def seconds_to_fall(mel: np.ndarray, db: float) -> float:
    level = 20 * np.log10(mel.max(axis=0).clip(1e-9) / mel.max())
    return float((level > -db).sum() * 256 / 22050)


def test_neutral_changes_nothing():
    mel = mel_spectrogram(np.pad(tone(300, 0.5), (0, 22015 - 11025)))
    np.testing.assert_allclose(changed(tone(300, 0.5)), mel, atol=2e-3 * mel.max())


@pytest.mark.parametrize("semitones", [-3.0, 4.0])
@pytest.mark.parametrize("frequency", [440.0, 3000.0])
def test_pitch_moves_the_peak_and_the_length_as_resampling_does(semitones, frequency):
    ratio = 2 ** (semitones / 12)
    mel = changed(tone(frequency, 0.9, decay=20), semitones=semitones)
    assert peak_hz(mel) == pytest.approx(frequency * ratio, rel=0.02)
    before = seconds_to_fall(changed(tone(frequency, 0.9, decay=20)), 40)
    assert seconds_to_fall(mel, 40) == pytest.approx(before / ratio, rel=0.08)


def test_stretch_changes_the_length_alone():
    mel = changed(tone(440, 0.9, decay=20), stretch=1.3)
    assert peak_hz(mel) == pytest.approx(440, rel=0.02)
    before = seconds_to_fall(changed(tone(440, 0.9, decay=20)), 30)
    assert seconds_to_fall(mel, 30) == pytest.approx(1.3 * before, rel=0.08)


def test_tilt_is_in_decibels_an_octave():
    burst = noise(0.5, decay=5)
    gain = 20 * np.log10(changed(burst, tilt_db=3.0)[:, 5] / changed(burst)[:, 5])
    rows = [int(np.abs(mel_band_edges()[1:-1] - hz).argmin()) for hz in (1000, 2000, 8000)]
    assert gain[rows[1]] - gain[rows[0]] == pytest.approx(3, abs=0.1)
    assert gain[rows[2]] - gain[rows[0]] == pytest.approx(9, abs=0.1)


def test_decay_is_in_decibels_a_second():
    burst = noise(0.9, decay=5)
    ratio = changed(burst, decay_db=-20.0)[100, :44] / changed(burst)[100, :44]
    fall = 20 * np.log10(ratio[43] / ratio[0])
    assert fall == pytest.approx(-20 * 43 * 256 / 22050, abs=0.1)


def test_peak_stays_and_silence_stays_silent():
    for change in ({"semitones": 3.0}, {"tilt_db": 4.0}, {"decay_db": 20.0}):
        burst = noise(0.5)
        assert changed(burst, **change).max() == pytest.approx(changed(burst).max(), rel=1e-4)
        assert not changed(np.zeros(22015, np.float32), **change).any()


def test_draws_repeat_with_the_generator_and_off_is_off():
    mel = torch.rand(5, 512, 86)
    config = AugmentConfig(3.0, 0.2, 2.0, 10.0)
    one, two = (augment(mel, DEFAULT_SPEC, config, torch.Generator().manual_seed(1)) for _ in "ab")
    assert torch.equal(one, two)
    assert not torch.allclose(one, mel)
    assert augment(mel, DEFAULT_SPEC, AugmentConfig(), torch.Generator()) is mel
