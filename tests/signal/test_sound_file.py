import errno
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from neural_drum_machine.errors import AudioError, OutputError
from neural_drum_machine.files import atomic_file
from neural_drum_machine.signal.sound_file import read_comment, write_sound_file


def test_wav_has_the_stated_bytes_and_comment(tmp_path):
    path = tmp_path / "ü b.wav"
    write_sound_file(path, np.array([0.0, 1.0, -1.0, 2.0, 0.5]), comment='{"seed":1}')
    data = path.read_bytes()
    assert struct.unpack_from("<HHI", data, 20) == (1, 1, 22050)  # PCM, mono
    assert struct.unpack_from("<H", data, 34) == (16,)
    start = data.index(b"data")
    assert struct.unpack_from("<I5h", data, start + 4) == (10, 0, 32767, -32768, 32767, 16384)
    assert read_comment(path) == '{"seed":1}'
    assert [p.name for p in tmp_path.iterdir()] == ["ü b.wav"]


def test_writing_refuses_what_is_not_finite(tmp_path):
    with pytest.raises(AudioError, match="finite"):
        write_sound_file(tmp_path / "x.wav", np.array([0.0, np.nan]))
    assert not list(tmp_path.iterdir())


def test_full_disk_is_an_error_and_the_old_file_stays(tmp_path, monkeypatch):
    path = tmp_path / "x.wav"
    write_sound_file(path, np.zeros(10))
    before = path.read_bytes()

    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"No space left.*free some space"):
        write_sound_file(path, np.ones(1000))
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["x.wav"]


def test_atomic_file_leaves_nothing_behind_when_interrupted(tmp_path):
    def write_half():
        with atomic_file(tmp_path / "x") as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert not list(tmp_path.iterdir())


def test_missing_folder_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match="make its folder first, or choose another"):
        write_sound_file(tmp_path / "absent" / "x.wav", np.zeros(10))


def test_flac_is_flac_with_the_same_samples_and_comment(tmp_path):
    samples = 0.9 * np.sin(np.arange(2000) / 7)
    write_sound_file(tmp_path / "x.FLAC", samples, comment="{}")
    write_sound_file(tmp_path / "x.wav", samples)
    assert (tmp_path / "x.FLAC").read_bytes().startswith(b"fLaC")
    assert read_comment(tmp_path / "x.FLAC") == "{}"
    flac, wav = (soundfile.read(tmp_path / n, dtype="int16")[0] for n in ("x.FLAC", "x.wav"))
    np.testing.assert_array_equal(flac, wav)


@pytest.mark.parametrize("name", ["x.mp3", "x.ogg", "x.aiff", "x.txt", "x"])
def test_an_ending_that_is_not_written_is_refused_and_nothing_is_made(tmp_path, name):
    with pytest.raises(OutputError, match=r"a name that ends in \.flac or \.wav"):
        write_sound_file(tmp_path / name, np.zeros(10))
    assert not list(tmp_path.iterdir())


def test_the_comment_of_a_file_that_is_no_sound_is_an_error(tmp_path):
    (tmp_path / "x.wav").write_text("hello")
    with pytest.raises(AudioError, match="use a WAV or FLAC file"):
        read_comment(tmp_path / "x.wav")


def test_a_comment_is_read_from_a_file_of_any_name_and_errors_name_the_file(tmp_path):
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.wav"))
    write_sound_file(tmp_path / "x.wav", np.zeros(10), comment="hello")
    (tmp_path / "x.wav").rename(odd)
    assert read_comment(odd) == "hello"
    (tmp_path / "x.mp3").write_bytes(b"ID3\4\0\0\0\0\0\0" + b"\xff\xfb" + bytes(40))
    with pytest.raises(AudioError, match=r"x\.mp3: not readable as audio") as error:
        read_comment(tmp_path / "x.mp3")
    assert "exist" not in str(error.value)
    with pytest.raises(AudioError, match=r"absent\.wav: cannot be opened .No such file"):
        read_comment(tmp_path / "absent.wav")
