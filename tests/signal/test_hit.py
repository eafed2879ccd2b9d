import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.audio_file import read_audio
from neural_drum_machine.signal.hit import make_hit, read_hit
from neural_drum_machine.signal.spec import DEFAULT_SPEC

SR = DEFAULT_SPEC.sr


def db(x: float) -> float:
    return 20 * np.log10(x)


def burst(seconds: float, sr: int = SR, frequency: float = 200.0) -> np.ndarray:
    t = np.arange(round(seconds * sr)) / sr
    return (0.5 * np.cos(2 * np.pi * frequency * t)).astype(np.float32)


@pytest.mark.parametrize(
    ("suffix", "subtype"),
    [
        ("wav", "PCM_U8"),
        ("wav", "PCM_16"),
        ("wav", "PCM_24"),
        ("wav", "FLOAT"),
        ("wav", "DOUBLE"),
        ("flac", "PCM_24"),
        ("ogg", "VORBIS"),
        ("aiff", "PCM_16"),
    ],
)
@pytest.mark.parametrize("sr", [8000, 22050, 48000, 192000])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_every_format_rate_and_channel_count_gives_the_same_hit(
    tmp_path, suffix, subtype, sr, channels
):
    path = tmp_path / f"x.{suffix}"
    x = burst(0.3, sr)
    soundfile.write(path, np.tile(x[:, None], (1, channels)), sr, subtype=subtype)
    hit = read_hit(path)
    assert hit.samples.shape == (22015,)
    assert hit.samples.dtype == np.float32
    assert np.abs(hit.samples).max() == 1.0
    assert hit.length == pytest.approx(0.3 * SR, abs=0.01 * SR)
    assert not hit.samples[hit.length :].any()
    spectrum = np.abs(np.fft.rfft(hit.samples))
    assert spectrum.argmax() * SR / 22015 == pytest.approx(200, abs=3)


def test_channels_are_averaged(tmp_path):
    soundfile.write(tmp_path / "x.wav", np.stack([np.full(99, 0.5), np.zeros(99)], 1), SR)
    clip = read_audio(tmp_path / "x.wav")
    assert clip.sr == SR
    np.testing.assert_allclose(clip.mono(), 0.25, atol=1e-4)


def test_leading_and_trailing_silence_is_trimmed():
    quiet = np.zeros(SR, np.float32)
    hit = make_hit(np.concatenate([quiet, burst(0.2), quiet]), SR)
    assert hit.length == pytest.approx(0.2 * SR + 11, abs=60)  # 11 samples of pre-roll
    assert np.abs(hit.samples[:12]).max() > 0.5
    # Noise 70 dB under the peak is silence, too; 40 dB under it is not.
    floor = np.random.default_rng(0).uniform(-1, 1, SR).astype(np.float32) * 0.5
    assert make_hit(np.concatenate([floor * 10**-3.5, burst(0.2)]), SR).length < 0.25 * SR
    assert make_hit(np.concatenate([floor * 10**-2, burst(0.2)]), SR).length == 22015


def test_long_sounds_fade_out_and_short_ones_are_padded():
    long = make_hit(burst(3.0), SR)
    assert long.length == 22015
    level = [np.abs(long.samples[a:b]).max() for a, b in ((0, 20000), (-30, None))]
    assert db(level[1] / level[0]) < -40
    assert np.abs(long.samples[-1200:-1000]).max() > 0.9  # the fade takes 50 ms, no more
    short = make_hit(burst(0.06), SR)
    assert short.length == pytest.approx(0.06 * SR, abs=5)


def test_resampling_keeps_pitch_and_level():
    hit = make_hit(burst(0.5, 44100, 1000.0), 44100)
    spectrum = np.abs(np.fft.rfft(hit.samples))
    assert spectrum.argmax() * SR / 22015 == pytest.approx(1000, abs=3)


@pytest.mark.parametrize(
    ("x", "sr", "message"),
    [
        (burst(0.04), SR, r"0\.040 s long"),
        (np.zeros(SR), SR, "silent.*digital silence"),
        (burst(0.3) * 1e-4, SR, "silent.*dB"),
        (np.array([0.1, np.nan]), SR, "NaN"),
        (np.array([0.1, np.inf]), SR, "NaN or infinite"),
        (np.zeros((2, 3)), SR, r"shape \(n,\)"),
        (np.zeros(0), SR, r"shape \(n,\)"),
        (burst(0.3), 0, "between 1000 and 1000000 Hz, got 0"),
        (burst(0.3), 10**7, "rate must lie"),
        (burst(0.3, 192000, 90000.0) * np.hanning(57600), 192000, "silent.*below 11025 Hz"),
    ],
)
def test_unusable_sounds_are_refused_by_name(x, sr, message):
    with pytest.raises(AudioError, match=message) as error:
        make_hit(x, sr, name="my kick")
    assert "my kick" in str(error.value)


def test_unreadable_files_are_named(tmp_path):
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("this is no audio")
    soundfile.write(tmp_path / "none.wav", np.zeros(0), SR)
    good = tmp_path / "good.wav"
    soundfile.write(good, burst(0.3), SR, subtype="FLOAT")
    nan = bytearray(good.read_bytes())
    nan[-8:-4] = struct.pack("<f", float("nan"))
    (tmp_path / "nan.wav").write_bytes(nan)
    (tmp_path / "head.flac").write_bytes(b"fLaC" + b"\0" * 40)
    for name in ("empty.wav", "text.wav", "none.wav", "nan.wav", "head.flac", "absent.wav"):
        with pytest.raises(AudioError, match=name):
            read_hit(tmp_path / name)
    with pytest.raises(AudioError, match=r"cannot be opened .Is a directory"):
        read_audio(tmp_path)
    with pytest.raises(AudioError, match=r"cannot be opened .File name too long"):
        read_audio(tmp_path / ("x" * 300 + ".wav"))


def test_names_that_are_not_utf8_can_be_read(tmp_path):
    path = tmp_path / "x.wav"
    soundfile.write(path, burst(0.3), SR)
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.wav"))
    path.rename(odd)
    assert read_hit(odd).length > 0.29 * SR


@pytest.mark.parametrize("level", [3e38, 1e-3])
def test_level_of_a_float_file_does_not_matter(level):
    x = burst(0.3, 44100)
    hit = make_hit((x / np.abs(x).max() * np.float32(level)).astype(np.float32), 44100)
    np.testing.assert_allclose(hit.samples, make_hit(x, 44100).samples, atol=1e-4)
