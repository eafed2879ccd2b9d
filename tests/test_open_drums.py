"""The real sounds that the shipped model was trained on, where they are at hand."""

from pathlib import Path

import pytest

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.prepare.recordings.scan import scan

OPEN_DRUMS = Path(__file__).parents[2] / "shared" / "open-drums"

pytestmark = [
    pytest.mark.open_drums,
    pytest.mark.skipif(not OPEN_DRUMS.is_dir(), reason=f"needs real sounds in {OPEN_DRUMS}"),
]


def test_limited_preparation_of_every_category(tmp_path):
    data = prepare([OPEN_DRUMS], tmp_path / "d", limit=8)
    for category in CATEGORIES:
        assert 6 <= len(data.rows("train", category)) + len(data.rows("validation", category)) <= 8
        assert len(data.rows("validation", category)) >= 1
        assert len(data.rows("train", category)) >= 1
    assert all(entry.licence for entry in data.entries)


def test_manifest_is_read_whole():
    found = list(scan(OPEN_DRUMS))
    assert len(found) == 2036
    assert {c.category for c in found} == set(CATEGORIES)
    assert all(c.path.is_file() and c.upstream for c in found)
