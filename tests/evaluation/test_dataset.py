import numpy as np
import pytest

from neural_drum_machine.data.prepare import prepare
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.dataset import MadeCheck, check_made, to_markdown
from neural_drum_machine.spec import CATEGORIES

from ..conftest import SMALL_SPEC


def test_made_sounds_teach_a_classifier_to_name_real_ones(library, tmp_path):
    data = prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1, per_category=40)
    check = check_made(data, steps=60)
    assert check.made == sum(entry.origin != "real" for entry in data.entries)
    totals = dict(zip(CATEGORIES, check.confusion.sum(axis=1), strict=True))
    assert {c: n for c, n in totals.items() if n} == {"kick": 4, "snare": 4, "closed_hihat": 4}
    # Three voices as different as these: by chance it would be a ninth.
    assert check.mean > 0.6


def test_without_made_or_held_out_sounds_there_is_nothing_to_check(small_data):
    with pytest.raises(DatasetError, match="--per-category"):
        check_made(small_data)


def test_accuracy_is_per_category_and_the_mean_is_over_them():
    confusion = np.zeros((11, 11), np.int64)
    confusion[0, 0], confusion[0, 10] = 9, 1
    confusion[9, 1] = 2
    check = MadeCheck(confusion, 100)
    assert check.accuracy[0] == pytest.approx(0.9)
    assert check.accuracy[9] == 0
    assert np.isnan(check.accuracy[3])
    assert check.mean == pytest.approx(0.45)
    text = to_markdown(check)
    assert "| kick | 10 | 90 % | tom (1) |" in text
    assert "| open_hihat | 0 | – | – |" in text
    assert "**Under 60 %: snap.**" in text
    assert "45.0 % named right" in text
