import errno
import os
import shutil
import subprocess
import sys
import time

import pytest
from tests.support.patience import PATIENCE

from neural_drum_machine.errors import ServerError
from neural_drum_machine.server import files
from neural_drum_machine.server.files import SoundFolder, default_parent, sweep


def test_a_ring_of_64_names_leaves_the_last_63_alone(folder):
    paths = [folder.write(3, str(i).encode()) for i in range(70)]
    assert paths[0] == paths[64] == folder.path / "c03" / "00.wav"
    assert [path.name for path in paths[:3]] == ["00.wav", "01.wav", "02.wav"]
    for i in range(70 - 63, 70):
        assert paths[i].read_bytes() == str(i).encode()
    assert len(list((folder.path / "c03").iterdir())) == 64
    assert folder.write(4, b"x") == folder.path / "c04" / "00.wav"


def test_the_folder_is_private_and_goes_at_the_end(tmp_path):
    folder = SoundFolder(tmp_path)
    path = folder.write(0, b"x")
    assert path.is_absolute()
    if os.name == "posix":
        assert folder.path.stat().st_mode & 0o777 == 0o700
        assert path.parent.stat().st_mode & 0o777 == 0o700
    folder.close()
    assert list(tmp_path.iterdir()) == []


def test_two_servers_leave_each_other_alone(tmp_path):
    first, second = SoundFolder(tmp_path), SoundFolder(tmp_path)
    assert first.path != second.path
    assert first.path.exists()
    assert sweep(tmp_path) == []
    first.close()
    assert second.write(0, b"x").read_bytes() == b"x"
    second.close()


def test_a_file_has_its_name_only_when_complete(folder, monkeypatch):
    path = folder.write(0, b"old")
    for _ in range(63):
        folder.write(0, b"other")

    def full(descriptor, _):
        os.close(descriptor)
        assert path.with_suffix(".part").exists()
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fdopen", full)
        with pytest.raises(OSError, match="No space left"):
            folder.write(0, b"new")
    assert path.read_bytes() == b"old"
    assert sorted(p.suffix for p in path.parent.iterdir()) == [".wav"] * 64

    def complete(*names, **folders):
        assert path.with_suffix(".part").read_bytes() == b"new"
        move(*names, **folders)

    move = os.replace
    monkeypatch.setattr("os.replace", complete)
    assert folder.write(0, b"new") == path
    assert path.read_bytes() == b"new"
    assert sorted(p.suffix for p in path.parent.iterdir()) == [".wav"] * 64


def test_a_clients_folder_that_vanished_is_made_again_until_the_end(folder):
    folder.write(0, b"x")
    (folder.path / "c00" / "00.wav").unlink()
    (folder.path / "c00").rmdir()
    assert folder.write(0, b"y").read_bytes() == b"y"
    folder.close()
    with pytest.raises(FileNotFoundError):
        folder.write(0, b"z")


