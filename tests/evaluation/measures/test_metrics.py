"""Laws of the measures, then their order on sounds of known damage, made and real."""

import itertools

import numpy as np
import pytest
from tests.support.degrade import (
    SR,
    N,
    click,
    made_sounds,
    needs_open_drums,
    padded,
    real_sounds,
    smeared,
    striped,
    with_noise,
)
from tests.support.sounds import noise, tone

from neural_drum_machine.evaluation.measures import metrics
from neural_drum_machine.signal import distance
from neural_drum_machine.signal.mel import log_mel, mel_spectrogram


def standardised_mse(t, e):
    logs = log_mel(t)
    return distance.standardised_mse(*((log_mel(x) - logs.mean()) / logs.std() for x in (t, e)))


OF_MELS = {
    "spectral_convergence": distance.spectral_convergence,
    "best_gain_spectral_convergence": distance.best_gain_spectral_convergence,
    "log_spectral_convergence": distance.log_spectral_convergence,
    "log_spectral_distance": distance.log_spectral_distance,
    "mel_error_db": distance.mel_error_db,
    "standardised_mse": standardised_mse,
}
OF_SOUNDS = {
    "onset_error": lambda t, e: metrics.onset_error(t, e, SR),
    "decay_error_ms": lambda t, e: metrics.decay_error_ms(t, e, SR),
    "stripes_db": lambda t, e: metrics.stripes_db(t, e, SR, 256),
}


