import json

import numpy as np
import pytest
from tests.support.degrade import smeared, with_noise
from tests.support.small import SMALL_SPEC

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.judges import judge as module
from neural_drum_machine.evaluation.judges.folds import confusion, shares
from neural_drum_machine.evaluation.judges.judge import train_judge, training_rows
from neural_drum_machine.evaluation.study.cache import Cache
from neural_drum_machine.prepare.labelling.classes import CLASSES
from neural_drum_machine.prepare.pipeline import prepare


@pytest.fixture(scope="module")
def data(library, tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge") / "data"
    return prepare([library], folder, spec=SMALL_SPEC, workers=1, per_category=40)


@pytest.fixture(scope="module")
def judge(data, tmp_path_factory):
    cache = Cache(tmp_path_factory.mktemp("cache"))
    return train_judge(data, cache, folds=2, steps=100, workers=1)


def test_it_learns_from_recordings_and_variations_alone(data):
    rows = training_rows(data, per_category=30)
    entries = [data.entries[row] for row in rows]
    assert {entry.origin for entry in entries} == {"real", "augmented"}
    assert sum(entry.origin == "real" for entry in entries) == 60
    for category in ("kick", "snare", "closed_hihat"):
        mine = sum(entry.category == category for entry in entries)
        assert 20 <= mine <= 30


def test_no_member_hears_the_kits_it_is_asked_about(data, tmp_path, monkeypatch):
    rows = training_rows(data)
    known = {
        mel.tobytes(): data.entries[row]
        for row, mel in zip(rows, module.thumbnails(data, rows), strict=True)
    }
    heard, asked = [], []  # by member; a member is asked about recordings, then variations

    kits = {e.name: e.kit for e in data.entries if e.origin == "real"}

    def origins(mels):
        """Return the kits of recordings, and of those that variations are made of."""
        entries = [known[mel.tobytes()] for mel in mels]
        names = [n for e in entries for n in (json.loads(e.parents) if e.parents else [e.name])]
        return {kits[name] for name in names}

    def learn(mels, _classes, **_):
        heard.append(origins(mels))
        return module.Classifier()

    def answer(_member, mels):
        asked.append(origins(mels))
        return np.eye(len(CLASSES))[np.zeros(len(mels), int)]

    monkeypatch.setattr(module, "train_classifier", learn)
    monkeypatch.setattr(module, "scores", answer)
    judge = train_judge(data, Cache(tmp_path), folds=3, workers=1)
    assert len(heard) == len(judge.members) == 3
    assert len(asked) == 6
    for member, names in enumerate(heard):
        for asked_names in asked[2 * member :][:2]:
            assert asked_names
            assert not names & asked_names
    assert judge.real[:, 0].sum() == 60
    assert judge.varied[:, 0].sum() > 0


def test_a_judge_is_trained_once(data, judge, tmp_path, monkeypatch):
    cache = Cache(tmp_path)
    first = train_judge(data, cache, folds=2, steps=3, workers=1)
    monkeypatch.setattr(module, "train_classifier", None)
    again = train_judge(data, cache, folds=2, steps=3, workers=1)
    sounds = [data.wave(int(row)) for row in data.rows("validation")]
    assert first(sounds, data.spec.sr).tolist() == again(sounds, data.spec.sr).tolist()
    assert first(sounds, data.spec.sr).shape == (2, len(sounds))
    assert (first.real == again.real).all()
    assert (first.varied == again.varied).all()


def test_damaged_sounds_are_heard_less_often_as_what_they_are(data, judge):
    rows = data.rows("validation")
    truth = np.array([CATEGORIES.index(data.entries[row].category) for row in rows])
    sounds = [data.wave(int(row)) for row in rows]
    sr = data.spec.sr

    def share(some, asked=truth):
        heard = judge(some, sr)
        return float(np.nanmean(shares(confusion(np.tile(asked, len(heard)), heard.ravel()))))

    clean = share(sounds)
    noisy = [share([with_noise(x, level) for x in sounds]) for level in (-30, -10, 10)]
    assert clean > 0.85
    assert clean >= noisy[0] >= noisy[1] >= noisy[2]
    assert noisy[2] < 0.7
    assert share([smeared(x) for x in sounds]) <= clean
    # Sounds of another category than asked.
    assert share(sounds, np.roll(truth, len(truth) // 3)) < 0.5


def test_shares_of_counts():
    counts = confusion(np.array([0, 0, 0, 2]), np.array([0, 1, 0, 2]))
    assert counts[0, :3].tolist() == [2, 1, 0]
    share = shares(counts)
    assert share[0] == pytest.approx(2 / 3)
    assert share[2] == 1
    assert np.isnan(share[1])
