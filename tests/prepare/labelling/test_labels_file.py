import csv

import numpy as np
import pytest
from tests.support.library import drum, reasons, write_hits
from tests.support.small import SMALL_SPEC
from tests.support.sounds import noise, tone

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.labelling.labels_file import read_labels
from neural_drum_machine.prepare.pipeline import prepare


def test_unnamed_sounds_are_classified_and_doubtful_ones_go_to_unsure_and_back(tmp_path, oracle):
    hits = {f"00{i}.wav": tone(60 + 30 * i, 0.2, decay=8) for i in range(3)}
    hits |= {f"10{i}.wav": noise(0.1, seed=i) for i in range(3)}
    # The samples of 102.wav under a telling name, found later: no doubt remains about these.
    hits |= {"snare.wav": drum(1), "zz tom.wav": noise(0.1, seed=2)}
    root = write_hits(tmp_path / "lib", hits)
    data = prepare([root], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    assert {e.name: (e.category, e.label, e.confidence) for e in data.entries} == {
        "lib/000.wav": ("kick", "classifier", 0.95),
        "lib/001.wav": ("kick", "classifier", 0.95),
        "lib/002.wav": ("kick", "classifier", 0.95),
        "lib/snare.wav": ("snare", "name", 1.0),
        "lib/zz tom.wav": ("tom", "name", 1.0),
    }
    with (tmp_path / "d" / "unsure.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(r["file"], r["category"], r["suggestion"], r["confidence"]) for r in rows] == [
        ("lib/100.wav", "", "shaker", "0.6"),
        ("lib/101.wav", "", "shaker", "0.6"),
    ]
    assert reasons(tmp_path / "d")["102.wav"] == "the same sound as lib/zz tom.wav"

    # Filled in by the user, as a German spreadsheet saves it, and given back.
    lines = ["file;category;suggestion", "lib/100.wav;Open Hihat;x", "lib/101.wav;skip;x"]
    lines += ["lib/snare.wav;clap;", "lib/002.wav;;", "lib/moved.wav;tom;"]
    table = tmp_path / "mine.csv"
    table.write_text("\r\n".join(lines), encoding="utf-8-sig")
    again = prepare([root], tmp_path / "e", spec=SMALL_SPEC, workers=1, labels=table)
    found = {e.name: (e.category, e.label) for e in again.entries}
    assert found["lib/100.wav"] == ("open_hihat", "user")
    assert found["lib/snare.wav"] == ("clap", "user")
    assert found["lib/002.wav"] == ("kick", "classifier")
    assert "lib/101.wav" not in found
    why = reasons(tmp_path / "e")
    assert why["101.wav"] == "left out by the user"
    assert why["moved.wav"] == "named in --labels, not found"
    # With a lower threshold the classifier's label is used.
    easy = prepare([root], tmp_path / "f", spec=SMALL_SPEC, workers=1, min_confidence=0.5)
    assert [e.category for e in easy.entries if e.name == "lib/100.wav"] == ["shaker"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file,category\na.wav,kik\n", r"line 2: unknown category 'kik' \(did you mean kick\?\)"),
        ("name,category\na.wav,kick\n", "no column file; its first line names name, category. "),
        (None, "cannot be read"),
    ],
)
def test_an_invalid_labels_file_is_an_error_that_names_it(tmp_path, text, message):
    table = tmp_path / "labels.csv"
    if text:
        table.write_text(text)
    with pytest.raises(DatasetError, match=message) as caught:
        read_labels(table)
    assert str(table) in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"file\tcategory\tsuggestion\na.wav\tClosed Hihat\tx\n",
        b"sep=;\r\nfile;category\r\na.wav;closed_hihat\r\n",
        b"File;Category\na.wav;CLOSED-HIHAT\n",
        b"\xef\xbb\xbfCATEGORY , File\nclosed_hihat,a.wav\n\n",
        b"file|category\na.wav|closed  hihat\n",
        "file\tcategory\r\na.wav\tclosed hihat\r\n".encode("utf-16"),
    ],
)
def test_labels_are_read_as_any_spreadsheet_writes_them(tmp_path, data):
    table = tmp_path / "labels.csv"
    table.write_bytes(data)
    assert read_labels(table) == {"a.wav": "closed_hihat"}


