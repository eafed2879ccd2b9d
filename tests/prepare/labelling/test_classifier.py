from pathlib import Path

import numpy as np
import pytest

import neural_drum_machine
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.labelling.classes import CLASSES, OTHER
from neural_drum_machine.prepare.labelling.classifier import Guess, Labeller


def test_the_shipped_network_gives_probabilities_of_twelve_classes():
    mel = np.zeros((2, 64, 86), np.float32)
    mel[0, :4, :20] = 30
    mel[1, 40:, :4] = 30
    p = Labeller.load().probabilities(mel)
    assert p.shape == (2, 12)
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-5)
    assert len(Labeller.fingerprint()) == 16


@pytest.mark.parametrize(
    ("best", "p", "sure", "doubt"),
    [
        ("kick", 0.8, True, "not sure enough"),
        ("kick", 0.6, False, "not sure enough"),
        (OTHER, 0.9, False, "sounds like none of the eleven"),
    ],
)
def test_a_guess_is_sure_of_a_category_only_with_enough_probability(best, p, sure, doubt):
    probabilities = np.zeros(12, np.float32)
    probabilities[CLASSES.index(best)] = p
    probabilities[CLASSES.index("tom")] = 0.05
    guess = Guess.of(probabilities)
    assert (guess.category, guess.second) == (best, "tom")
    assert guess.confidence == pytest.approx(p)
    assert guess.is_sure(0.7) is sure
    assert guess.doubt == doubt


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: data[:5000], lambda data: b"x" * 99]
)
def test_a_damaged_network_says_so(damage):
    data = (Path(neural_drum_machine.__file__).parent / "weights" / "labeller.npz").read_bytes()
    with pytest.raises(DatasetError, match="labeller in the package is damaged"):
        Labeller(damage(data))
