import json
from collections import Counter

import numpy as np
import pytest
from neural_drum_machine.evaluation.study.made_sounds import MadeCheck, check_made, to_markdown
from tests.support.small import SMALL_SPEC

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.index import Entry
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.judges.folds import deal_kits
from neural_drum_machine.evaluation.study import made_sounds as module
from neural_drum_machine.prepare.pipeline import prepare


def test_made_sounds_teach_a_classifier_to_name_real_ones(library, tmp_path):
    data = prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1, per_category=40)
    check = check_made(data, steps=160, folds=2, batch_size=32)
    assert check.made == sum(entry.origin != "real" for entry in data.entries)
    # Every recording is named once, held out by the split or not.
    totals = dict(zip(CATEGORIES, check.confusion.sum(axis=1), strict=True))
    assert {c: n for c, n in totals.items() if n} == {"kick": 20, "snare": 20, "closed_hihat": 20}
    assert check.held_out.sum() == len(data.rows("validation"))
    assert (check.held_out <= check.confusion).all()
    # By chance it would be an eleventh.
    assert check.mean > 0.4


def test_no_classifier_hears_what_was_made_from_the_kits_it_is_asked_for(
    library, tmp_path, monkeypatch
):
    data = prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1, per_category=25)
    real = [entry for entry in data.entries if entry.origin == "real"]
    fold_of = deal_kits(real, 3)
    fingerprints = {
        thumbnail.tobytes(): entry
        for thumbnail, entry in zip(
            module.thumbnails(data, range(len(data))), data.entries, strict=True
        )
    }
    kits = {entry.name: entry.kit for entry in real}
    runs = []

    def learn(mels, _classes, **_):
        entries = [fingerprints[mel.tobytes()] for mel in mels]
        assert all(entry.origin != "real" for entry in entries)
        parents = [name for e in entries if e.parents for name in json.loads(e.parents)]
        runs.append({fold_of[kits[name]] for name in parents})

    def answer(_model, mels):
        asked = {fold_of[fingerprints[mel.tobytes()].kit] for mel in mels}
        assert asked == {len(runs) - 1}
        return np.eye(12)[np.zeros(len(mels), int)]

    monkeypatch.setattr(module, "train_classifier", learn)
    monkeypatch.setattr(module, "scores", answer)
    check = check_made(data, folds=3)
    assert all(fold not in heard and heard for fold, heard in enumerate(runs))
    assert len(runs) == check.folds == 3
    assert check.confusion[:, 0].sum() == 60


def test_kits_are_dealt_evenly():
    def recording(category, kit):
        return Entry(category, "train", kit, kit, "real", 9, kit)

    real = [recording("kick", f"k{i // 5}") for i in range(60)]
    real += [recording("snap", f"s{i}") for i in range(8)]
    fold_of = deal_kits(real, 4)
    for category, each in (("kick", 15), ("snap", 2)):
        dealt = Counter(fold_of[e.kit] for e in real if e.category == category)
        assert dealt == dict.fromkeys(range(4), each)


def test_without_made_sounds_or_kits_there_is_nothing_to_check(small_data, library, tmp_path):
    with pytest.raises(DatasetError, match="--per-category"):
        check_made(small_data)
    data = prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1, per_category=21)
    for folds in (1, 99):
        with pytest.raises(DatasetError, match=f"--folds must lie between 2 .*, 5; got {folds}"):
            check_made(data, folds=folds)


def test_accuracy_is_per_category_and_the_mean_is_over_them():
    confusion = np.zeros((11, 11), np.int64)
    confusion[0, 0], confusion[0, 10] = 9, 1
    confusion[9, 1] = 2
    check = MadeCheck(confusion, confusion // 2, 100, 4)
    assert check.accuracy[0] == pytest.approx(0.9)
    assert check.accuracy[9] == 0
    assert np.isnan(check.accuracy[3])
    assert check.mean == pytest.approx(0.45)
    text = to_markdown(check)
    assert "| kick | 10 | 90 % | tom (1) | 4 of 4 |" in text
    assert "| open_hihat | 0 | – | – | 0 of 0 |" in text
    assert "**Under 60 %: snap.**" in text
    assert "45.0 % named right" in text
