import numpy as np
import pytest
from tests.support.small import SMALL_SPEC

from neural_drum_machine.detail.grain import (
    Grain,
    grain_groups,
    missing_noise,
    noise_roughness,
    roughness,
)
from neural_drum_machine.detail.noise import TAKES, noise_take
from neural_drum_machine.inverters.griffin_lim import griffin_lim
from neural_drum_machine.signal.mel import log_mel, mel_spectrogram
from neural_drum_machine.signal.spec import DEFAULT_SPEC
from neural_drum_machine.signal.stft import Stft, short_fft

SPECS = pytest.mark.parametrize("spec", [DEFAULT_SPEC, SMALL_SPEC])


def white(spec, seed):
    x = np.random.default_rng(seed).standard_normal(spec.n_samples).astype(np.float32)
    return log_mel(mel_spectrogram(x, spec), spec)


@SPECS
def test_other_noise_is_as_rough_as_the_takes_and_tones_are_not(spec):
    middle = slice(4, -4)  # the ends of the transform see half a window
    share = np.mean(
        [roughness(white(spec, seed))[:, middle].mean() for seed in range(100, 120)]
    ) / np.mean(noise_roughness(spec))
    assert share == pytest.approx(1, abs=0.06)
    steady = log_mel(mel_spectrogram(np.sin(0.3 * np.arange(spec.n_samples)), spec), spec)
    loud = steady.mean(axis=1) > steady.max() - np.log(1000)
    assert roughness(steady)[loud][:, 6:-6].mean() < 0.01 * np.mean(noise_roughness(spec))


def test_roughness_counts_jumps_in_time_of_each_band_alone():
    flat = np.zeros((64, 40), np.float32)
    flat[10] = 3.0  # a partial
    assert roughness(flat).max() < 1e-10
    flat[:, 20:] += 2.0  # an attack: all bands together
    assert roughness(flat).max() < 1e-10
    # One band that jumps by 1 in one frame: 0.8² there and 4 times 0.2² around it, of which each
    # of the 17 bands around it has a 17th part in common, over nine bands and five frames.
    flat[30, 20] += 1.0
    alone, common = (1 - 1 / 17) ** 2 + 8 / 17**2, 0.64 + 4 * 0.04
    assert roughness(flat)[30, 20] == pytest.approx(alone * common / (9 * 5), rel=1e-4)
    twice = flat.copy()
    twice[30, 20] += 1.0
    assert roughness(twice)[30, 20] == pytest.approx(4 * roughness(flat)[30, 20], rel=1e-4)
    both = roughness(np.stack([flat, twice]))
    np.testing.assert_array_equal(both[0], roughness(flat))


@SPECS
def test_what_a_mean_lacks_is_all_of_it_and_a_copy_lacks_nothing(spec):
    noise = white(spec, 7)
    smooth = np.full_like(noise, noise.mean())
    assert missing_noise(noise, smooth, spec).shape == grain_groups(spec)
    assert not missing_noise(noise, noise, spec).any()
    # Other noise: single measurements scatter, their mean is right.
    noises, others = (np.stack([white(spec, seed + i) for i in range(16)]) for seed in (200, 300))
    smooth = np.full_like(noises, noise.mean())
    for recorded, decoded, share in (
        (noises, smooth, 1), (noises, others, 0), (smooth, noises, -1)
    ):  # fmt: skip
        lack = missing_noise(recorded, decoded, spec)[..., 1:-1]
        assert lack.mean() == pytest.approx(share, abs=0.06 if share >= 0 else 0.2)


def test_a_band_that_begins_counts_for_no_more_than_noise_twice_over():
    recorded = np.full((DEFAULT_SPEC.n_mels, DEFAULT_SPEC.n_frames), -18.0, np.float32)
    recorded[100, 40:] = 0.0
    lack = missing_noise(recorded, np.full_like(recorded, -18.0), DEFAULT_SPEC)
    assert 0 < lack.max() <= 2


