"""Bytes of our own in WAV and FLAC files, which other programs skip."""

import contextlib
import io

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.own_block import MOST_BYTES, read_block, with_block
from neural_drum_machine.signal.sound_file import read_comment, sound_file_bytes, write_sound_file

SAMPLES = np.linspace(-1, 1, 999).astype(np.float32)


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
@pytest.mark.parametrize("block", [b"", b"x", b"four", bytes(range(256)) * 100])
def test_a_block_comes_back_and_the_samples_stay(tmp_path, suffix, block):
    path = tmp_path / f"a{suffix}"
    write_sound_file(path, SAMPLES, 44_100, "a comment", block)
    assert read_block(path) == block
    assert read_comment(path) == "a comment"
    plain, _ = soundfile.read(
        io.BytesIO(sound_file_bytes(SAMPLES, 44_100, "a comment", suffix[1:].upper()))
    )
    np.testing.assert_array_equal(soundfile.read(path)[0], plain)


def test_files_without_one_have_none(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"no sound file at all")
    (tmp_path / "empty.wav").write_bytes(b"")
    assert read_block(tmp_path / "a.txt") == read_block(tmp_path / "empty.wav") == b""
    with pytest.raises(AudioError, match="cannot be opened"):
        read_block(tmp_path / "absent.wav")


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_a_block_that_is_cut_short_or_too_large_is_refused(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    data = sound_file_bytes(SAMPLES, 44_100, "", suffix[1:].upper(), block=b"y" * 60_000)
    start = data.index(b"y" * 100)
    path.write_bytes(data[: start + 500])
    with pytest.raises(AudioError, match="cut short"):
        read_block(path)
    large = with_block(
        sound_file_bytes(SAMPLES, 44_100, "", suffix[1:].upper()), b"z" * (MOST_BYTES + 1)
    )
    path.write_bytes(large)
    with pytest.raises(AudioError, match="the most is"):
        read_block(path)


@given(st.binary(max_size=200), st.sampled_from([b"RIFF\0\0\0\0WAVE", b"fLaC"]))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path_factory, data, start):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(start + data)
    with contextlib.suppress(AudioError):
        assert len(read_block(path)) <= 200
