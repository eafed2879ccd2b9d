import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.support.library import SR, drum, write_hits
from tests.support.sounds import tone

from neural_drum_machine.errors import LibraryError
from neural_drum_machine.library.adding import indexing
from neural_drum_machine.library.adding.measuring import Chunk, Task, measure_chunk
from neural_drum_machine.library.library import Library


def test_names_tell_the_category_and_otherwise_the_sound_does(library):
    entries = {entry.name: entry for entry in library.find({})[0]}
    assert len(entries) == 9
    kick = entries["Packs/Linn/Kick 1.wav"]
    assert (kick.category, kick.label, kick.doubt, kick.kit) == ("kick", "name", 0, "Packs/Linn")
    assert kick.pitch == pytest.approx(61, abs=1)
    assert kick.seconds == pytest.approx(0.23, abs=0.08)
    assert entries["Packs/Linn/Closed Hat 1.wav"].pitch is None
    unnamed = entries["Packs/Tama/0042.wav"]
    assert (unnamed.label, 0 < unnamed.doubt < 1) == ("sound", True)


def test_loudness_is_that_of_the_file(small, names):
    soundfile.write(small.folder / "Kick 2.wav", 0.1 * tone(60, 0.3), SR)
    soundfile.write(small.folder / "Kick 3.wav", 0.01 * tone(60, 0.3), SR, "FLOAT")
    small.add()
    with Library.open(small.path) as opened:
        loud = [opened.entry(names()[f"Own/Kick {i}.wav"]).loudness for i in (2, 3)]
    assert loud[0] - loud[1] == pytest.approx(20, abs=0.2)


def test_only_what_changed_is_read_again_and_numbers_stay(small, names):
    assert small.add().sounds == 3
    before = names()
    assert (small.add().sounds, small.add().same) == (0, 3)
    os.utime(small.folder / "Kick 1.wav", ns=(5, 5))
    assert (small.add().sounds, names()) == (0, before)
    write_hits(small.folder, {"Kick 1.wav": drum(7)})
    assert (small.add().sounds, names()) == (1, before)
    (small.folder / "Deep").mkdir()
    (small.folder / "Kick 1.wav").rename(small.folder / "Deep" / "Kick 9.wav")
    (small.folder / "Tom 1.wav").unlink()
    told = small.add()
    assert (told.sounds, told.same, told.gone) == (0, 2, 1)
    moved = {"Own/Deep/Kick 9.wav": before["Own/Kick 1.wav"]}
    assert names() == moved | {"Own/Snare 1.wav": before["Own/Snare 1.wav"]}
    # A moved file whose new name says another category is that.
    (small.folder / "Deep" / "Kick 9.wav").rename(small.folder / "Clap.wav")
    small.add()
    with Library.open(small.path) as opened:
        assert opened.entry(before["Own/Kick 1.wav"]).category == "clap"


def test_a_run_that_was_stopped_goes_on(small, names, monkeypatch):
    monkeypatch.setattr(indexing, "CHUNK_FILES", 1)

    def stop(stage, done, total):
        if stage == "measuring":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small.add(progress=stop)
    assert len(names()) == 1
    assert (small.add().sounds, len(names())) == (2, 3)


def test_what_is_no_hit_is_left_out_with_a_reason_and_no_file_is_touched(small, tmp_path):
    (small.folder / "text.wav").write_text("no sound")
    (small.folder / "empty.wav").touch()
    write_hits(small.folder, {"silent.wav": np.zeros(4000), "Drum Loop 1.wav": drum(4)})
    write_hits(tmp_path / "Elsewhere", {"Kick.wav": drum(5)})
    (small.folder / "link.wav").symlink_to(tmp_path / "Elsewhere" / "Kick.wav")
    (small.folder / "lost.wav").symlink_to(tmp_path / "nowhere")
    (small.folder / "unreadable").mkdir()
    files = [path for path in small.folder.rglob("*") if path.is_file()]
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}
    told = small.add()
    assert (told.sounds, told.left_out) == (3, 5)
    assert (small.add().left_out, small.add().same) == (0, 8)
    with Library.open(small.path) as opened:
        reasons = " | ".join(opened.status().left_out)
    for part in ("not readable as audio", "a loop or phrase", "silent", "leads out of the folder"):
        assert part in reasons
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files} == before


def test_a_file_that_vanishes_grows_or_is_no_file_does_not_end_the_run(small, tmp_path):
    huge = tmp_path / "huge.wav"
    with huge.open("wb") as file:
        file.truncate(2**26 + 1)
    paths = [tmp_path / "gone.wav", huge, tmp_path, small.folder / "Kick 1.wav"]
    found = measure_chunk(Chunk(tuple(Task(str(path)) for path in paths), None))
    assert "No such file" in found[0].why
    assert "larger than 64 MiB" in found[1].why
    assert "directory" in found[2].why
    assert (found[3].why, found[3].near.shape) == ("", (64,))


def test_a_folder_in_a_root_stands_for_it_and_a_root_in_a_folder_joins_it(small, names, tmp_path):
    inner = write_hits(small.folder / "Inner", {"Kick 5.wav": drum(5)})
    assert small.add(inner).sounds == 1
    number = names()["Inner/Kick 5.wav"]
    assert small.add().sounds == 3
    assert small.add(inner).same == 4
    with Library.open(small.path) as opened:
        assert list(opened.status().roots) == [str(small.folder)]
        assert opened.path_of(number) == inner / "Kick 5.wav"


def test_a_folder_that_is_not_there_is_named_and_nothing_is_lost(small, names, tmp_path):
    small.add()
    shutil.move(small.folder, tmp_path / "unplugged")
    told = indexing.add([], small.path, workers=1)
    assert "not there; connect its disk" in told.unread[0]
    assert len(names()) == 3
    with pytest.raises(LibraryError, match="no such folder"):
        small.add(tmp_path / "nowhere")
    with pytest.raises(LibraryError, match="no folders yet"):
        indexing.add([], tmp_path / "new.sqlite", workers=1)


def test_a_folder_that_cannot_be_searched_keeps_its_sounds(small, names, monkeypatch):
    write_hits(small.folder / "Inner", {"Kick 5.wav": drum(5)})
    small.add()
    (small.folder / "Tom 1.wav").unlink()
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("Inner"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    told = small.add()
    assert told.gone == 0
    assert "Own/Inner: folder cannot be read (Permission denied)" in told.unread
    assert len(names()) == 4
    monkeypatch.undo()
    assert small.add().gone == 1


def test_a_manifest_of_another_program_is_no_obstacle(small):
    (small.folder / "manifest.csv").write_text("title,colour\nx,red\n")
    assert small.add().sounds == 3


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no UTF-8 need Linux")
def test_names_that_are_no_text_are_kept_as_they_are(small, names):
    odd = os.fsdecode(bytes(small.folder) + b"/Tom 1\xff.wav")
    (small.folder / "Tom 1.wav").rename(odd)
    broken = os.fsdecode(bytes(small.folder) + b"/b\xff.wav")
    Path(broken).write_bytes(b"no sound")
    told = small.add()
    assert (told.sounds, told.left_out) == (3, 1)
    with Library.open(small.path) as opened:
        assert os.fspath(opened.path_of(names()[r"Own/Tom 1\xff.wav"])) == odd
