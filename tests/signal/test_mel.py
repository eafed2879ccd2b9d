import librosa
import numpy as np
import pytest
import torch

from neural_drum_machine.errors import AudioError
from neural_drum_machine.networks.mel import MelSpectrogram
from neural_drum_machine.signal.mel import (
    exp_mel,
    log_mel,
    mel_band_edges,
    mel_ceiling,
    mel_filterbank,
    mel_spectrogram,
)
from neural_drum_machine.signal.spec import AudioSpec

SPEC = AudioSpec()
# librosa warns of the very bands that ours widens.
pytestmark = pytest.mark.filterwarnings("ignore:Empty filters detected")


def hit(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    t = np.arange(SPEC.n_samples) / SPEC.sr
    x = np.sin(2 * np.pi * 70 * t) * np.exp(-8 * t) + 0.5 * rng.standard_normal(len(t)) * np.exp(
        -20 * t
    )
    return (x / np.abs(x).max()).astype(np.float32)


def relative_error(ours: np.ndarray, reference: np.ndarray) -> float:
    return float(np.linalg.norm(ours - reference) / np.linalg.norm(reference))


def librosa_mel(x: np.ndarray) -> np.ndarray:
    """The oracle: librosa's STFT, and its bank with narrow bands widened by interpolation."""
    magnitude = np.abs(librosa.stft(x, n_fft=2048, win_length=1024, hop_length=256))
    edges = librosa.mel_frequencies(514, fmin=0, fmax=11025, htk=True)
    bins = librosa.fft_frequencies(sr=22050, n_fft=2048)
    width = bins[1]
    bank = librosa.filters.mel(sr=22050, n_fft=2048, n_mels=512, htk=True, norm=None)
    for m in range(512):
        low, centre, high = edges[m : m + 3]
        if centre - low < width or high - centre < width:
            corners = [min(low, centre - width), centre, max(high, centre + width)]
            bank[m] = np.interp(bins, corners, [0, 1, 0])
    return bank @ magnitude


@pytest.mark.slow
def test_numpy_mel_equals_librosa():
    x = hit()
    assert relative_error(mel_spectrogram(x), librosa_mel(x)) <= 1e-4


def test_torch_mel_equals_librosa_and_numpy():
    x = hit(1)
    ours = MelSpectrogram()(torch.from_numpy(x)).numpy()
    assert relative_error(ours, librosa_mel(x)) <= 1e-4
    assert relative_error(ours, mel_spectrogram(x)) <= 1e-5


def test_wide_bands_are_librosas_own():
    ours = mel_filterbank()
    theirs = librosa.filters.mel(sr=22050, n_fft=2048, n_mels=512, htk=True, norm=None)
    wide = np.diff(mel_band_edges())[:-1] >= 22050 / 2048
    assert wide.sum() > 300
    np.testing.assert_allclose(ours[wide], theirs[wide], atol=1e-5)


def test_no_band_is_empty_and_every_bin_but_the_ends_is_heard():
    bank = mel_filterbank()
    assert bank.shape == (512, 1025)
    assert bank.sum(axis=1).min() >= 0.99
    assert bank.max() <= 1.0 + 1e-6
    assert (bank.sum(axis=0)[1:-1] > 0).all()


@pytest.mark.parametrize("frequency", [60.0, 440.0, 3000.0, 9000.0])
def test_a_sine_peaks_in_the_band_of_its_frequency(frequency):
    x = np.sin(2 * np.pi * frequency * np.arange(SPEC.n_samples) / SPEC.sr)
    mel = mel_spectrogram(x)
    centres = mel_band_edges()[1:-1]
    peak = centres[mel[:, 40].argmax()]
    assert peak == pytest.approx(frequency, abs=22050 / 2048 + 0.004 * frequency)


def test_full_scale_sine_has_the_windows_level():
    x = np.sin(2 * np.pi * 1000 * np.arange(SPEC.n_samples) / SPEC.sr)
    magnitude = np.abs(librosa.stft(x, n_fft=2048, win_length=1024, hop_length=256))[:, 40].max()
    assert magnitude == pytest.approx(256, rel=0.02)  # win_length / 4


def test_shapes_for_batches_and_lengths():
    assert mel_spectrogram(np.zeros((3, 2, 22015))).shape == (3, 2, 512, 86)
    assert mel_spectrogram(np.ones(1)).shape == (512, 1)
    batch = np.stack([hit(2), hit(3)])
    np.testing.assert_allclose(mel_spectrogram(batch)[1], mel_spectrogram(hit(3)), rtol=1e-5)


def test_level_is_linear_and_silence_is_exactly_zero():
    x = hit()
    assert relative_error(mel_spectrogram(0.1 * x), 0.1 * mel_spectrogram(x)) < 1e-5
    assert not mel_spectrogram(np.zeros(22015)).any()


@pytest.mark.parametrize("bad", [np.zeros(0), np.array([0.0, np.nan]), np.array([np.inf, 0.0])])
def test_empty_and_not_finite_signals_are_refused(bad):
    with pytest.raises(AudioError):
        mel_spectrogram(bad)


def test_log_and_exp_are_inverse_and_bounded():
    mel = mel_spectrogram(hit())
    np.testing.assert_allclose(exp_mel(log_mel(mel)), mel, atol=2e-4 * mel.max())
    assert not exp_mel(log_mel(np.zeros(4)) - 3).any()
    wild = exp_mel(np.array([1e9, 50.0]))
    assert np.isfinite(wild).all()
    assert wild.max() <= mel_ceiling() * 1.0001
    full = mel_spectrogram(np.sign(np.sin(np.arange(22015.0))))
    assert full.max() <= mel_ceiling()


def test_gradient_of_silence_is_finite():
    x = torch.zeros(2, 22015, requires_grad=True)
    MelSpectrogram()(x).sum().backward()
    assert torch.isfinite(x.grad).all()


def test_gradient_agrees_with_finite_differences():
    spec = AudioSpec(n_samples=255, n_fft=128, win_length=64, hop_length=32, n_mels=8)
    mel = MelSpectrogram(spec)
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(255, generator=generator)
    direction = torch.randn(255, generator=generator)
    x.requires_grad_()
    mel(x).square().sum().backward()
    step = 1e-2
    with torch.no_grad():
        numeric = (
            mel(x + step * direction).square().sum() - mel(x - step * direction).square().sum()
        ) / (2 * step)
    assert float((x.grad * direction).sum()) == pytest.approx(float(numeric), rel=5e-3)
