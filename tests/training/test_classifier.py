import numpy as np
import pytest
import torch

from neural_drum_machine.networks.classifier import Classifier, Probabilities
from neural_drum_machine.prepare.labelling.classes import CLASSES
from neural_drum_machine.prepare.labelling.classifier import Labeller
from neural_drum_machine.training.classifier import (
    save,
    scores,
    temperature_of,
    thumbnails,
    train_classifier,
)


def test_the_level_of_a_sound_is_no_clue():
    torch.manual_seed(0)
    model = Classifier(len(CLASSES)).eval()
    mel = torch.rand(3, 64, 86) * 20 + 1
    with torch.inference_mode():
        np.testing.assert_allclose(model(mel), model(mel * 0.5), atol=2e-3)
        assert model(mel).shape == (3, len(CLASSES))


@pytest.mark.slow
def test_it_learns_and_the_file_gives_the_same_answers(small_data, tmp_path):
    rows = [*small_data.rows("train"), *small_data.rows("validation")]
    mels = thumbnails(small_data, rows)
    classes = np.array([CLASSES.index(small_data.entries[row].category) for row in rows])
    model = train_classifier(mels[:48], classes[:48], steps=40, batch_size=24)
    logits = scores(model, mels[48:])
    assert (logits.argmax(axis=1) == classes[48:]).mean() > 0.7
    save(model, 1.7, tmp_path / "l.npz")
    labeller = Labeller((tmp_path / "l.npz").read_bytes())
    with torch.inference_mode():
        expected = Probabilities(model, 1.7)(torch.from_numpy(mels[48:].astype(np.float32)))
    found = labeller.probabilities(mels[48:].astype(np.float32))
    # Weights are stored in half precision.
    np.testing.assert_allclose(found, expected.numpy(), atol=5e-3)


def test_same_seed_same_classifier(small_data):
    mels = thumbnails(small_data, range(12))
    classes = np.array([CLASSES.index(e.category) for e in small_data.entries[:12]])
    a, b = (
        train_classifier(mels, classes, steps=3, batch_size=8, seed=4).state_dict()
        for _ in range(2)
    )
    for name in a:
        assert torch.equal(a[name], b[name]), name


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_too_much_confidence(factor):
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (4000, len(CLASSES)))
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    classes = np.array([rng.choice(len(CLASSES), p=row) for row in p])
    found = temperature_of((factor * logits).astype(np.float32), classes)
    assert found == pytest.approx(factor, rel=0.12)
