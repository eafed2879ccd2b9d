import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.small import SMALL_SPEC
from tests.support.sounds import noise, tone

from neural_drum_machine.inverters.griffin_lim import GriffinLim, griffin_lim
from neural_drum_machine.inverters.phase_gradient import gradient_phases
from neural_drum_machine.inverters.refined import Refined
from neural_drum_machine.signal.distance import spectral_convergence
from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.spec import DEFAULT_SPEC
from neural_drum_machine.signal.stft import Stft

SPECS = pytest.mark.parametrize(
    ("spec", "n_fft"), [(DEFAULT_SPEC, 1024), (DEFAULT_SPEC, 2048), (SMALL_SPEC, SMALL_SPEC.n_fft)]
)


def spectrum(spec, n_fft, x):
    return Stft(spec, n_fft, len(x) // spec.hop_length).forward(x.astype(np.float32))


def differences(made, true, where):
    """Return how far phases lie from the true ones but for one angle that all may share."""
    apart = (made * np.conj(true / np.abs(true)))[where]
    turn = apart.sum() / abs(apart.sum())
    return np.abs(np.angle(apart / turn))


@SPECS
@pytest.mark.parametrize("bin_", [20.0, 20.3, 20.5])
def test_a_partial_turns_at_its_own_frequency_also_between_bins(spec, n_fft, bin_):
    x = np.cos(2 * np.pi * bin_ / spec.win_length * np.arange(24 * spec.hop_length))
    true = spectrum(spec, n_fft, x)
    made = gradient_phases(np.abs(true), spec, n_fft)
    loud = np.abs(true) > 0.3 * np.abs(true).max()
    loud[:3] = loud[-3:] = False  # half windows
    # A Hann window is not quite a Gaussian one: a small error a frame adds up over 18 frames.
    assert differences(made, true, loud).max() < 0.6
    advance = np.angle(made[4:-3] / made[3:-4])
    wanted = np.angle(true[4:-3] / true[3:-4])
    apart = np.angle(np.exp(1j * (advance - wanted)))[loud[4:-3] & loud[3:-4]]
    assert np.abs(apart).max() < 0.08


@SPECS
@pytest.mark.parametrize("place", [10.0, 10.25, 10.5])
def test_a_click_has_the_phases_of_its_place_within_a_frame(spec, n_fft, place):
    x = np.zeros(24 * spec.hop_length)
    x[int(place * spec.hop_length)] = 1
    true = spectrum(spec, n_fft, x)
    made = gradient_phases(np.abs(true), spec, n_fft)
    frame = int(np.abs(true).sum(axis=1).argmax())
    # From bin to bin, where an eighth of a turn and more is what the place is heard by.
    step = np.angle(made[frame, 1:] / made[frame, :-1] * true[frame, :-1] / true[frame, 1:])
    assert np.abs(step[1:-1]).max() < 0.15


def drum(n):
    return (0.7 * tone(160, n / 22050, decay=12) + 0.3 * noise(n / 22050, decay=25))[:n]


def test_a_few_iterations_from_here_are_worth_many_from_noise():
    mel = mel_spectrogram(drum(22015))

    def error(inverter):
        return spectral_convergence(mel, mel_spectrogram(inverter(mel)[:22015]))

    assert error(Refined(DEFAULT_SPEC, 2)) < error(GriffinLim(DEFAULT_SPEC, 6))
    assert error(Refined(DEFAULT_SPEC, 12)) < error(GriffinLim(DEFAULT_SPEC, 16))
    assert error(Refined(DEFAULT_SPEC, 0)) < 0.7 * error(GriffinLim(DEFAULT_SPEC, 0))


def test_phases_do_not_depend_on_the_level():
    magnitude = np.abs(spectrum(DEFAULT_SPEC, 1024, drum(22016)))
    one = gradient_phases(magnitude, DEFAULT_SPEC, 1024)
    np.testing.assert_allclose(np.abs(one), 1, atol=1e-5)
    np.testing.assert_allclose(
        gradient_phases(np.float32(1024) * magnitude, DEFAULT_SPEC, 1024), one, atol=1e-2
    )


@settings(max_examples=60, deadline=None)
@given(
    frames=st.integers(1, 12),
    seed=st.integers(0, 2**32 - 1),
    exponent=st.floats(-30, 30),
    silent=st.floats(0, 1),
)
def test_any_spectrogram_has_finite_phases_and_samples(frames, seed, exponent, silent):
    rng = np.random.default_rng(seed)
    mel = rng.standard_normal((64, frames)) ** 4 * 10**exponent
    mel[:, rng.random(frames) < silent] = 0
    mel[rng.random(64) < silent] = 0
    mel = mel.astype(np.float32)
    for n_iter in (0, 3):
        samples = Refined(SMALL_SPEC, n_iter)(mel)
        assert samples.shape == (frames * SMALL_SPEC.hop_length,)
        assert np.isfinite(samples).all()
    assert not griffin_lim(np.zeros_like(mel), SMALL_SPEC, start=None).any()
