import numpy as np
import pytest
from tests.support.small import SMALL_SPEC
from tests.support.sounds import noise, tone

from neural_drum_machine.inverters.frames import sounding_frames
from neural_drum_machine.inverters.griffin_lim import GriffinLim, griffin_lim
from neural_drum_machine.inverters.magnitude import stft_magnitude
from neural_drum_machine.inverters.phase_gradient import gradient_phases
from neural_drum_machine.inverters.refined import Refined, equal_time_iterations
from neural_drum_machine.signal.distance import spectral_convergence
from neural_drum_machine.signal.mel import hann_window, mel_filterbank, mel_spectrogram
from neural_drum_machine.signal.spec import DEFAULT_SPEC
from neural_drum_machine.signal.stft import Stft


def drum(n):
    return (0.7 * tone(160, n / 22050, decay=12) + 0.3 * noise(n / 22050, decay=25))[:n]


@pytest.mark.parametrize("spec", [DEFAULT_SPEC, SMALL_SPEC])
@pytest.mark.parametrize("shorter", [1, 2])
def test_inverse_undoes_forward(spec, shorter):
    frames = 40
    x = np.random.default_rng(0).standard_normal(frames * spec.hop_length).astype(np.float32)
    stft = Stft(spec, spec.n_fft // shorter, frames)
    back = stft.inverse(stft.forward(x))
    # The last half window is seen by few frames: there the division is limited.
    whole = len(x) - spec.hop_length
    np.testing.assert_allclose(back[:whole], x[:whole], atol=2e-5)


def test_forward_is_the_transform_that_mels_are_made_of():
    x = drum(40 * 256)
    stft = Stft(DEFAULT_SPEC, DEFAULT_SPEC.n_fft, 40)
    mel = mel_filterbank() @ np.abs(stft.forward(x)).T
    np.testing.assert_allclose(mel, mel_spectrogram(x)[:, :40], rtol=1e-4, atol=1e-4)


def test_shorter_transform_gives_every_second_bin():
    # The frame is the same, so the spectrum is, up to the sign that the shift makes.
    x = drum(40 * 256)
    fine, coarse = (np.abs(Stft(DEFAULT_SPEC, n, 40).forward(x)) for n in (2048, 1024))
    np.testing.assert_allclose(coarse, fine[:, ::2], atol=1e-3)
    assert hann_window().sum() == pytest.approx(512)


def test_magnitudes_have_the_mel_they_were_made_from():
    mel = mel_spectrogram(drum(22015))
    magnitude = stft_magnitude(mel, DEFAULT_SPEC)
    assert magnitude.min() >= 0
    assert spectral_convergence(mel, mel_filterbank() @ magnitude.T) < 0.01


@pytest.mark.parametrize("n_fft", [None, 1024])
def test_more_iterations_come_nearer(n_fft):
    mel = mel_spectrogram(drum(22015))
    errors = [
        spectral_convergence(mel, mel_spectrogram(griffin_lim(mel, n_iter=n, n_fft=n_fft)[:22015]))
        for n in (0, 2, 8, 32)
    ]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.12 < 0.3 < errors[0]


@pytest.mark.slow
def test_as_good_as_librosa_at_the_same_number_of_iterations():
    librosa = pytest.importorskip("librosa")
    mel = mel_spectrogram(drum(22015))
    magnitude = stft_magnitude(mel, DEFAULT_SPEC).T
    theirs = librosa.griffinlim(
        magnitude, n_iter=16, hop_length=256, win_length=1024, n_fft=2048, length=22015,
        random_state=0,
    )  # fmt: skip
    ours = griffin_lim(mel, n_iter=16)[:22015]
    errors = [spectral_convergence(mel, mel_spectrogram(x)) for x in (ours, theirs)]
    assert errors[0] < 1.15 * errors[1]


def test_silence_stays_silent_and_the_end_is_not_touched():
    assert not griffin_lim(np.zeros((512, 20), np.float32)).any()
    mel = mel_spectrogram(drum(22015))
    mel[:, 30:] = 0
    x = griffin_lim(mel, n_iter=4)
    assert x.shape == (86 * 256,)
    assert x.dtype == np.float32
    assert x[: 30 * 256].any()
    assert not x[30 * 256 :].any()


@pytest.mark.parametrize(("momentum", "relaxation"), [(0.99, 1.0), (0.9, 1.3)])
def test_momentum_of_samples_is_momentum_of_spectrograms(momentum, relaxation):
    """The authors' recursion, written out over spectrograms, gives the same samples."""
    mel = mel_spectrogram(drum(22015))
    frames = sounding_frames(mel, -np.inf)
    stft = Stft(DEFAULT_SPEC, 1024, frames)
    magnitude = stft_magnitude(mel[:, :frames] / mel.max(), DEFAULT_SPEC, 1024)
    start = gradient_phases(magnitude, DEFAULT_SPEC, 1024)
    c, t = start, None
    for _ in range(6):
        nearest = stft.forward(stft.inverse(magnitude * c / np.maximum(np.abs(c), 1e-12)))
        new = nearest if t is None else (1 - relaxation) * c + relaxation * nearest
        c, t = (new if t is None else new + momentum * (new - t)), new
    expected = mel.max() * stft.inverse(magnitude * c / np.maximum(np.abs(c), 1e-12))
    made = griffin_lim(
        mel, n_iter=6, n_fft=1024, start=lambda _: start, momentum=momentum, relaxation=relaxation
    )
    np.testing.assert_allclose(made[: len(expected)], expected, atol=2e-3 * np.abs(expected).max())


def test_relaxation_comes_nearer_in_the_same_number_of_iterations():
    mel = mel_spectrogram(drum(22015))
    errors = [
        spectral_convergence(mel, mel_spectrogram(invert(mel)[:22015]))
        for invert in (GriffinLim(DEFAULT_SPEC, 18), Refined(DEFAULT_SPEC, 18))
    ]
    assert errors[1] < 0.9 * errors[0]


def test_work_is_even_between_its_bounds():
    work = [frames * equal_time_iterations(frames) for frames in range(16, 87)]
    assert max(work) <= 1.1 * 1000
    assert min(work) >= 0.9 * 1000
    assert equal_time_iterations(1) == 64
    assert equal_time_iterations(10_000) == 8


def test_a_known_onset_keeps_what_lies_before_it_silent():
    onset = 2000
    hit = np.pad(noise(0.3, decay=40), (onset, 0))
    mel = mel_spectrogram(hit, SMALL_SPEC)
    free, known = (griffin_lim(mel, SMALL_SPEC, n_iter=8, silent=n) for n in (0, onset))
    assert np.abs(free[:onset]).max() > 0.02
    assert not known[:onset].any()
    again = [mel_spectrogram(x[: len(hit)], SMALL_SPEC) for x in (free, known)]
    errors = [np.linalg.norm(x - mel) for x in again]
    assert errors[1] < 1.2 * errors[0]


def test_a_shape_is_applied_at_the_start_and_after_four_iterations():
    levels = []
    mel = 3 * mel_spectrogram(noise(0.2), SMALL_SPEC)
    griffin_lim(mel, SMALL_SPEC, n_iter=9, shape=lambda x, level: levels.append(level))
    assert levels == [mel.max()] * 5