def killed(parent):
    """A server's folder whose process was killed."""
    program = (
        "import os, pathlib, signal, sys\n"
        "from neural_drum_machine.server.files import SoundFolder\n"
        "folder = SoundFolder(pathlib.Path(sys.argv[1]))\n"
        "print(folder.path, flush=True)\n"
        "folder.write(0, b'x')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(parent)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == -9, done.stderr
    return parent / done.stdout.strip().rpartition("/")[2]


@pytest.mark.skipif(os.name != "posix", reason="kill -9, owners")
def test_the_folder_of_a_killed_server_is_removed_by_its_users_next_server(tmp_path, monkeypatch):
    left = killed(tmp_path)
    assert (left / "c00" / "00.wav").exists()
    with monkeypatch.context() as patch:
        patch.setattr(os, "getuid", lambda: left.stat().st_uid + 1)
        assert sweep(tmp_path) == []
    assert left.exists()
    folder = SoundFolder(tmp_path)
    assert list(tmp_path.iterdir()) == [folder.path]
    folder.close()


def test_only_our_own_kind_is_swept(tmp_path):
    old = time.time() - 3600
    gone = 2**22 + 1  # no process has this number
    names = [f"ndm-sounds-{gone}-0000000{i}" for i in range(4)]
    for name in ("other", "ndm-sounds-my-best-takes", *names):
        (tmp_path / name).mkdir()
        (tmp_path / name / "c00").mkdir()
        (tmp_path / name / "c00" / "07.wav").touch()
    (tmp_path / names[0] / "lock").touch()
    (tmp_path / "ndm-sounds-my-best-takes" / "lock").touch()
    (tmp_path / names[1] / "c00" / "song.wav").touch()  # not of ours: it stays
    alive = tmp_path / f"ndm-sounds-{os.getpid()}-00000000"  # its lock was tidied away
    alive.mkdir()
    for path in (*tmp_path.iterdir(), tmp_path / names[1]):
        if path.name != names[3]:
            os.utime(path, (old, old))
    (tmp_path / f"ndm-sounds-{gone}-000000ff").symlink_to(tmp_path / "other")
    assert sorted(sweep(tmp_path)) == [tmp_path / names[0], tmp_path / names[2]]
    assert (tmp_path / names[1] / "c00" / "song.wav").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        ["other", "ndm-sounds-my-best-takes", names[1], names[3], alive.name,
         f"ndm-sounds-{gone}-000000ff"]
    )  # fmt: skip
    assert (tmp_path / "ndm-sounds-my-best-takes" / "c00" / "07.wav").exists()


def test_a_folder_that_was_tidied_away_is_made_anew(tmp_path):
    folder = SoundFolder(tmp_path)
    folder.write(0, b"x")
    shutil.rmtree(folder.path)
    path = folder.write(0, b"y")
    assert path.read_bytes() == b"y"
    assert (folder.path / "lock").exists()
    assert sweep(tmp_path) == []
    folder.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="Windows removes no folder with an open file")
@pytest.mark.parametrize("renamed", [False, True])
@pytest.mark.parametrize("linked", [False, True])
def test_nothing_is_written_or_removed_where_somebody_else_took_the_folders_place(
    tmp_path, renamed, linked
):
    victim = tmp_path / "victim"
    folder = SoundFolder(tmp_path)
    folder.write(0, b"x")
    old = folder.path

    def take_its_place():
        path = folder.path
        if renamed:
            path.rename(tmp_path / f"away {path.name}")
        else:
            shutil.rmtree(path)
        (victim / "c00").mkdir(parents=True, exist_ok=True)
        for name in ("00.wav", "01.wav", "01.part"):
            (victim / "c00" / name).write_bytes(b"precious")
        (victim / "lock").touch()
        if linked:
            path.symlink_to(victim)
        else:
            shutil.copytree(victim, path)
        return path

    def untouched(path):
        return sorted((p.name, p.read_bytes()) for p in (path / "c00").iterdir()) == [
            ("00.wav", b"precious"), ("01.part", b"precious"), ("01.wav", b"precious"),
        ]  # fmt: skip

    taken = take_its_place()
    path = folder.write(0, b"y")
    assert path.read_bytes() == b"y"
    assert path.parent.parent == folder.path != old
    assert untouched(taken)
    taken = take_its_place()
    folder.close()
    assert untouched(taken)


@pytest.mark.skipif(os.name != "posix", reason="flock")
def test_a_folder_that_cannot_be_locked_is_refused_and_removed(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(ServerError, match="set TMPDIR"):
        SoundFolder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_no_matter_of_permissions(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.mkdir", full)
    with pytest.raises(ServerError, match="left on device\\); free some space"):
        SoundFolder(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    with pytest.raises(ServerError, match="missing: no folder for the sounds can be made there"):
        SoundFolder(tmp_path / "missing")


def test_the_users_folder_in_memory_is_taken_if_it_has_room(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(files, "ROOM_BYTES", 1)
    assert default_parent() == tmp_path
    monkeypatch.setattr(files, "ROOM_BYTES", 2**62)
    assert default_parent() == tmp_path / "tmp"
    monkeypatch.setattr(files, "ROOM_BYTES", 1)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "missing"))
    assert default_parent() == tmp_path / "tmp"
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert default_parent() == tmp_path / "tmp"
