import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.audio_file import read_audio
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, FULL_SR, align, first_of
from neural_drum_machine.signal.hit import core_of, make_hit, read_hit
from neural_drum_machine.signal.spec import DEFAULT_SPEC, LONG_SPEC

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


def test_silence_and_noise_around_a_hit_are_trimmed():
    quiet = np.zeros(SR, np.float32)
    hit = make_hit(np.concatenate([quiet, burst(0.2), quiet]), SR)
    assert hit.length == pytest.approx(0.2 * SR + 11, abs=60)  # 11 samples of pre-roll
    assert np.abs(hit.samples[:16]).max() > 0.5
    # Noise before and after it is no part of the hit, up to 30 dB under the peak.
    noise = np.random.default_rng(0).uniform(-1, 1, 3 * SR).astype(np.float32)
    for db in (-70, -50, -30):
        x = noise * np.float32(10 ** (db / 20))
        x[SR : SR + len(burst(0.2))] += burst(0.2)
        assert make_hit(x, SR).length == pytest.approx(0.2 * SR + 11, abs=0.03 * SR)


def test_both_forms_are_aligned_at_the_onset():
    click = np.zeros(SR, np.float32)
    click[5000:7000] = np.random.default_rng(0).uniform(-1, 1, 2000)
    for sr in (22050, 44100, 48000, 96000):
        full = align(soxr.resample(click, SR, sr), sr)
        first = np.argmax(np.abs(full.samples) > 0.2)
        assert first == pytest.approx(FULL_PRE_ROLL, abs=FULL_SR // 2000)
        core = core_of(full, LONG_SPEC)
        first = np.argmax(np.abs(core.samples) > 0.2)
        assert first == pytest.approx(LONG_SPEC.pre_roll, abs=LONG_SPEC.sr // 2000)
        # Peak 1 each; the gain says how they are related.
        again = soxr.resample(full.samples, FULL_SR, LONG_SPEC.sr) * core.gain
        np.testing.assert_allclose(again[:1500], core.samples[:1500], atol=0.02)


def test_no_hit_begins_with_a_step():
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, 2 * SR).astype(np.float32) * np.float32(0.03)
    x[SR : SR + 4000] += burst(4000 / SR)
    assert abs(align(x, SR).samples[0]) < 1e-4
    assert abs(align(burst(0.3), SR).samples[0]) < 1e-4


def test_dc_is_no_part_of_a_hit():
    x = burst(0.3, FULL_SR)
    x *= np.exp(-np.arange(len(x)) / 2000).astype(np.float32)
    clean = align(x, FULL_SR)
    lead = np.zeros(FULL_SR, np.float32)
    for dc in (0.002, 0.05, -0.05):
        for shifted in (x + dc, np.concatenate([lead, x, lead]) + dc):
            hit = align(shifted.astype(np.float32), FULL_SR)
            n = min(len(hit.samples), len(clean.samples))
            assert n > 0.2 * FULL_SR
            np.testing.assert_allclose(hit.samples[:n], clean.samples[:n], atol=0.02)
    with pytest.raises(AudioError, match="silent"):
        align(np.full(FULL_SR, 0.5, np.float32), FULL_SR)


def test_a_second_hit_is_told_and_can_be_left_out():
    x = np.zeros(round(1.2 * SR), np.float32)
    x[: len(burst(0.1))] = burst(0.1)
    x[SR : SR + len(burst(0.1))] = burst(0.1) * np.float32(0.5)
    hit = align(x, SR)
    assert hit.second is not None
    assert hit.second.begins == pytest.approx(1.0, abs=0.01)
    assert hit.second.db == pytest.approx(-6, abs=0.5)
    assert hit.notes == ("A second hit begins 1.00 s after the first.",)
    assert len(first_of(hit).samples) == pytest.approx(0.1 * FULL_SR + FULL_PRE_ROLL, abs=200)
    assert first_of(align(burst(0.5), SR)).second is None


def test_a_loudest_part_that_is_cut_off_is_told():
    x = np.zeros(4 * SR, np.float32)
    x[: len(burst(0.1))] = burst(0.1) * np.float32(0.4)
    x[3 * SR : 3 * SR + len(burst(0.1))] = burst(0.1)
    notes = align(x, SR).notes
    assert "loudest part comes 3.0" in notes[0]
    assert "cut the file" in notes[0]


def test_long_sounds_fade_out_and_short_ones_are_padded():
    long = make_hit(burst(3.0), SR)
    assert long.length == 22015
    level = [np.abs(long.samples[a:b]).max() for a, b in ((0, 20000), (-30, None))]
    assert db(level[1] / level[0]) < -40
    assert np.abs(long.samples[-1200:-1000]).max() > 0.9  # the fade takes 50 ms, no more
    for seconds in (0.06, 0.006):
        short = make_hit(burst(seconds), SR)
        assert short.length == pytest.approx(seconds * SR + 11, abs=25)


def test_resampling_keeps_pitch_and_level():
    hit = make_hit(burst(0.5, 44100, 1000.0), 44100)
    spectrum = np.abs(np.fft.rfft(hit.samples))
    assert spectrum.argmax() * SR / 22015 == pytest.approx(1000, abs=3)


@pytest.mark.parametrize(
    ("x", "sr", "message"),
    [
        (burst(0.003), SR, r"3\.\d ms long.*at least 5 ms"),
        (np.zeros(SR), SR, "silent.*digital silence"),
        (burst(0.3) * 1e-4, SR, "silent.*dB"),
        (np.array([0.1, np.nan]), SR, "NaN"),
        (np.array([0.1, np.inf]), SR, "NaN or infinite"),
        (np.zeros((2, 3)), SR, r"shape \(n,\)"),
        (np.zeros(0), SR, r"shape \(n,\)"),
        (burst(0.3), 0, "between 1000 and 1000000 Hz, got 0"),
        (burst(0.3), 10**7, "rate must lie"),
        (burst(0.3, 192000, 90000.0) * np.hanning(57600), 192000, "silent.*between 5 and 22050 Hz"),
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
