"""The sweep of a kick: measured, and set."""

import numpy as np
import pytest

from neural_drum_machine.wishes.sweep import SWEPT_SECONDS, sweep_octaves, swept

SR = 44_100


def kick(octaves, sr=SR, hz=50.0, seconds=0.4, fall=0.015):
    """A sine that falls by an exponential of its pitch, and fades."""
    t = np.arange(round(seconds * sr)) / sr
    pitch = hz * 2 ** (octaves * np.exp(-t / fall))
    return np.sin(2 * np.pi * np.cumsum(pitch) / sr) * np.exp(-t / 0.15)


def test_a_steady_tone_has_none_and_a_deeper_fall_has_more():
    values = [sweep_octaves(kick(octaves), SR) for octaves in (0, 1, 2, 3)]
    assert values[0] == pytest.approx(0, abs=0.05)
    assert all(np.diff(values) > 0.25)


@pytest.mark.parametrize("sr", [22_050, 44_100, 48_000])
def test_it_does_not_depend_on_the_rate_or_the_level(sr):
    assert sweep_octaves(0.1 * kick(2, sr), sr) == pytest.approx(
        sweep_octaves(kick(2), SR), abs=0.03
    )


def test_what_lies_above_the_low_end_does_not_count():
    t = np.arange(round(0.4 * SR)) / SR
    treble = np.sin(2 * np.pi * 3000 * t) * np.exp(-t / 0.02)
    assert sweep_octaves(kick(1) + treble, SR) == pytest.approx(
        sweep_octaves(kick(1), SR), abs=0.03
    )


@pytest.mark.parametrize("wanted", [0.0, 0.5, 1.0, 1.5])
def test_it_is_reached(wanted):
    for octaves in (0.5, 1.5):
        out = swept(kick(octaves).astype(np.float32)[None], SR, wanted)
        assert sweep_octaves(out[0], SR) == pytest.approx(wanted, abs=0.06)


def test_what_follows_stays_sample_for_sample():
    sound = kick(1).astype(np.float32)[None]
    out = swept(sound, SR, 1.4)
    after = round((SWEPT_SECONDS + 0.01) * SR)
    tail = out[0, after : after + 4000]
    shifted = np.lib.stride_tricks.sliding_window_view(
        sound[0, after - 2000 : after + 10_000], 4000
    )
    assert (shifted == tail).all(axis=1).sum() == 1


def test_both_channels_move_alike():
    sound = kick(1).astype(np.float32)
    out = swept(np.stack([sound, 0.5 * sound]), SR, 1.5)
    np.testing.assert_allclose(out[1], 0.5 * out[0], atol=1e-6)


def test_nothing_aliases_when_the_start_is_played_faster():
    t = np.arange(SR // 2) / SR
    high = 0.5 * np.sin(2 * np.pi * 15_000 * t) * np.exp(-t / 0.1)
    sound = (kick(0.5, seconds=0.5) + high).astype(np.float32)[None]
    out = swept(sound, SR, 2.0)[0, : round(0.01 * SR)]
    spectrum = np.abs(np.fft.rfft(out * np.hanning(len(out))))
    hz = np.fft.rfftfreq(len(out), 1 / SR)
    # 15 kHz, played four times as fast, would fold to somewhere in the middle.
    folded = spectrum[(hz > 3000) & (hz < 12_000)].max()
    assert folded < 0.02 * spectrum.max()


def test_silence_and_treble_have_none_and_stay():
    for sound in (np.zeros(SR), np.sin(np.arange(SR) * 1.2)):
        assert np.isnan(sweep_octaves(sound, SR)) or abs(sweep_octaves(sound, SR)) < 5
    silence = np.zeros((1, SR), np.float32)
    assert swept(silence, SR, 1.0) is silence
    assert np.isnan(sweep_octaves(np.zeros(100), SR))
