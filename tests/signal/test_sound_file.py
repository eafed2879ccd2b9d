import errno
import io
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from neural_drum_machine.errors import AudioError, OutputError
from neural_drum_machine.files import atomic_file
from neural_drum_machine.signal.own_block import read_block
from neural_drum_machine.signal.pcm import from_pcm
from neural_drum_machine.signal.sound_file import read_comment, sound_file_bytes, write_sound_file


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


def test_24_bits_are_rounded_and_clipped(tmp_path):
    step = 1 / (1 << 23)
    write_sound_file(tmp_path / "x.wav", np.array([0.6 * step, 0.4 * step, 1.5, -1.5]), bits="24")
    data = (tmp_path / "x.wav").read_bytes()
    assert struct.unpack_from("<HHI", data, 20) == (1, 1, 22050)
    start = data.index(b"data") + 8
    steps = [
        int.from_bytes(data[start + 3 * n : start + 3 * n + 3], "little", signed=True)
        for n in range(4)
    ]
    assert steps == [1, 0, (1 << 23) - 1, -(1 << 23)]


@pytest.mark.parametrize("name", ["x.wav", "x.flac"])
def test_24_bits_keep_what_they_can_hold_in_stereo_and_at_any_rate(tmp_path, name):
    samples = np.round(np.sin(np.arange(600.0)) * (1 << 23)).reshape(2, -1) / (1 << 23)
    write_sound_file(tmp_path / name, samples, 96_000, "a comment", b"own", bits="24")
    read, sr = soundfile.read(tmp_path / name, dtype="float64")
    np.testing.assert_array_equal(
        read.T, np.clip(samples, -1, 1 - 1 / (1 << 23)).astype(np.float32)
    )
    assert (sr, soundfile.info(tmp_path / name).subtype) == (96_000, "PCM_24")
    assert read_comment(tmp_path / name) == "a comment"
    assert read_block(tmp_path / name) == b"own"


def test_floating_point_keeps_every_sample_and_gives_the_same_bytes_at_any_time(tmp_path):
    samples = np.array([[0.1, 3.0, -2.5], [1e-9, 0, 1]], np.float32)
    write_sound_file(tmp_path / "x.wav", samples, 48_000, "a comment", b"own", bits="float")
    read, sr = soundfile.read(tmp_path / "x.wav", dtype="float32")
    np.testing.assert_array_equal(read.T, samples)
    assert (sr, soundfile.info(tmp_path / "x.wav").subtype) == (48_000, "FLOAT")
    assert read_comment(tmp_path / "x.wav") == "a comment"
    assert read_block(tmp_path / "x.wav") == b"own"
    data = (tmp_path / "x.wav").read_bytes()
    peak = data.index(b"PEAK")
    # Version, and the time that libsndfile would put there.
    assert struct.unpack_from("<II", data, peak + 8) == (1, 0)


def test_what_a_format_cannot_store_is_refused_with_what_it_can(tmp_path):
    with pytest.raises(OutputError, match=r"FLAC files are not written.*choose 16 or 24"):
        write_sound_file(tmp_path / "x.flac", np.zeros(10), bits="float")
    with pytest.raises(OutputError, match=r"'32'; choose 16, 24 or float"):
        write_sound_file(tmp_path / "x.wav", np.zeros(10), bits="32")
    assert not list(tmp_path.iterdir())


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


@pytest.mark.parametrize("comment", ["", "a", "ab", "äö…", "{}" * 2000, "x" * 8000, "y" * 90_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_wav_file_of_16_bits_has_the_bytes_that_libsndfile_writes(comment, channels):
    pcm = np.random.default_rng(1).integers(-32768, 32768, (77, channels)).astype(np.int16)
    pcm = pcm[:, 0] if channels == 1 else pcm
    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", 48_000, channels, "PCM_16", format="WAV") as file:
        if comment:
            file.comment = comment
        file.write(pcm)
    assert sound_file_bytes(from_pcm(pcm.T), 48_000, comment) == out.getvalue()
