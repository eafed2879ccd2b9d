"""The real sounds of the pack open-drums-2, where they are at hand."""

import csv
import shutil
from pathlib import Path

import pytest

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.prepare.recordings.scan import scan

OPEN_DRUMS = Path(__file__).parents[2] / "shared" / "open-drums-2"

pytestmark = [
    pytest.mark.open_drums,
    pytest.mark.skipif(not OPEN_DRUMS.is_dir(), reason=f"needs real sounds in {OPEN_DRUMS}"),
]


@pytest.fixture
def few(tmp_path):
    """A pack of eight sounds a category, spread over the manifest."""
    with (OPEN_DRUMS / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    chosen = []
    for category in CATEGORIES:
        of_category = [row for row in rows if row["category"] == category]
        chosen += of_category[:: len(of_category) // 8][:8]
    pack = tmp_path / "few"
    for row in chosen:
        target = pack / row["file"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(OPEN_DRUMS / row["file"], target)
    with (pack / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(chosen)
    return pack


def test_preparation_of_every_category(few, tmp_path):
    data = prepare([few], tmp_path / "d", limit=7)
    for category in CATEGORIES:
        held_out, train = (len(data.rows(each, category)) for each in ("validation", "train"))
        assert 4 <= train + held_out <= 7
        assert held_out >= 1
        assert train >= 1
    assert all(entry.licence for entry in data.entries)
    assert data.meta["restricted"] == []


def test_manifest_is_read_whole():
    found = list(scan(OPEN_DRUMS))
    assert len(found) == 2725
    assert {c.category for c in found} == set(CATEGORIES)
    assert len({c.group for c in found}) == 222
    assert all(c.path.is_file() and c.upstream and c.licence and c.attribution for c in found)
