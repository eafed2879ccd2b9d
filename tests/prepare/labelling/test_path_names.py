"""Which part of a path decides about the category, and which parts are the kit."""

import csv
import time
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_drum_machine.prepare.labelling.path_names import group_from_path, label_from_path

MANIFEST = Path(__file__).parents[4] / "shared" / "open-drums-2" / "manifest.csv"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # The nearest folder that states one category, else the name.
        ("Snares/Kicks/01.wav", "kick"),
        ("Kicks/snare-ish 01.wav", "kick"),
        ("Kicks/Kick Crash.wav", "kick"),
        ("Pack/SD 12.wav", "snare"),
        ("Pack/12.wav", "silent"),
        ("808 BD/01.wav", "kick"),
        ("Linn-bd/01.wav", "kick"),
        ("SD Card/01.wav", "silent"),
        ("Caisses claires/01.wav", "snare"),
        # Another instrument in a folder of hits; codes and colours do not count.
        ("Hats/crash.wav", "other"),
        ("Kicks/Cowbell.wav", "other"),
        ("Snares/Rims/01.wav", "other"),
        ("Snares/RS01.wav", "snare"),
        ("Snares/Bell.wav", "snare"),
        ("Snares/Rimshots/01.wav", "snare"),
        ("Rimshots/01.wav", "other"),
        # Hi-hats that another part of the path calls open or closed.
        ("Hats/01.wav", "several"),
        ("Hats/synth 1.wav", "several"),
        ("Hats/open 3.wav", "open_hihat"),
        ("Hats/CH 03.wav", "closed_hihat"),
        ("Hats/Closed/01.wav", "closed_hihat"),
        ("Closed/Hat 01.wav", "closed_hihat"),
        ("Closed Hats/open 1.wav", "closed_hihat"),
        ("Open Air Kit/Hats/3.wav", "several"),
        # General folders: the name decides.
        ("Percussion/Conga.wav", "conga"),
        ("Cymbals/open hat.wav", "open_hihat"),
        ("Cymbals/03.wav", "other"),
        ("Kicks & Snares/01.wav", "several"),
        ("Kicks & Snares/Snare 3.wav", "snare"),
        ("FX/snare.wav", "snare"),
        ("FX/CH 1.wav", "other"),
        ("Vocals/snap.wav", "several"),
        ("Kick Drum Pack/Bass/01.wav", "several"),
        ("Snares/Synth/Snare 1.wav", "snare"),
        # Microphones.
        ("OH/01.wav", "silent"),
        ("OH/snare.wav", "snare"),
        ("kick mic/01.wav", "silent"),
        # Machines whose names start like a code.
        ("CR-78/BD.wav", "kick"),
        ("RD-8/SD01.wav", "snare"),
    ],
)
def test_which_part_of_a_path_decides(path, expected):
    label = label_from_path(PurePosixPath(path))
    assert (label.category or label.kind) == expected


@pytest.mark.parametrize(
    ("path", "is_loop"),
    [
        ("Loops/Kick 01.wav", True),
        ("Kick Loops/kick 01.wav", True),
        ("Drum Loops/Kicks/kick.wav", True),
        ("Boucles/caisse claire.wav", True),
        ("Breaks/kick 1.wav", True),
        ("Kicks/kick loop 120.wav", True),
        ("Kicks/fill.wav", True),
        ("Loops/One Shots/Kicks/1.wav", False),
        ("Loops and One-Shots/kick.wav", False),
        ("Kicks (no loops)/1.wav", False),
        ("Loopmasters/Kicks/1.wav", False),
        ("Breaks Kit/Kicks/1.wav", False),
        ("Beat Machine/kick.wav", False),
        ("140 BPM House/Kicks/1.wav", False),
        ("Rock n Roll Kit/kick.wav", False),
    ],
)
def test_folders_of_loops(path, is_loop):
    label = label_from_path(PurePosixPath(path))
    assert (label.category or label.kind) == ("loop" if is_loop else "kick")


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
    ],
)
def test_the_kit_is_what_remains_of_the_folders(path, group):
    assert group_from_path(PurePosixPath(path)) == group


@given(st.lists(st.sampled_from(" /_-1aO.ßé") | st.sampled_from(["Kick", "HAT", "open", "oh"])))
def test_any_path_has_a_label_and_a_group(parts):
    path = PurePosixPath("".join(parts))
    assert label_from_path(path).kind
    assert group_from_path(path)


def test_a_large_library_takes_seconds():
    paths = [PurePosixPath(f"Pack {n % 97}/Snares/VP_Snare_{n}_Am.wav") for n in range(10_000)]
    start = time.process_time()
    for path in paths:
        label_from_path(path)
    assert time.process_time() - start < 5


@pytest.mark.open_drums
@pytest.mark.skipif(not MANIFEST.is_file(), reason="needs ../shared/open-drums-2")
def test_real_paths_get_their_category():
    # Measured: 66.0 % get a category from their path, and all 1799 that of the manifest. Files
    # without one have names such as "oh_mic/tl_vl4_rr1" or "hat_zap".
    with MANIFEST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found: Counter[bool] = Counter()
    for row in rows:
        label = label_from_path(PurePosixPath(row["upstream"].split(":", 1)[1]))
        if label.category:
            found[label.category == row["category"]] += 1
    assert found[True] / found.total() >= 0.99
    assert found.total() / len(rows) >= 0.6