def figures(sounds):
    """Every measure of every sound under every kind of damage: [measure][damage][sound]."""
    out = {name: {} for name in OF_MELS | OF_SOUNDS}
    for i, x in enumerate(sounds):
        damaged = {
            "none": x,
            "-40 dB": with_noise(x, -40),
            "-20 dB": with_noise(x, -20),
            "0 dB": with_noise(x, 0),
            "smear": smeared(x),
            "other": sounds[(i + len(sounds) // 2) % len(sounds)],
            "stripes -30 dB": striped(x, -30),
            "stripes -10 dB": striped(x, -10),
        }
        mel = mel_spectrogram(x)
        for damage, y in damaged.items():
            for name, measure in OF_SOUNDS.items():
                out[name].setdefault(damage, []).append(measure(x, y))
            if damage.startswith("stripes"):
                continue
            other = mel_spectrogram(y)
            for name, measure in OF_MELS.items():
                out[name].setdefault(damage, []).append(measure(mel, other))
    return out


@pytest.fixture(
    scope="module",
    params=["made", pytest.param("real", marks=[pytest.mark.open_drums, needs_open_drums])],
)
def table(request):
    if request.param == "made":
        return figures(list(made_sounds().values()))
    return figures([mine[0] for mine in list(real_sounds().values())[::2]])


@pytest.mark.parametrize("name", sorted(OF_MELS | OF_SOUNDS))
def test_every_measure_is_zero_for_the_same_sound_and_finite_for_all(table, name):
    assert table[name]["none"] == pytest.approx([0] * len(table[name]["none"]), abs=1e-9)
    assert all(np.isfinite(values).all() for values in table[name].values())


@pytest.mark.parametrize("name", sorted(set(OF_MELS | OF_SOUNDS) - {"stripes_db"}))
def test_more_noise_is_worse(table, name):
    mean = {damage: np.mean(values) for damage, values in table[name].items()}
    assert 0 < mean["-40 dB"] < mean["-20 dB"] < mean["0 dB"]
    assert mean["0 dB"] > 3 * mean["-40 dB"]
    if name in OF_MELS:
        assert (np.diff([table[name][d] for d in ("-40 dB", "-20 dB", "0 dB")], axis=0) > 0).all()


@pytest.mark.parametrize("name", sorted(set(OF_MELS | OF_SOUNDS) - {"stripes_db"}))
def test_a_smeared_sound_is_wrong_and_another_drum_is_worse(table, name):
    mean = {damage: np.mean(values) for damage, values in table[name].items()}
    assert 0 < mean["smear"] < mean["other"]
    if name != "decay_error_ms":
        # Each sound, not the mean alone. What rings long decays the same after a smear.
        assert min(table[name]["smear"]) > 0
        assert min(table[name]["other"]) > 0


def test_a_smear_is_worse_for_the_onset_than_soft_noise(table):
    mean = {damage: np.mean(values) for damage, values in table["onset_error"].items()}
    assert mean["-20 dB"] < mean["smear"]


def test_stripes_are_told_from_noise_and_from_another_drum(table):
    mean = {damage: np.mean(values) for damage, values in table["stripes_db"].items()}
    assert 1 < mean["stripes -30 dB"] < mean["stripes -10 dB"]
    assert mean["stripes -10 dB"] > 4
    for harmless in ("-40 dB", "-20 dB", "0 dB", "other"):
        assert abs(mean[harmless]) < 1
    assert min(table["stripes_db"]["stripes -10 dB"]) > 0.8


def test_the_best_gain_forgives_a_gain_and_no_more():
    sounds = made_sounds()
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
    # Padding on both sides changes nothing, wherever the floor lies.
    long = np.pad(flat, [(0, 0), (0, 40)])
    for floor in np.linspace(-90, -30, 25):
        assert measure(long, long / 2, floor_db=floor) == pytest.approx(20 * np.log10(2))
        assert measure(long, 0 * long, floor_db=floor) == pytest.approx(-floor)


def test_the_log_spectral_distance_is_a_root_mean_square_and_the_mel_error_is_not():
    flat = np.ones((2, 1))
    half = np.array([[1.0], [0.1]])
    assert distance.log_spectral_distance(flat, half) == pytest.approx(20 / np.sqrt(2))
    assert distance.mel_error_db(flat, half) == pytest.approx(10)


@pytest.mark.parametrize("name", sorted(OF_MELS.keys() - {"standardised_mse"}))
def test_silence_is_a_number_for_mels(name):
    mel, silence = mel_spectrogram(made_sounds()["kick"]), np.zeros((512, 86))
    assert OF_MELS[name](silence, silence) == 0
    assert OF_MELS[name](mel, 0 * mel) > 0.05
    assert np.isfinite(OF_MELS[name](0 * mel, mel))


@pytest.mark.parametrize("name", sorted(OF_SOUNDS))
def test_silence_is_a_number_for_sounds(name):
    x, silence = made_sounds()["kick"], np.zeros(N)
    assert OF_SOUNDS[name](silence, silence) == 0
    assert np.isfinite([OF_SOUNDS[name](x, silence), OF_SOUNDS[name](silence, x)]).all()


@pytest.mark.parametrize("name", sorted(OF_SOUNDS))
def test_a_gain_changes_no_measure_of_sounds(name):
    sounds = made_sounds()
    for x, y in ((sounds["snare"], sounds["clap"]), (sounds["kick"], sounds["open_hihat"])):
        assert OF_SOUNDS[name](x, 0.01 * y) == pytest.approx(OF_SOUNDS[name](x, y), abs=1e-4)


def test_onset_error_hears_a_missing_click_and_a_soft_attack():
    soft = tone(55, 0.6, decay=12) * np.minimum(1, np.arange(round(0.6 * SR)) / (0.004 * SR))
    hard = soft.copy()
    hard[: len(click())] += click()
    assert metrics.onset_error(hard, soft, SR) > 0.2
    takes = [noise(0.6, seed=seed, decay=20) for seed in range(9)]
    slower = [
        np.mean([metrics.onset_error(x, smeared(x, ms / 1000), SR) for x in takes])
        for ms in (10, 30, 60, 90)
    ]
    assert slower == sorted(slower)
    # Two takes of one noise differ sample by sample, not in how they begin.
    apart = [metrics.onset_error(x, y, SR) for x, y in itertools.pairwise(takes)]
    assert np.mean(apart) < 0.5 * slower[1]


def test_onset_error_grows_with_the_delay_and_ends_at_one():
    x = padded(noise(0.3, seed=1, decay=40))
    late = [metrics.onset_error(x, np.pad(x, (n, 0))[:N], SR) for n in (0, 22, 110, 440)]
    assert late == sorted(late)
    assert late[1] < 0.05
    assert metrics.onset_error(x, 0 * x, SR) == 1
    assert metrics.onset_error(x, np.pad(x, (5000, 0))[:N], SR) == 1


def test_decay_error_is_in_milliseconds():
    t = np.arange(N) / SR
    a, b = (np.exp(-d * t) for d in (10.0, 20.0))
    expected = 1000 * np.log(100) / 2 * (1 / 10 - 1 / 20)
    assert metrics.decay_error_ms(a, b, SR) == pytest.approx(expected, rel=0.03)
    assert metrics.decay_error_ms(b, a, SR) == metrics.decay_error_ms(a, b, SR)


def test_mask_accuracy_counts_samples():
    logits = np.where(np.arange(1000) < 400, 3.0, -3.0)
    assert metrics.mask_accuracy(logits, 400) == 1
    assert metrics.mask_accuracy(-logits, 400) == 0
    assert metrics.mask_accuracy(logits, 300) == pytest.approx(0.9)
    rng = np.random.default_rng(0)
    values = [
        metrics.mask_accuracy(logits + s * rng.standard_normal(1000), 400) for s in (0.1, 3, 9)
    ]
    assert values == sorted(values, reverse=True)
    # Pure noise knows nothing.
    assert metrics.mask_accuracy(rng.standard_normal(100_000), 40_000) == pytest.approx(
        0.5, abs=0.01
    )


@pytest.mark.parametrize("decay", [5.0, 30.0, 80.0])
def test_stripes_of_short_sounds(decay):
    x = padded(noise(0.9, seed=3, decay=decay))
    values = [metrics.stripes_db(x, striped(x, level), SR, 256) for level in (-20, -10, 0)]
    assert values == sorted(values)
    assert values[-1] > 2
    takes = [padded(noise(0.9, seed=seed, decay=decay)) for seed in range(10, 22)]
    apart = [metrics.stripes_db(a, b, SR, 256) for a, b in itertools.pairwise(takes)]
    assert abs(np.mean(apart)) < 0.5
    assert np.max(np.abs(apart)) < 2
    # Lines at another spacing are not this hop's.
    assert abs(metrics.stripes_db(x, striped(x, 0, hop=300), SR, 256)) < values[-1] / 2


def test_mse_of_the_mean_is_one():
    x = np.random.default_rng(0).standard_normal((64, 64))
    assert distance.standardised_mse(x, x) == 0
    assert distance.standardised_mse(x, np.zeros_like(x)) == pytest.approx(1, abs=0.05)