@SPECS
def test_a_take_has_no_level_of_its_own_and_phases_of_magnitude_one(spec):
    take = noise_take(spec, 3, short_fft(spec))
    assert take.jumps.shape == (spec.n_mels, spec.n_frames)
    np.testing.assert_allclose(take.jumps.mean(axis=1), 0, atol=1e-5)
    assert take.phases.shape == (spec.n_frames, short_fft(spec) // 2 + 1)
    np.testing.assert_allclose(np.abs(take.phases), 1, atol=1e-5)
    assert not np.array_equal(take.jumps, noise_take(spec, 4, short_fft(spec)).jumps)
    assert noise_take(spec, 3, short_fft(spec)) is take
    noise_take(spec, TAKES - 1, short_fft(spec))


def test_takes_are_frozen():
    # A project saved today must sound the same in ten years.
    jumps = noise_take(DEFAULT_SPEC, 0, 1024).jumps
    np.testing.assert_allclose(
        jumps[[0, 100, 511], [0, 40, 85]], [1.35492, 0.26811, -0.11399], atol=1e-4
    )


def test_amounts_are_the_linear_map_interpolated_and_bounded():
    bands, frames = grain_groups(SMALL_SPEC)
    weights = np.zeros((2, 4, bands * frames), np.float32)
    weights[1, -1] = 0.25
    grain = Grain(SMALL_SPEC, weights)
    code = np.array([1.0, 0.0, 0.0], np.float32)
    assert not grain.amount(code, 0).any()
    np.testing.assert_allclose(grain.amount(code, 1), 0.5, atol=1e-6)
    weights[1, 0] = np.repeat(np.linspace(-1, 2, bands), frames)
    amount = grain.amount(code, 1)
    assert (amount[0].min(), amount[-1].max()) == (0, 1)
    middle = amount[:, 0]
    assert (np.diff(middle) >= 0).all()
    np.testing.assert_array_equal(amount, amount[:, :1].repeat(SMALL_SPEC.n_frames, 1))


@SPECS
def test_noise_put_back_has_the_roughness_and_level_of_noise(spec):
    """A flat spectrogram with all of a take's jumps is one of white noise, mean and variance."""
    bands, frames = grain_groups(spec)
    weights = np.zeros((1, 4, bands * frames), np.float32)
    weights[0, -1] = 1
    grain = Grain(spec, weights)
    code = np.zeros(3, np.float32)
    amount = grain.amount(code, 0)
    made = [np.log(2.0) + amount * noise_take(spec, take).jumps for take in range(8)]
    assert np.mean(made) == pytest.approx(np.log(2.0), abs=0.01)
    share = np.mean([roughness(x).mean() for x in made]) / np.mean(noise_roughness(spec))
    assert share == pytest.approx(1, abs=0.1)
    weights[:] = 0
    assert not grain.amount(code, 0).any()


def test_a_takes_phases_fit_its_jumps():
    """From them Griffin-Lim begins nearer than random phases bring it in eight iterations."""
    spec = DEFAULT_SPEC
    take = noise_take(spec, 5, short_fft(spec))
    decay = np.exp(-np.arange(spec.n_frames) / 20)[None]
    mel = (np.exp(take.jumps) * decay).astype(np.float32)

    def error(samples):
        made = mel_spectrogram(samples[: spec.n_samples], spec)
        return np.linalg.norm(made - mel) / np.linalg.norm(mel)

    at_once = error(
        griffin_lim(mel, spec, n_iter=0, n_fft=1024, start=lambda m: take.phases[: len(m)])
    )
    random = error(griffin_lim(mel, spec, n_iter=8, n_fft=1024))
    assert at_once < random


def test_a_takes_phases_are_of_the_noise_its_jumps_are_of():
    spec = SMALL_SPEC
    take = noise_take(spec, 2, short_fft(spec))
    stft = Stft(spec, short_fft(spec), spec.n_frames)
    samples = stft.inverse(take.phases)
    again = stft.forward(samples)
    alike = np.real(again * np.conj(take.phases)) / np.maximum(np.abs(again), 1e-9)
    # Phases of a real signal survive there and back, random ones do not.
    rng = np.random.default_rng(0)
    random = np.exp(2j * np.pi * rng.random(take.phases.shape)).astype(np.complex64)
    back = stft.forward(stft.inverse(random))
    chance = np.real(back * np.conj(random)) / np.maximum(np.abs(back), 1e-9)
    assert alike.mean() > 0.9 > 0.85 > chance.mean()
