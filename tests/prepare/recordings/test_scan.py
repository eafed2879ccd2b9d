import os
from pathlib import Path

import pytest
from tests.support.library import drum, write_hits
from tests.support.small import SMALL_SPEC
from tests.support.sounds import tone

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.prepare.recordings.candidate import Candidate, Rejection
from neural_drum_machine.prepare.recordings.scan import scan


def scanned(source):
    found = list(scan(source))
    candidates = [each.name for each in found if isinstance(each, Candidate)]
    return candidates, [each for each in found if isinstance(each, Rejection)]


def test_unreadable_folders_are_named_and_the_rest_is_used(tmp_path, monkeypatch):
    root = tmp_path / "lib"
    for name in ("Kicks", "Locked"):
        write_hits(root / name, {"kick.wav": drum(1)})
    # Root may read everything, so the refusal is simulated.
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "Locked":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert scanned(root) == (
        ["lib/Kicks/kick.wav"],
        [Rejection("lib/Locked", "folder cannot be read (Permission denied)")],
    )


def test_pipes_and_folders_with_the_name_of_a_sound_are_not_opened(tmp_path):
    root = write_hits(tmp_path / "lib", {"tom.wav": drum(1)})
    os.mkfifo(root / "kick.wav")
    os.mkfifo(root / "manifest.csv")
    (root / "snare.wav").mkdir()
    assert scanned(root) == (["lib/tom.wav"], [Rejection("lib/kick.wav", "no regular file")])


def test_names_that_are_not_utf8_are_escaped(tmp_path):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/src/Kit\xff"))
    write_hits(tmp_path, {"kick.wav": tone(60, 0.15)})
    folder.mkdir(parents=True)
    (tmp_path / "kick.wav").rename(folder / "kick.wav")
    data = prepare([tmp_path / "src"], tmp_path / "out", spec=SMALL_SPEC, workers=1)
    assert len(data) == 1
    assert Dataset.open(tmp_path / "out").entries[0].name == "src/Kit\\xff/kick.wav"


def test_names_of_a_folder_explain_each_other(tmp_path):
    kit = tmp_path / "lib" / "Open Hats"
    kit.mkdir(parents=True)
    for name in ("Closed Hat 1", "Kick_vl1_rr1", "Kick_vl2_rr2", "Snare 1", "4ap", "4bp", "4cp"):
        (kit / f"{name}.wav").touch()
    (tmp_path / "lib" / "Bass").mkdir()
    (tmp_path / "lib" / "Bass" / "1.wav").touch()
    found = {each.path.stem: each for each in scan(tmp_path / "lib")}
    assert {name: each.category for name, each in found.items() if each.category} == {
        "Closed Hat 1": "closed_hihat",
        "Kick_vl1_rr1": "kick",
        "Kick_vl2_rr2": "kick",
        "Snare 1": "snare",
    }
    assert {each.group for name, each in found.items() if name != "1"} == {"lib/Open Hats"}
    assert found["1"].doubt
    strokes = [(found[f"Kick_vl{i}_rr{i}"].velocity, i) for i in (1, 2)]
    assert strokes == [(0.0, 1), (1.0, 2)]


def test_the_title_of_the_source_counts_where_nothing_else_speaks(tmp_path):
    for title in ("Snares", "Tom's Drums"):
        (tmp_path / title).mkdir()
        for name in ("001.wav", "Kick 2.wav"):
            (tmp_path / title / name).touch()
    found = [
        each.category for title in ("Snares", "Tom's Drums") for each in scan(tmp_path / title)
    ]
    assert found == ["snare", "kick", None, "kick"]


@pytest.mark.parametrize(
    ("name", "message"), [("absent", "no such folder"), ("a.wav", "is a file, not a folder")]
)
def test_a_source_that_is_no_folder_is_an_error(tmp_path, name, message):
    (tmp_path / "a.wav").touch()
    with pytest.raises(DatasetError, match=f"{name}: {message}; name a folder of samples"):
        list(scan(tmp_path / name))
