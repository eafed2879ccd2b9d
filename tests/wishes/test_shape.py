"""Sounds are given the values that were asked for, and keep the others."""

import numpy as np
import pytest

from neural_drum_machine.signal.loudness import momentary_loudness
from neural_drum_machine.wishes.finish import finished, missed
from neural_drum_machine.wishes.plain import PlainSound
from neural_drum_machine.wishes.qualities import BY_NAME, describe
from neural_drum_machine.wishes.stretch import stretched

SR = 44_100
OFFERED = tuple(BY_NAME)


def finish(samples, **asked):
    plain = PlainSound(samples, SR, 22)
    return finished(plain, asked, OFFERED)


@pytest.mark.parametrize(
    ("name", "value"),
    [("pitch", 90.0), ("pitch", 200.0), ("decay", 0.05), ("decay", 0.35), ("attack", 0.012),
     ("brightness", 900.0), ("brightness", 2500.0), ("body", 0.0), ("body", 12.0),
     ("air", -25.0), ("noisiness", 0.25)],
)  # fmt: skip
def test_a_tonal_drum_has_the_value_that_was_asked_for_and_keeps_the_others(drum, name, value):
    before, after = describe(drum, SR), describe(finish(drum, **{name: value}), SR)
    assert not missed({name: value}, after), (value, after[name])
    if name not in ("pitch", "noisiness"):  # much noise hides a pitch
        assert after["pitch"] == pytest.approx(before["pitch"], rel=0.01)
    if name != "decay":
        assert after["decay"] == pytest.approx(before["decay"], rel=0.1)
    if name not in ("attack", "noisiness"):
        assert after["attack"] == pytest.approx(before["attack"], abs=0.004)


@pytest.mark.parametrize(
    ("name", "value"),
    [("decay", 0.03), ("decay", 0.5), ("attack", 0.015), ("brightness", 6000.0),
     ("air", -10.0), ("noisiness", 0.6), ("loudness", -24.0)],
)  # fmt: skip
def test_noise_has_the_value_that_was_asked_for(hat, name, value):
    after = describe(finish(hat, **{name: value}), SR)
    assert not missed({name: value}, after), (value, after[name])


def test_several_wishes_are_met_together(drum):
    asked = {"pitch": 100.0, "decay": 0.2, "attack": 0.01, "loudness": -20.0}
    assert not missed(asked, describe(finish(drum, **asked), SR))


def test_contradictory_wishes_give_the_nearest_and_are_told(drum):
    """As dark as 60 Hz at a pitch of 120: nothing is."""
    asked = {"pitch": 120.0, "brightness": 60.0}
    out = finish(drum, **asked)
    assert np.isfinite(out).all()
    assert "brightness" in missed(asked, describe(out, SR))


def test_no_peak_passes_full_scale_and_loudness_is_kept_where_that_allows(drum):
    longer = finish(drum, decay=0.4)
    shorter = finish(drum, decay=0.03)
    before, after = (momentary_loudness(each[0], SR) for each in (drum, longer))
    assert after == pytest.approx(before, abs=0.05) or np.abs(longer).max() == pytest.approx(1)
    assert np.abs(shorter).max() <= 1.0
    assert np.abs(finish(drum, loudness=-1.0)).max() <= 1.0


def test_the_same_wish_gives_the_same_bytes(drum):
    for asked in ({"decay": 0.3}, {"noisiness": 0.3}, {"attack": 0.01, "pitch": 80.0}):
        np.testing.assert_array_equal(finish(drum, **asked), finish(drum, **asked))


def test_a_value_that_it_has_already_leaves_a_sound_nearly_as_it_is(drum):
    for name, value in describe(drum, SR).items():
        out = finish(drum, **{name: value})
        n = min(out.shape[1], drum.shape[1])
        error = np.abs(out[:, :n] / np.abs(out).max() - drum[:, :n] / np.abs(drum).max()).max()
        assert error < 0.06, (name, error)


def test_small_steps_of_a_wish_are_small_steps_of_the_sound(drum):
    levels = []
    for decay in np.geomspace(0.1, 0.3, 12):
        out = finish(drum, decay=float(decay))[0]
        levels.append([np.log10(np.mean(out[a : a + 2205] ** 2) + 1e-9) for a in (2205, 6615)])
    steps = np.diff(np.array(levels), axis=0)
    assert (steps > -0.02).all()  # longer is louder later
    assert np.abs(steps).max() < 0.35  # 3.5 dB for a ninth more of a decay


def test_both_channels_get_the_same_change(drum):
    stereo = np.concatenate([drum, 0.5 * drum])
    out = finish(stereo, brightness=1800.0, noisiness=0.3, decay=0.3)
    np.testing.assert_allclose(out[1], 0.5 * out[0], atol=2e-5)


@pytest.mark.parametrize("asked", [{"brightness": 2500.0}, {"noisiness": 0.3}, {"decay": 0.4}])
def test_nothing_comes_before_the_onset(drum, asked):
    late = np.concatenate([np.zeros((1, 2000), np.float32), drum[:, 22:]], axis=1)
    plain = PlainSound(late, SR, 2000)
    out = finished(plain, asked, OFFERED)
    assert np.abs(out[:, : 2000 - 23]).max() < 1e-3 * np.abs(out).max()


def test_stretching_by_one_is_nothing_and_by_two_lasts_twice_as_long(drum):
    same = stretched(drum, SR, 22, 1.0, 4 * SR)
    np.testing.assert_array_equal(same, drum)
    nearly = stretched(drum, SR, 22, 1.0001, 4 * SR)
    n = min(nearly.shape[1], drum.shape[1])
    np.testing.assert_allclose(nearly[:, :n], drum[:, :n], atol=0.02)
    twice = stretched(drum, SR, 22, 2.0, 4 * SR)
    before, after = describe(drum, SR), describe(twice, SR)
    assert after["decay"] == pytest.approx(2 * before["decay"], rel=0.15)
    assert after["pitch"] == pytest.approx(before["pitch"], rel=0.005)
    assert stretched(drum, SR, 22, 3.0, SR).shape[1] <= max(SR, drum.shape[1])


@pytest.mark.parametrize("seconds", [0.005, 0.01, 0.05])
def test_very_short_sounds_and_silence_are_finished_too(seconds):
    n = round(seconds * SR)
    silent = np.zeros((1, n), np.float32)
    click = silent.copy()
    click[0, 30 : 30 + n // 4] = 0.5
    for sound in (silent, click):
        out = finish(sound, decay=0.05, brightness=1000.0, attack=0.01, noisiness=0.5)
        assert np.isfinite(out).all()


@pytest.mark.parametrize("seconds", [0.3, 0.6, 1.0, 2.0])
def test_a_sound_that_was_cut_off_ends_without_a_step_when_it_is_made_longer(seconds):
    times = np.arange(round(0.2 * SR)) / SR
    cut = (0.9 * np.sin(2 * np.pi * 180 * times) * np.exp(-4 * times)).astype(np.float32)[None]
    out = finish(cut, decay=seconds)
    assert out.shape[1] > 1.3 * cut.shape[1]
    assert np.abs(out[:, -1]).max() <= 0.01 * np.abs(out).max()
    assert np.abs(np.diff(out[:, -400:])).max() <= 0.05 * np.abs(out).max()
