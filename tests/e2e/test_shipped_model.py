"""The model in the package: real, whole, and eleven different drums."""

import itertools

import numpy as np
import pytest

import neural_drum_machine as ndm
from neural_drum_machine.evaluation.metrics import (
    decay_time,
    spectral_centroid,
    spectral_convergence,
)
from neural_drum_machine.machine import default_model_path
from neural_drum_machine.mel import log_mel, mel_spectrogram
from neural_drum_machine.spec import CATEGORIES, DEFAULT_SPEC

pytestmark = pytest.mark.skipif(
    not default_model_path().exists(), reason="no model is in the package yet"
)
SEEDS = range(12)


@pytest.fixture(scope="module")
def machine():
    return ndm.load()


@pytest.fixture(scope="module")
def sounds(machine):
    return {c: [machine.render(c, seed=s).samples for s in SEEDS] for c in CATEGORIES}


def test_it_has_the_papers_shape_and_says_how_it_was_trained(machine):
    assert machine.spec == DEFAULT_SPEC
    assert machine.categories == CATEGORIES
    assert machine.bundle.latent_dim == 64
    for stage in ("cwae", "mcnn"):
        training = machine.bundle.header["training"][stage]
        assert training["cpu_minutes"] >= 60
        assert training["dataset"]["training"] > 1000


def test_every_sound_is_a_hit(sounds):
    for category, mine in sounds.items():
        for x in mine:
            assert x.shape == (22015,)
            assert np.isfinite(x).all()
            assert np.abs(x).max() == pytest.approx(1.0)
            # It begins at once, and its energy comes early: a hit, not a drone.
            energy = np.cumsum(np.square(x, dtype=np.float64))
            assert np.abs(x[:1100]).max() > 0.05, category
            assert energy[16_000] > 0.9 * energy[-1], category


def test_categories_differ_in_brightness_the_way_drums_do(sounds):
    centroid = {c: np.median([spectral_centroid(x) for x in s]) for c, s in sounds.items()}
    assert centroid["kick"] < 600
    for low, high in itertools.product(
        ("kick", "tom", "conga", "bongo"),
        ("open_hihat", "closed_hihat", "shaker", "tambourine", "clap", "snap"),
    ):
        assert centroid[high] > 1.5 * centroid[low], (low, high, centroid)
    decay = {c: np.median([decay_time(x) for x in s]) for c, s in sounds.items()}
    assert decay["open_hihat"] > 1.5 * decay["closed_hihat"]


def test_no_two_categories_sound_alike(sounds):
    """The mean spectrograms of two categories differ more than chance makes halves differ."""

    def mean_mel(items):
        return np.mean([log_mel(mel_spectrogram(x)) for x in items], axis=0)

    halves = {c: (mean_mel(s[::2]), mean_mel(s[1::2])) for c, s in sounds.items()}
    for a, b in itertools.combinations(CATEGORIES, 2):
        between = np.abs(halves[a][0] - halves[b][0]).mean()
        within = max(np.abs(halves[c][0] - halves[c][1]).mean() for c in (a, b))
        assert between > 1.15 * within, (a, b, between, within)


def test_seeds_and_controls_vary_a_category(machine, sounds):
    for category in CATEGORIES:
        mels = [mel_spectrogram(x) for x in sounds[category][:4]]
        for one, two in itertools.combinations(mels, 2):
            assert spectral_convergence(one, two) > 0.05, category
        moved = machine.render(category, (1.0, 0.0, 0.0), seed=0).samples
        still = machine.render(category, (-1.0, 0.0, 0.0), seed=0).samples
        assert spectral_convergence(mel_spectrogram(still), mel_spectrogram(moved)) > 0.05, category
