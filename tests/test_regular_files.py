"""Only regular files are opened, and no more of them is read than expected."""

import os
import socket
from pathlib import Path

import pytest

from neural_drum_machine.files import sha256_of
from neural_drum_machine.regular_files import (
    NotRegularError,
    TooLargeError,
    open_regular,
    open_text,
    read_regular,
)

READERS = [open_regular, read_regular, open_text, sha256_of]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_refused_at_once(read, tmp_path):
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    with pytest.raises(NotRegularError, match="is a pipe, and only files are read; write its"):
        read(pipe)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_a_device_is_refused(read, tmp_path):
    link = tmp_path / "table.csv"
    link.symlink_to("/dev/zero")
    with pytest.raises(NotRegularError, match="is a device"):
        read(link)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no such sockets")
def test_a_socket_is_refused(read, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the name of a socket may be only 100 bytes long
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        with pytest.raises(NotRegularError, match="is a socket"):
            read(tmp_path / "socket")


@pytest.mark.parametrize("read", READERS)
def test_folders_and_missing_files_are_the_errors_they_always_were(read, tmp_path):
    with pytest.raises(IsADirectoryError):
        read(tmp_path)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "absent")


@pytest.mark.parametrize("read", [read_regular, open_text])
def test_a_sparse_file_of_gigabytes_is_refused_by_its_size(read, tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(3 * 10**9)
    with pytest.raises(TooLargeError, match="holds 3000000000 bytes, and at most 67108864"):
        read(path)


def test_as_many_bytes_as_allowed_are_read(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"\r\n\xc3\xa9")
    assert read_regular(path, 4) == b"\r\n\xc3\xa9"
    with pytest.raises(TooLargeError):
        read_regular(path, 3)
    with open_text(path, most=4) as file:
        assert file.read() == "\r\né"
    with open_regular(path) as file:
        assert file.seek(2) == 2
        assert file.read() == b"\xc3\xa9"


def test_a_file_of_the_system_that_states_no_size_is_read_up_to_the_bound():
    path = Path("/proc/self/maps")
    if not path.exists():
        pytest.skip("this system has no /proc")
    assert path.stat().st_size == 0
    assert read_regular(path)
    with pytest.raises(TooLargeError):
        read_regular(path, 10)
