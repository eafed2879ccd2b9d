import numpy as np
import pytest
from tests.support.sounds import noise

from neural_drum_machine.detail.body import REACH, find_body
from neural_drum_machine.detail.oscillator import play_body
from neural_drum_machine.signal.mel import mel_band_edges, mel_spectrogram
from neural_drum_machine.signal.spec import AudioSpec

SPEC = AudioSpec(n_samples=32_767, pre_roll=128)
T = np.arange(SPEC.n_samples - SPEC.pre_roll) / SPEC.sr


def kick(fast=30.0, low=50.0, decay=4.0):
    """A body that falls to 50 Hz, and the frequency that it has at each frame."""
    frequency = low + 110 * np.exp(-fast * T)
    sound = np.sin(2 * np.pi * np.cumsum(frequency) / SPEC.sr) * np.exp(-decay * T)
    return np.pad(sound, (SPEC.pre_roll, 0)).astype(np.float32), frequency


@pytest.fixture(scope="module")
def found():
    mel = mel_spectrogram(kick()[0], SPEC)
    return mel, *find_body(mel, SPEC)


def test_the_frequency_is_the_body_s(found):
    _, body, _ = found
    frames = np.arange(5, 60)
    real = kick()[1][frames * SPEC.hop_length - SPEC.pre_roll]
    np.testing.assert_allclose(body.frequency[frames], real, rtol=0.04)


def test_the_level_is_the_body_s(found):
    _, body, _ = found
    frames = np.arange(5, 60)
    level = np.exp(-4 * T)[frames * SPEC.hop_length - SPEC.pre_roll]
    np.testing.assert_allclose(body.level[frames], level, rtol=0.1)


def test_the_rest_has_hardly_anything_of_it(found):
    mel, _, rest = found
    assert np.square(rest).sum() < 0.02 * np.square(mel).sum()


def test_what_is_played_has_the_spectrogram_of_the_body(found):
    mel, body, _ = found
    played = play_body(body, SPEC, SPEC.sr, SPEC.n_samples)
    made = mel_spectrogram(played, SPEC)[:, 2:]
    assert np.linalg.norm(made - mel[:, 2:]) < 0.12 * np.linalg.norm(mel[:, 2:])


@pytest.mark.parametrize("sr", [22_050, 44_100])
def test_it_is_zero_at_the_onset_and_has_no_steps(found, sr):
    played = play_body(found[1], SPEC, sr, 2 * SPEC.n_samples)
    assert abs(played[SPEC.pre_roll * sr // SPEC.sr]) < 1e-3
    # A sine of 160 Hz at full scale climbs by this much from sample to sample.
    assert np.abs(np.diff(played)).max() < 1.1 * 2 * np.pi * 160 / sr


def test_treble_stays_in_the_rest(found):
    sound = kick()[0] + np.pad(0.3 * noise(0.5), (128, SPEC.n_samples))[: SPEC.n_samples]
    mel = mel_spectrogram(sound.astype(np.float32), SPEC)
    body, rest = find_body(mel, SPEC)
    assert body is not None
    above = mel_band_edges(SPEC)[1:-1] > 1.5 * REACH * 160
    np.testing.assert_array_equal(rest[above], mel[above])


@pytest.mark.parametrize("sound", [noise(1.0), np.zeros(1000)], ids=["noise", "silence"])
def test_where_no_ridge_stands_out_there_is_no_body(sound):
    mel = mel_spectrogram(np.pad(sound, (128, 0)), SPEC)
    body, rest = find_body(mel, SPEC)
    assert body is None
    assert rest is mel


def test_a_wobbling_ridge_is_played_steadily():
    mel = mel_spectrogram(kick()[0], SPEC)
    jumps = np.random.default_rng(0).standard_normal(mel.shape)
    # A window of 46 ms has no narrower jumps along frequency than some nine bands.
    smooth = np.apply_along_axis(np.convolve, 0, jumps, np.hanning(11)[1:-1] / 2, mode="same")
    body, _ = find_body((mel * np.exp(0.5 * smooth)).astype(np.float32), SPEC)
    frames = np.arange(8, 60)
    real = kick()[1][frames * SPEC.hop_length - SPEC.pre_roll]
    cents = 1200 * np.log2(body.frequency[frames] / real)
    assert np.median(np.abs(cents)) < 100
