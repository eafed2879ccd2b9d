import json

import numpy as np
from tests.support.degrade import smeared, with_noise

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.cache import Cache
from neural_drum_machine.evaluation.judges import judge as module
from neural_drum_machine.evaluation.judges.confusion import confusion, shares
from neural_drum_machine.evaluation.judges.judge import train_judge, training_rows
from neural_drum_machine.prepare.labelling.classes import CLASSES


def test_it_is_trained_on_recordings_and_augmented_recordings_only(derived_data):
    rows = training_rows(derived_data, per_category=30)
    entries = [derived_data.entries[row] for row in rows]
    assert {entry.origin for entry in entries} == {"real", "augmented"}
    assert sum(entry.origin == "real" for entry in entries) == 60
    for category in ("kick", "snare", "closed_hihat"):
        mine = sum(entry.category == category for entry in entries)
        assert 20 <= mine <= 30


def test_no_member_is_trained_on_the_kits_it_is_asked_about(derived_data, tmp_path, monkeypatch):
    rows = training_rows(derived_data)
    known = {
        mel.tobytes(): derived_data.entries[row]
        for row, mel in zip(rows, module.thumbnails(derived_data, rows), strict=True)
    }
    trained, asked = [], []  # by member; it is asked about recordings, then augmented ones

    kits = {e.name: e.kit for e in derived_data.entries if e.origin == "real"}

    def origins(mels):
        """Return the kits of recordings and of the parents of augmented recordings."""
        entries = [known[mel.tobytes()] for mel in mels]
        names = [n for e in entries for n in (json.loads(e.parents) if e.parents else [e.name])]
        return {kits[name] for name in names}

    def learn(mels, _classes, **_):
        trained.append(origins(mels))
        return module.Classifier(len(module.CLASSES))

    def answer(_member, mels):
        asked.append(origins(mels))
        return np.eye(len(CLASSES))[np.zeros(len(mels), int)]

    monkeypatch.setattr(module, "train_classifier", learn)
    monkeypatch.setattr(module, "scores", answer)
    judge = train_judge(derived_data, Cache(tmp_path), folds=3, workers=1)
    assert len(trained) == len(judge.members) == 3
    assert len(asked) == 6
    for member, names in enumerate(trained):
        for asked_names in asked[2 * member :][:2]:
            assert asked_names
            assert not names & asked_names
    assert judge.real[:, 0].sum() == 60
    assert judge.augmented[:, 0].sum() > 0


def test_a_judge_is_trained_once(derived_data, judge, tmp_path, monkeypatch):
    cache = Cache(tmp_path)
    first = train_judge(derived_data, cache, folds=2, steps=2, batch_size=8, workers=1)
    monkeypatch.setattr(module, "train_classifier", None)
    again = train_judge(derived_data, cache, folds=2, steps=2, batch_size=8, workers=1)
    sounds = [derived_data.wave(int(row)) for row in derived_data.rows("validation")]
    predicted = [each(sounds, derived_data.spec.sr) for each in (first, again)]
    assert predicted[0].tolist() == predicted[1].tolist()
    assert predicted[0].shape == (2, len(sounds))
    assert (first.real == again.real).all()
    assert (first.augmented == again.augmented).all()


def test_damage_lowers_the_share_of_correct_predictions(derived_data, judge):
    rows = derived_data.rows("validation")
    truth = np.array([CATEGORIES.index(derived_data.entries[row].category) for row in rows])
    sounds = [derived_data.wave(int(row)) for row in rows]
    sr = derived_data.spec.sr

    def share(some, asked=truth):
        predicted = judge(some, sr)
        truths = np.tile(asked, len(predicted))
        return float(np.nanmean(shares(confusion(truths, predicted.ravel()))))

    clean = share(sounds)
    noisy = [share([with_noise(x, level) for x in sounds]) for level in (-30, -10, 10)]
    assert clean > 0.85
    # Both louder noises bring the predictions down to chance.
    assert clean >= noisy[0] >= max(noisy[1:])
    assert max(noisy[1:]) < 0.7
    assert share([smeared(x) for x in sounds]) <= clean
    # Requested in another category.
    assert share(sounds, np.roll(truth, len(truth) // 3)) < 0.5