@pytest.mark.parametrize(
    ("text", "meant"), [("hihat", "closed_hihat or open_hihat"), ("808", "kick")]
)
def test_a_category_that_is_none_gets_a_suggestion(tmp_path, text, meant):
    table = tmp_path / "labels.csv"
    table.write_text(f"sep=;\nfile;category\na.wav;{text}\n")
    with pytest.raises(DatasetError, match=rf"line 3: .*'{text}' \(did you mean {meant}\?\)"):
        read_labels(table)


def test_contradicting_names_wait_for_the_user(tmp_path, oracle):
    # The classifier would be sure, but the names say two things, or a hat.
    names = ("Snares/Kick 1.wav", "bass.wav", "hat 2.wav", "kick 3.wav")
    for i, name in enumerate(names):
        path = tmp_path / "lib" / name
        write_hits(path.parent, {path.name: tone(60 + 30 * i, 0.2, decay=8)})
    data = prepare([tmp_path / "lib"], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    assert [e.name for e in data.entries] == ["lib/kick 3.wav"]
    with (tmp_path / "d" / "unsure.csv").open() as file:
        unsure = {row["file"]: row for row in csv.DictReader(file)}
    assert {name: row["reason"] for name, row in unsure.items()} == {
        "lib/Snares/Kick 1.wav": "the file says kick, its folder 'Snares' says snare",
        "lib/bass.wav": "the name says 'bass', which may mean several things",
        "lib/hat 2.wav": "the name says open_hihat or closed_hihat, the sound does not",
    }
    assert {row["suggestion"] for row in unsure.values()} == {"kick"}
    assert "the file says kick" in reasons(tmp_path / "d")["Snares/Kick 1.wav"]

    table = tmp_path / "labels.csv"
    table.write_text("file,category\nlib/Snares/Kick 1.wav,kick\nlib/bass.wav,kick\n")
    data = prepare([tmp_path / "lib"], tmp_path / "e", spec=SMALL_SPEC, workers=1, labels=table)
    assert {e.label for e in data.entries} == {"user", "name"}
    assert len(data.entries) == 3


def test_a_label_of_the_user_overrules_the_name(tmp_path):
    root = write_hits(tmp_path / "lib", {"kick loop.wav": drum(1)})
    table = tmp_path / "labels.csv"
    table.write_text("file,category\nlib/kick loop.wav,kick\n")
    data = prepare([root], tmp_path / "d", spec=SMALL_SPEC, workers=1, labels=table)
    assert [(e.category, e.label) for e in data.entries] == [("kick", "user")]


def test_if_no_sound_has_a_label_the_list_to_fill_in_is_written_beside(tmp_path):
    root = write_hits(tmp_path / "lib", {f"{i:03d}.wav": drum(i) for i in range(3)})
    options = {"spec": SMALL_SPEC, "workers": 1, "min_confidence": 1.0}
    with pytest.raises(DatasetError, match=r"d\.unsure\.csv lists 3 that only lack a category"):
        prepare([root], tmp_path / "d", **options)
    table = tmp_path / "d.unsure.csv"
    table.write_text(table.read_text().replace(".wav,,", ".wav,clap,"))
    data = prepare([root], tmp_path / "d", labels=table, **options)
    assert [e.category for e in data.entries] == ["clap"] * 3


def test_a_song_without_a_telling_name_is_no_drum(tmp_path, oracle):
    root = tmp_path / "lib"
    write_hits(
        root, {"01.wav": np.tile(tone(60, 1.0, decay=3), 7), "02.wav": tone(75, 1.0, decay=8)}
    )
    write_hits(root / "Kicks", {"long.wav": np.tile(tone(90, 1.0, decay=3), 7)})
    data = prepare([root], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    assert {e.name for e in data.entries} == {"lib/02.wav", "lib/Kicks/long.wav"}
    assert "it is other with probability 1.00" in reasons(tmp_path / "d")["01.wav"]
