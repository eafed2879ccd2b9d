import io

import numpy as np
import pytest
import soundfile

from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.audio_file import Clip, read_audio, read_stream

SR = 22050
X = (0.5 * np.sin(np.arange(4000) / 7) * np.exp(-np.arange(4000) / 900)).astype(np.float32)


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, 4000).astype(np.float32)


@pytest.mark.parametrize(
    ("channels", "used"),
    [
        ([X, -X], 0),
        ([0.5 * X, -0.6 * X], 1),
        ([X + 0.2, -0.9 * X + 0.2], 0),  # the constant does not cancel, the sound does
        ([X, -0.9 * X + 0.01 * noise(1), 0.1 * X, -0.1 * X], 0),
    ],
)
def test_of_channels_that_cancel_the_loudest_is_used_and_a_note_says_so(channels, used, tmp_path):
    soundfile.write(tmp_path / "x.wav", np.stack(channels, 1), SR, subtype="FLOAT")
    clip = read_audio(tmp_path / "x.wav")
    np.testing.assert_array_equal(clip.mono(), np.float32(channels[used]))
    assert clip.notes == (f"Its channels cancel each other, so only channel {used + 1} is used.",)


@pytest.mark.parametrize(
    "channels",
    [
        [X, X],
        [X, np.zeros_like(X)],
        [X, -0.5 * X],  # 12 dB under the louder one
        [noise(1), noise(2)],
        [noise(i) for i in range(32)],
        [X, *[np.zeros_like(X)] * 31],
        [np.zeros_like(X)] * 2,
    ],
)
def test_other_channels_are_averaged(channels):
    file = io.BytesIO()
    soundfile.write(file, np.stack(channels, 1), SR, format="WAV", subtype="FLOAT")
    file.seek(0)
    clip = read_stream(file)
    np.testing.assert_allclose(clip.mono(), np.mean(channels, axis=0), atol=1e-6)
    assert clip.channels.shape == (len(channels), 4000)
    assert clip.channels.dtype == clip.mono().dtype == np.float32
    assert clip.notes == ()


def test_one_channel_is_itself():
    np.testing.assert_array_equal(Clip(X[None], SR).mono(), X)


def test_a_hit_that_comes_late_is_found(tmp_path):
    sr = 8000
    late = np.concatenate([np.zeros(100 * sr, np.float32), X])
    soundfile.write(tmp_path / "late.wav", late, sr)
    clip = read_audio(tmp_path / "late.wav")
    np.testing.assert_allclose(clip.mono()[-len(X) :], X, atol=1e-4)
    assert clip.channels.shape[1] < 30 * sr
    (note,) = clip.notes
    assert "s are silent and were left out" in note
    # What precedes the sound is kept, so that its onset can be found.
    assert clip.channels.shape[1] > len(X) + 0.5 * sr


def test_silence_of_many_minutes_is_not_searched_to_its_end(tmp_path):
    soundfile.write(tmp_path / "x.wav", np.zeros(700 * 1000), 1000, subtype="PCM_U8")
    with pytest.raises(AudioError, match=r"x\.wav: silent in its first 10 minutes.*cut the silen"):
        read_audio(tmp_path / "x.wav")
    soundfile.write(tmp_path / "short.wav", np.zeros(31 * 1000), 1000, subtype="PCM_U8")
    assert not read_audio(tmp_path / "short.wav").mono().any()


def test_what_no_reader_knows_is_not_said_to_be_absent(tmp_path):
    (tmp_path / "kick.mp3").write_bytes(b"ID3\4\0\0\0\0\0\0" + b"\xff\xfb" + bytes(40))
    with pytest.raises(AudioError, match=r"kick\.mp3: not readable") as error:
        read_audio(tmp_path / "kick.mp3")
    assert "exist" not in str(error.value)


def test_a_small_file_of_many_samples_costs_no_more_than_a_large_one(tmp_path):
    loud = np.zeros((2**21, 8), np.int16)
    loud[0] = 20_000
    soundfile.write(tmp_path / "x.flac", loud, 655_350, subtype="PCM_16")
    assert (tmp_path / "x.flac").stat().st_size < 200_000
    assert read_audio(tmp_path / "x.flac").channels.shape == (8, 2**20)
    with soundfile.SoundFile(tmp_path / "long.flac", "w", 655_350, 8) as file:
        for _ in range(5):
            file.write(np.zeros((2**21, 8), np.int16))
    with pytest.raises(AudioError, match=r"silent in its first 0\.21\d minutes"):
        read_audio(tmp_path / "long.flac")


@pytest.mark.parametrize("container", ["MAT4", "MAT5", "HTK"])
def test_what_is_no_documented_container_is_not_read_whatever_its_name(container):
    file = io.BytesIO()
    soundfile.write(file, X, 16_000, format=container, subtype="PCM_16")
    with pytest.raises(AudioError, match=r"kick\.wav: not readable as audio \(.* is not read here"):
        read_stream(file, "kick.wav")
