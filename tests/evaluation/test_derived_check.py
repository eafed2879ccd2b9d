import json

import numpy as np
import pytest

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation import derived_check as module
from neural_drum_machine.evaluation.derived_check import (
    DerivedCheck,
    Mistake,
    check_derived,
    to_markdown,
)
from neural_drum_machine.evaluation.judges.folds import deal_kits
from neural_drum_machine.signal.air import AIR_BANDS
from neural_drum_machine.training.classifier import full_band_thumbnails, thumbnails


@pytest.mark.slow
def test_a_classifier_trained_on_derived_sounds_recognises_recordings(derived_data):
    check = check_derived(derived_data, steps=60, folds=2, batch_size=24)
    assert check.derived == sum(entry.origin != "real" for entry in derived_data.entries)
    # Every recording is predicted once, whether it is held out or not.
    totals = dict(zip(CATEGORIES, check.confusion.sum(axis=1), strict=True))
    assert {c: n for c, n in totals.items() if n} == {"kick": 20, "snare": 20, "closed_hihat": 20}
    assert check.held_out.sum() == len(derived_data.rows("validation"))
    assert (check.held_out <= check.confusion).all()
    # Chance would be an eleventh.
    assert check.mean > 0.4


def test_the_full_band_is_the_thumbnail_with_the_air_above_it(small_data):
    rows = list(range(0, len(small_data), 7))
    core, whole = thumbnails(small_data, rows), full_band_thumbnails(small_data, rows)
    np.testing.assert_array_equal(whole[:, :64], core)
    assert whole.shape[1] == 64 + AIR_BANDS
    assert np.isfinite(whole).all()
    hats = [i for i, r in enumerate(rows) if small_data.entries[r].category == "closed_hihat"]
    kicks = [i for i, r in enumerate(rows) if small_data.entries[r].category == "kick"]
    share = whole[:, 64:].max(axis=(1, 2)) / core.max(axis=(1, 2)).astype(np.float32)
    assert share[hats].min() > share[kicks].max()


@pytest.mark.slow
def test_the_full_band_is_learned_from(derived_data):
    check = check_derived(derived_data, steps=60, folds=2, batch_size=24, full_band=True)
    assert check.mean > 0.25  # chance would be an eleventh


def test_no_classifier_is_trained_on_sounds_derived_from_the_kits_it_is_asked_about(
    derived_data, monkeypatch
):
    real = [entry for entry in derived_data.entries if entry.origin == "real"]
    fold_of = deal_kits(real, 3)
    thumbnails = module.thumbnails(derived_data, range(len(derived_data)))
    entry_of = {
        mel.tobytes(): entry for mel, entry in zip(thumbnails, derived_data.entries, strict=True)
    }
    kits = {entry.name: entry.kit for entry in real}
    trained = []

    def learn(mels, _classes, **_):
        entries = [entry_of[mel.tobytes()] for mel in mels]
        assert all(entry.origin != "real" for entry in entries)
        parents = [name for e in entries if e.parents for name in json.loads(e.parents)]
        trained.append({fold_of[kits[name]] for name in parents})

    def answer(_model, mels):
        asked = {fold_of[entry_of[mel.tobytes()].kit] for mel in mels}
        assert asked == {len(trained) - 1}
        return np.eye(12)[np.zeros(len(mels), int)]

    monkeypatch.setattr(module, "train_classifier", learn)
    monkeypatch.setattr(module, "scores", answer)
    check = check_derived(derived_data, folds=3)
    # Whoever calls everything a kick is right about one category of three.
    assert check.kit_mean == pytest.approx(1 / 3)
    assert {(m.category, m.predicted) for m in check.mistakes} == {
        ("snare", "kick"),
        ("closed_hihat", "kick"),
    }
    assert {m.name for m in check.mistakes} == {e.name for e in real if e.category != "kick"}
    assert all(folds and fold not in folds for fold, folds in enumerate(trained))
    assert len(trained) == check.folds == 3
    assert check.confusion[:, 0].sum() == 60


def test_missing_derived_sounds_and_impossible_folds_are_refused(small_data, derived_data):
    with pytest.raises(DatasetError, match="no derived sounds; prepare it with --per-category"):
        check_derived(small_data)
    for folds in (1, 99):
        with pytest.raises(DatasetError, match=f"--folds must lie between 2 .*, 5; got {folds}"):
            check_derived(derived_data, folds=folds)


def test_the_report_lists_the_clearest_mistake_of_each_kit():
    mistakes = tuple(
        Mistake(f"{kit}/{i}.wav", kit, "tom", "snare", 9.0 - i)
        for i in range(3)
        for kit in (f"k{n}" for n in range(25))
    )
    counts = np.eye(11, dtype=np.int64)
    text = to_markdown(DerivedCheck(counts, counts, 1, 4, 0.5, mistakes))
    assert "| k0/0.wav | tom | snare |" in text
    assert "k0/1.wav" not in text
    assert text.count(".wav") == 20
    assert "(75 in all)" in text
    assert "By kits alike: 50.0 %" in text


def test_accuracy_is_per_category_and_the_mean_is_over_categories():
    confusion = np.zeros((11, 11), np.int64)
    confusion[0, 0], confusion[0, 10] = 9, 1
    confusion[9, 1] = 2
    check = DerivedCheck(confusion, confusion // 2, 100, 4)
    assert check.accuracy[0] == pytest.approx(0.9)
    assert check.accuracy[9] == 0
    assert np.isnan(check.accuracy[3])
    assert check.mean == pytest.approx(0.45)
    text = to_markdown(check)
    assert "| kick | 10 | 90 % | tom (1) | 4 of 4 |" in text
    assert "| open_hihat | 0 | – | – | 0 of 0 |" in text
    assert "**Below 60 %: snap.**" in text
    assert "45.0 % predicted correctly" in text
