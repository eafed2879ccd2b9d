import numpy as np
import pytest

from neural_drum_machine.signal.loudness import SILENT_LUFS, loudness


def sine(hz: float, seconds: float, sr: int) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * sr)) / sr).astype(np.float32)


@pytest.mark.parametrize("sr", [22050, 44100, 48000])
def test_a_full_scale_sine_has_the_loudness_of_the_standard(sr):
    # BS.1770: a sine of 997 Hz, 0 dBFS in one channel, reads -3.01 LKFS.
    assert loudness(sine(997, 1.0, sr), sr) == pytest.approx(-3.01, abs=0.1)


def test_loudness_follows_gain_and_length():
    x = sine(997, 0.4, 44100)
    assert loudness(x * 0.1, 44100) == pytest.approx(loudness(x, 44100) - 20, abs=0.01)
    # A quarter of the block: a quarter of its energy.
    assert loudness(x[: len(x) // 4], 44100) == pytest.approx(loudness(x, 44100) - 6, abs=0.2)
    assert loudness(np.concatenate([np.zeros(44100, np.float32), x]), 44100) == pytest.approx(
        loudness(x, 44100), abs=0.05
    )


def test_low_tones_are_less_loud_and_high_ones_louder():
    low, middle, high = (loudness(sine(hz, 0.5, 44100), 44100) for hz in (40, 1000, 8000))
    assert low < middle - 4 and high == pytest.approx(middle + 3.3, abs=0.5)


def test_silence_has_the_least_loudness():
    assert loudness(np.zeros(100, np.float32), 44100) == SILENT_LUFS
