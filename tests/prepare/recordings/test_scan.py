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


@pytest.mark.parametrize(
    ("name", "message"), [("absent", "no such folder"), ("a.wav", "is a file, not a folder")]
)
def test_a_source_that_is_no_folder_is_an_error(tmp_path, name, message):
    (tmp_path / "a.wav").touch()
    with pytest.raises(DatasetError, match=f"{name}: {message}; name a folder of samples"):
        list(scan(tmp_path / name))
