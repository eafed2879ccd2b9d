"""Every measure orders sounds of known damage, synthesised and recorded."""

import numpy as np
import pytest
from tests.support.degrade import (
    SR,
    N,
    needs_open_drums,
    real_sounds,
    smeared,
    striped,
    synthesised_sounds,
    with_noise,
)

from neural_drum_machine.evaluation.measures.decay import decay_error_ms
from neural_drum_machine.evaluation.measures.onset import onset_error
from neural_drum_machine.evaluation.measures.stripes import stripes_db
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
    "onset_error": lambda t, e: onset_error(t, e, SR),
    "decay_error_ms": lambda t, e: decay_error_ms(t, e, SR),
    "stripes_db": lambda t, e: stripes_db(t, e, SR, 256),
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
    params=["synthesised", pytest.param("real", marks=[pytest.mark.open_drums, needs_open_drums])],
)
def table(request):
    if request.param == "synthesised":
        return figures(list(synthesised_sounds().values()))
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
def test_a_smear_is_an_error_and_another_drum_a_larger_one(table, name):
    mean = {damage: np.mean(values) for damage, values in table[name].items()}
    assert 0 < mean["smear"] < mean["other"]
    if name != "decay_error_ms":
        # True for each sound, not only for the mean. A smear does not change a long decay.
        assert min(table[name]["smear"]) > 0
        assert min(table[name]["other"]) > 0


def test_a_smear_is_worse_for_the_onset_than_soft_noise(table):
    mean = {damage: np.mean(values) for damage, values in table["onset_error"].items()}
    assert mean["-20 dB"] < mean["smear"]


def test_noise_and_another_drum_have_no_stripes(table):
    mean = {damage: np.mean(values) for damage, values in table["stripes_db"].items()}
    assert 1 < mean["stripes -30 dB"] < mean["stripes -10 dB"]
    assert mean["stripes -10 dB"] > 4
    for harmless in ("-40 dB", "-20 dB", "0 dB", "other"):
        assert abs(mean[harmless]) < 1
    assert min(table["stripes_db"]["stripes -10 dB"]) > 0.8


@pytest.mark.parametrize("name", sorted(OF_SOUNDS))
def test_silence_has_a_finite_distance(name):
    x, silence = synthesised_sounds()["kick"], np.zeros(N)
    assert OF_SOUNDS[name](silence, silence) == 0
    assert np.isfinite([OF_SOUNDS[name](x, silence), OF_SOUNDS[name](silence, x)]).all()


@pytest.mark.parametrize("name", sorted(OF_SOUNDS))
def test_the_measures_of_sounds_do_not_depend_on_the_level(name):
    sounds = synthesised_sounds()
    for x, y in ((sounds["snare"], sounds["clap"]), (sounds["kick"], sounds["open_hihat"])):
        assert OF_SOUNDS[name](x, 0.01 * y) == pytest.approx(OF_SOUNDS[name](x, y), abs=1e-4)
