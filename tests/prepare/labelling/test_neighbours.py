"""What the other files of a folder tell about a name."""

from pathlib import PurePosixPath

import pytest

from neural_drum_machine.prepare.labelling.kit_names import group_from_path
from neural_drum_machine.prepare.labelling.neighbours import Neighbours
from neural_drum_machine.prepare.labelling.path_names import label_from_path

KIT = ("Closed Hat 1", "Open Hat 1", "Kick 1", "Snare 1", "Tom 1")


def label(stem: str, beside: tuple[str, ...], folder: str = "Pack") -> str:
    path = PurePosixPath(folder, f"{stem}.wav")
    meaning = label_from_path(path, neighbours=Neighbours.of(frozenset({stem, *beside})))
    return meaning.category or meaning.kind


@pytest.mark.parametrize(
    ("stem", "beside", "expected"),
    [
        ("4cp", (), "silent"),
        ("04cp", (), "clap"),
        ("x cp", ("x ap", "x bp"), "silent"),
        ("sd", ("sa", "sb", "sc"), "silent"),
        ("sd", ("bd", "ch", "oh", "lt", "mt", "ht", "cp", "rs"), "snare"),
        ("12.HC.808", ("12.LC.808", "12.MC.808", "12.HT.808"), "conga"),
        # Letters that mean something only in company.
        ("tl_vl1_rr1", ("tm_vl1_rr1", "th_vl1_rr1"), "tom"),
        ("hc_vl2_rr1", ("ho_vl2_rr1",), "closed_hihat"),
        ("tm_1", (), "silent"),
        ("hc_2", ("kick",), "silent"),
    ],
)
def test_a_series_of_letters_is_no_abbreviation(stem, beside, expected):
    assert label(stem, beside) == expected


def test_a_word_that_all_names_share_is_the_machine():
    kit = tuple(f"00{i}_Tom {name}" for i, name in enumerate(("Clap", "Kick", "Snare", "Tom1")))
    assert [label(stem, kit) for stem in kit] == ["clap", "kick", "snare", "tom"]
    layers = ("Kick Snare 1", "Kick Snare 2", "Kick Snare 3")
    assert [label(stem, layers) for stem in layers] == ["doubt"] * 3


def test_a_folder_that_holds_a_whole_kit_has_a_title():
    categories = ("closed_hihat", "open_hihat", "kick", "snare", "tom")
    for stem, category in zip(KIT, categories, strict=True):
        assert label(stem, KIT, "Open Hats") == category
        path = PurePosixPath("Open Hats", f"{stem}.wav")
        assert group_from_path(path, Neighbours.of(frozenset(KIT))) == "Open Hats"


def test_one_stray_file_does_not_make_a_title():
    beside = tuple(f"Snare {i}" for i in range(5))
    assert label("Kick 1", beside, "Snares") == "doubt"
    path = PurePosixPath("Kit", "Snares", "Kick 1.wav")
    assert group_from_path(path, Neighbours.of(frozenset({"Kick 1", *beside}))) == "Kit"
