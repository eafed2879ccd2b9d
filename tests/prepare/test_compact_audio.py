"""Fewer bits a sample: how much noise that adds, where it lies, and how many bytes it saves."""

import io

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from neural_drum_machine.prepare.compact_audio import (
    FEWEST,
    MOST,
    SNR_DB,
    UPPER_SNR_DB,
    decode,
    encode,
    reduced,
)

SR = 44_100
T = np.arange(SR) / SR
NOISE = np.random.default_rng(0).standard_normal(SR)


def pcm(x: np.ndarray) -> np.ndarray:
    return np.round(x / np.abs(x).max() * 32767).astype(np.int16)


HAT = pcm(NOISE * np.exp(-8 * T))
# A kick has air too, but 70 dB under the rest.
KICK = pcm(np.sin(2 * np.pi * 55 * T) * np.exp(-6 * T) + 3e-5 * NOISE)


def dropped(x: np.ndarray) -> int:
    """The last bits that are zero in all samples."""
    used = int(np.bitwise_or.reduce(x))
    return (used & -used).bit_length() - 1


def level_db(x: np.ndarray, above_hz: float = 0) -> float:
    power = np.abs(np.fft.rfft(x.astype(float))) ** 2
    return 10 * np.log10(power[np.fft.rfftfreq(len(x), 1 / SR) >= above_hz].sum())


def test_a_bright_sound_loses_most_bits_and_a_dark_one_fewest():
    assert dropped(reduced(HAT)) == MOST
    assert dropped(reduced(KICK)) == FEWEST


@pytest.mark.parametrize("x", [HAT, KICK, HAT // 8, pcm(HAT + 30.0 * KICK)])
def test_the_noise_stays_under_the_sound_and_under_its_air(x):
    noise = reduced(x).astype(float) - x
    assert level_db(x) - level_db(noise) > SNR_DB
    if dropped(reduced(x)) > FEWEST:
        assert level_db(x, SR / 4) - level_db(noise, SR / 4) > UPPER_SNR_DB - 1


@settings(max_examples=40)
@given(st_numpy.arrays(np.int16, st.integers(1, 300)))
def test_any_samples_come_back_rounded_once(x):
    once = reduced(x)
    assert np.array_equal(reduced(once), once)
    assert np.abs(once.astype(int) - x).max() < 1 << MOST
    assert np.array_equal(decode(encode(x, SR), SR, len(x)), once)


def test_full_scale_does_not_turn_over():
    x = np.tile(np.array([32767, -32768, 32767, 3], np.int16), 500)
    assert np.abs(reduced(x).astype(int) - x).max() <= 31


def test_a_hat_takes_two_thirds_of_the_bytes():
    file = io.BytesIO()
    soundfile.write(file, HAT, SR, "PCM_16", format="FLAC")
    assert len(encode(HAT, SR)) < 0.67 * len(file.getvalue())
    assert encode(HAT, SR) == encode(HAT, SR)


def test_what_is_no_sound_of_ours_is_an_error():
    for x in (HAT.astype(np.int32), HAT.astype(float), HAT.reshape(2, -1)):
        with pytest.raises(ValueError, match=r"int16 of shape \(n,\), got"):
            reduced(x)
    with pytest.raises(ValueError, match="no samples"):
        encode(HAT[:0], SR)
    data = encode(HAT[:5000], SR)
    for sr, length in ((SR, 4999), (22_050, 5000)):
        with pytest.raises(ValueError, match="5000 samples at 44100 Hz instead of"):
            decode(data, sr, length)
    with pytest.raises((ValueError, soundfile.SoundFileError)):
        decode(data[: len(data) // 2], SR, 5000)
    with pytest.raises(soundfile.SoundFileError):
        decode(b"fLaC", SR, 1)
    file = io.BytesIO()
    soundfile.write(file, HAT[:10], SR, "PCM_16", format="WAV")
    with pytest.raises(ValueError, match="instead of mono FLAC"):
        decode(file.getvalue(), SR, 10)
