from pathlib import PurePosixPath

import pytest

from neural_drum_machine.data.labels import (
    category_from_path,
    category_from_text,
    group_from_path,
)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Kick 01", "kick"),
        ("BD_808", "kick"),
        ("01-KdrumL", "kick"),
        ("DeepKick", "kick"),
        ("SNARE-hard", "snare"),
        ("hand clap", "clap"),
        ("Open Hi-Hat 3", "open_hihat"),
        ("HatOpen", "open_hihat"),
        ("hihat_closed_2", "closed_hihat"),
        ("CHH", "closed_hihat"),
        ("closed hats", "closed_hihat"),
        ("Tamb4", "tambourine"),
        ("Conga Hi", "conga"),
        ("bongos", "bongo"),
        ("Maracas", "shaker"),
        ("finger snap", "snap"),
        ("LT", "tom"),
        ("tom_low", "tom"),
    ],
)
def test_names_that_state_a_category(text, category):
    assert category_from_text(text) == category


@pytest.mark.parametrize(
    "text",
    [
        "kick snare loop 120bpm",
        "kick and snare",
        "hihat",
        "crash",
        "",
        "0042",
        "customised",
        "kick loop",
    ],
)
def test_names_that_state_none_or_several(text):
    assert category_from_text(text) is None


def test_the_nearest_folder_speaks_before_the_name():
    assert category_from_path(PurePosixPath("Snares/Kicks/01.wav")) == "kick"
    assert category_from_path(PurePosixPath("Kicks/snare-ish 01.wav")) == "kick"
    assert category_from_path(PurePosixPath("Pack/SD 12.wav")) == "snare"
    assert category_from_path(PurePosixPath("Pack/12.wav")) is None


@pytest.mark.parametrize(
    "path",
    ["Loops/Kick 01.wav", "Kick Loops/kick 01.wav", "Kicks/kick loop 120.wav", "OH/01.wav"],
)
def test_loops_and_overheads_are_not_hits(path):
    assert category_from_path(PurePosixPath(path)) is None


def test_the_kit_is_what_remains_of_the_folders():
    assert group_from_path(PurePosixPath("Pack A/Kicks/1.wav")) == "Pack A"
    assert group_from_path(PurePosixPath("A/808/Open Hats/1.wav")) == "A/808"
    assert group_from_path(PurePosixPath("Kicks/1.wav")) == "Kicks/1.wav"
