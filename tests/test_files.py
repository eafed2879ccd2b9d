"""Atomic files, locks, replaced folders, and the advice after a failed write."""

import errno
import os
import subprocess
import sys

import pytest

from neural_drum_machine.errors import DatasetError, OutputError
from neural_drum_machine.files import (
    advice,
    atomic_file,
    files_together,
    locked,
    name_beside,
    replace_folder,
)
from neural_drum_machine.text import printable

# Linux and macOS allow 255 bytes, Windows 255 characters.
LONG = "n" * 249 + ".wav"


def test_a_file_appears_only_once_it_is_complete(tmp_path):
    path = tmp_path / "sound.wav"
    path.write_bytes(b"old")
    with atomic_file(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"

    def interrupted():
        with atomic_file(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["sound.wav"]


def test_files_that_belong_together_appear_all_or_none(tmp_path):
    old = tmp_path / "loop.wav"
    old.write_bytes(b"old")
    paths = [old, tmp_path / "stems" / "a" / "kick.wav", tmp_path / "stems" / "snare.wav"]

    def written(*also, interrupted=False):
        with files_together() as write:
            for path in (*paths, *also):
                write(path, b"new")
            assert old.read_bytes() == b"old"
            if interrupted:
                raise KeyboardInterrupt

    with pytest.raises(OutputError, match=r"x\.wav: cannot be written .*a file has the name"):
        written(old / "x.wav")
    with pytest.raises(KeyboardInterrupt):
        written(interrupted=True)
    (tmp_path / "taken.wav").mkdir()
    with pytest.raises(OutputError, match=r"taken\.wav: cannot be written"):
        written(tmp_path / "taken.wav")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["loop.wav", "taken.wav"]
    written()
    assert {path.read_bytes() for path in paths} == {b"new"}


def test_every_name_that_the_system_allows_can_be_written(tmp_path):
    with atomic_file(tmp_path / LONG) as file:
        file.write(b"x")
    (tmp_path / "fresh").mkdir()
    (tmp_path / ("d" * 255)).mkdir()
    replace_folder(tmp_path / "fresh", tmp_path / ("d" * 255))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["d" * 255, LONG]


def test_names_beside_others_are_as_short_as_the_system_allows(tmp_path):
    assert name_beside(tmp_path / "set", ".work") == tmp_path / ".set.work"
    assert name_beside(tmp_path / "set", ".csv", hidden=False) == tmp_path / "set.csv"
    names = set()
    for letter in "abé":
        name = name_beside(tmp_path / (letter * 250)[:250], ".work").name
        assert len(os.fsencode(name)) <= 255
        assert name.startswith(".")
        assert name.endswith(".work")
        assert name == name_beside(tmp_path / (letter * 250)[:250], ".work").name
        names.add(name)
    assert len(names) == 3


def test_a_name_that_is_too_long_is_advised_to_be_shorter(tmp_path):
    with pytest.raises(OSError, match="name") as caught, atomic_file(tmp_path / ("n" * 256)):
        pass
    assert advice(caught.value) == "choose a shorter name"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "free some space or choose another disk"),
        (errno.EROFS, "choose a folder on a disk that is not read-only"),
        (errno.EACCES, "choose a folder that you may write to"),
        (errno.ENOENT, "make its folder first, or choose another"),
        (errno.EIO, "choose another folder"),
    ],
)
def test_the_advice_fits_the_error(number, words):
    assert advice(OSError(number, "no")) == words
    assert advice(OSError("no number")) == "choose another folder"


def test_a_replaced_folder_is_removed_and_comes_back_if_that_fails(tmp_path):
    out, fresh = tmp_path / "out", tmp_path / "fresh"
    for folder, text in ((out, "old"), (fresh, "new")):
        folder.mkdir()
        (folder / "file").write_text(text)
    with pytest.raises(FileNotFoundError):
        replace_folder(tmp_path / "absent", out)
    assert (out / "file").read_text() == "old"
    replace_folder(fresh, out)
    assert (out / "file").read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_one_process_at_a_time_holds_a_lock_and_a_dead_one_none(tmp_path):
    path = tmp_path / "lock"
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from neural_drum_machine.files import locked\n"
        "with locked(Path(sys.argv[1]), 'busy'):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "held\n"
        with (
            pytest.raises(OutputError, match="somebody works here"),
            locked(path, "somebody works here", OutputError),
        ):
            pass
        other.kill()
        other.wait()
    with locked(path, "busy"), pytest.raises(DatasetError, match="busy"), locked(path, "busy"):
        pass
    with locked(path, "busy"):
        pass


def test_bytes_that_are_not_utf8_are_escaped():
    assert printable("Kit\udcff/é.wav") == "Kit\\xff/é.wav"
