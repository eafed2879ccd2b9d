"""The share of right answers on a list of 801 names, of which half were never tuned on.

``tests/data/sound_names.csv`` was written before the rules it measures: packs of producers, MPCs,
Splice, drum machines, sampled kits, telephones, seven languages; with loops and other instruments,
which have to be refused, and names that only a person can settle ("unsure"). The rules were
developed on one half alone.
"""

import csv
import hashlib
from pathlib import Path, PurePosixPath

import pytest

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.labelling.path_names import label_from_path

NAMES = Path(__file__).parents[2] / "data" / "sound_names.csv"


def half_of(path: str) -> str:
    return "held" if hashlib.sha256(path.encode()).digest()[0] % 2 else "develop"


def answers(half: str) -> list[tuple[str, str, str]]:
    """Path, right answer and given answer."""
    with NAMES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if half_of(row["path"]) == half]
    out = []
    for row in rows:
        meaning = label_from_path(PurePosixPath(row["path"]))
        refused = meaning.kind if meaning.kind in ("loop", "other") else "unsure"
        out.append((row["path"], row["answer"], meaning.category or refused))
    return out


@pytest.mark.parametrize(
    ("half", "right", "taken_for_drums"),
    # Measured: 99.8 % and none, 96.7 % and one ("claptrap"); before the rules 86.5 and 88.3 %.
    [("develop", 0.99, 0), ("held", 0.96, 1)],
)
def test_names_get_the_right_answer(half, right, taken_for_drums):
    found = answers(half)
    assert len(found) > 380
    assert sum(given == answer for _, answer, given in found) / len(found) >= right
    # No drum is taken for another one or refused. (Doubt is allowed: a person is asked.)
    drums = [each for each in found if each[1] in CATEGORIES]
    assert [each for each in drums if each[2] not in (each[1], "unsure")] == []
    # Names that a person has to settle, loops and other instruments.
    rest = [each for each in found if each[1] not in CATEGORIES]
    assert sum(given in CATEGORIES for _, _, given in rest) <= taken_for_drums
