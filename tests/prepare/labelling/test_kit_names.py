"""Which parts of a path are the kit."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_drum_machine.prepare.labelling.kit_names import group_from_path


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("Pack A/Kicks/1.wav", "Pack A"),
        ("A/808/Open Hats/1.wav", "A/808"),
        ("Kicks/1.wav", "Kicks/1.wav"),
        ("A/One Shots/Drums/Hats/Closed/1.wav", "A"),
        ("A/WAV 24bit 44.1kHz/24-bit/Kicks/1.wav", "A"),
        ("A/Schlagzeug/Becken/1.wav", "A"),
        ("A/Batterie/Échantillons/1.wav", "A"),
        ("A/Percussão/Kicks & Snares/1.wav", "A"),
        ("A/Kick mic/1.wav", "A"),
        ("A/Kit 1/Drums/1.wav", "A/Kit 1"),
        ("Rock Drums/Kicks/1.wav", "Rock Drums"),
        ("House/Kicks/1.wav", "House"),
        ("Drums 1/Kicks/1.wav", "Drums 1"),
        ("Drum and Bass/Kicks/1.wav", "Drum and Bass"),
        ("VP Kicks/1.wav", "VP"),
        ("A/Linn Snare/1.wav", "A/Linn"),
    ],
)
def test_the_kit_is_what_remains_of_the_folders(path, group):
    assert group_from_path(PurePosixPath(path)) == group


@pytest.mark.parametrize(
    "title",
    ["Tom's Drums", "Zoom_SD", "Snare Bible Vol.1", "Clap Your Hands", "Kick Ass Drums", "Linn-bd"],
)
def test_a_kit_stays_one_kit_whatever_its_title(title):
    files = ("Kick 01.wav", "Snares/1.wav", "Hats/Closed/2.wav", "Toms/Tom 3.wav")
    assert len({group_from_path(PurePosixPath(title, file)) for file in files}) == 1


@given(st.lists(st.sampled_from(" /_-1aO.ßé") | st.sampled_from(["Kick", "HAT", "open", "oh"])))
def test_any_path_has_a_group(parts):
    assert group_from_path(PurePosixPath("".join(parts)))
