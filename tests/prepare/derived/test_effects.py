"""Each effect changes what it says, by the amount it says."""

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.prepare.derived.effects import (
    buzzing,
    decayed,
    in_room,
    tilted,
    transient,
    tuned,
    without_step,
)

SR = 44100


def frequency(x: np.ndarray) -> float:
    n = 1 << 18
    return float(np.abs(np.fft.rfft(x, n)).argmax() * SR / n)


def level(x: np.ndarray, first: float, last: float) -> float:
    part = x[round(first * SR) : round(last * SR)]
    return 10 * np.log10(np.mean(np.square(part, dtype=np.float64)))


def band_level(x: np.ndarray, low: float, high: float) -> float:
    spectrum = np.square(np.abs(np.fft.rfft(x)))
    hz = np.fft.rfftfreq(len(x), 1 / SR)
    return 10 * np.log10(spectrum[(hz >= low) & (hz < high)].mean())


@pytest.mark.parametrize("semitones", [-4.0, -0.5, 3.0, 12.0])
def test_tuning_by_resampling_moves_pitch_and_length_together(semitones):
    x = tone(500, 0.5, SR, decay=5)
    y = tuned(x, semitones, SR, onset=0)
    assert frequency(y) == pytest.approx(500 * 2 ** (semitones / 12), rel=0.005)
    assert len(y) == pytest.approx(len(x) / 2 ** (semitones / 12), abs=2)
    assert tuned(x, 0.0, SR, onset=0) is x


@pytest.mark.parametrize("semitones", [-3.0, -1.0, 0.5, 4.0])
def test_tuning_keeps_the_onset_in_its_place(semitones):
    click = np.zeros(2000, np.float32)
    click[256] = 1
    assert np.abs(tuned(click, semitones, SR, onset=256)).argmax() == pytest.approx(256, abs=1)


def test_a_tilt_reaches_above_11_khz():
    x = noise(0.5, SR, decay=1)
    y = tilted(x, 3.0, SR)
    change = band_level(y, 14e3, 15e3) - band_level(x, 14e3, 15e3)
    assert change == pytest.approx(3 * np.log2(14.5), abs=0.5)


def test_a_sound_that_starts_loud_gets_a_short_fade_in():
    x = np.ones(1000, np.float32)
    y = without_step(x, SR)
    assert y[0] == 0
    assert (y[round(0.0005 * SR) :] == 1).all()


@pytest.mark.parametrize("db", [-40.0, 12.0])
def test_decay_changes_by_decibels_a_second(db):
    x = tone(300, 0.5, SR, decay=10)
    change = [level(decayed(x, db, SR), t, t + 0.1) - level(x, t, t + 0.1) for t in (0.0, 0.2, 0.4)]
    assert change[1] - change[0] == pytest.approx(0.2 * db, abs=0.3)
    assert change[2] - change[0] == pytest.approx(0.4 * db, abs=0.4)
    assert decayed(x, db, SR)[0] == x[0]


def test_tilt_is_decibels_an_octave_around_1_khz_and_starts_no_earlier():
    x = noise(0.5, SR, decay=1)
    y = tilted(x, 3.0, SR)
    for hz, db in ((250, -6.0), (1000, 0.0), (4000, 6.0)):
        change = band_level(y, 0.9 * hz, 1.1 * hz) - band_level(x, 0.9 * hz, 1.1 * hz)
        assert change == pytest.approx(db, abs=0.5)
    click = np.zeros(2000, np.float32)
    click[700] = 1
    for db in (-3.0, 3.0):
        y = np.abs(tilted(click, db, SR))
        assert y.argmax() == 700
        # A filter of zero phase has −26 dB there.
        assert y[:699].max() < 0.002 * y.max()


@pytest.mark.parametrize("db", [-9.0, 9.0])
def test_transient_moves_the_attack_not_the_rest(db):
    x = np.concatenate([np.zeros(500), np.ones(8000)]).astype(np.float32) * noise(
        8500 / SR, SR, decay=0.1
    )
    y = transient(x, db, SR)
    attack = level(y, 500 / SR, 560 / SR) - level(x, 500 / SR, 560 / SR)
    assert attack == pytest.approx(db, abs=3)
    assert level(y, 0.12, 0.18) - level(x, 0.12, 0.18) == pytest.approx(0, abs=1.5)


def test_room_has_its_level_and_its_decay():
    click = np.zeros(SR // 2, np.float32)
    click[0] = 1
    y = in_room(click, 0.3, -20.0, seed=1, sr=SR)
    assert y[0] == pytest.approx(1, abs=1e-3)
    tail = np.square(y[1:], dtype=np.float64)
    assert 10 * np.log10(tail.sum()) == pytest.approx(-20, abs=0.5)
    early, late = level(y, 0.03, 0.08), level(y, 0.13, 0.18)
    assert (late - early) / 0.1 == pytest.approx(-60 / 0.3, rel=0.15)
    assert not np.array_equal(y, in_room(click, 0.3, -20.0, seed=2, sr=SR))


def test_a_loud_room_leaves_the_attack_the_loudest_moment():
    x = tone(150, 0.5, SR, decay=10)
    y = in_room(x, 0.6, -2.0, seed=1, sr=SR)
    assert np.abs(y - np.pad(x, (0, len(y) - len(x)))).max() == pytest.approx(0.25, abs=0.01)


def test_snare_wires_buzz_at_their_level_and_follow_the_drum():
    x = tone(80, 0.5, SR, decay=8)
    y = buzzing(x, -20.0, seed=3, sr=SR)
    wires = (y - x).astype(np.float64)
    ratio = np.square(wires).sum() / np.square(x, dtype=np.float64).sum()
    assert 10 * np.log10(ratio) == pytest.approx(-20, abs=0.1)
    assert band_level(wires, 2000, 8000) > band_level(wires, 100, 500) + 18
    # 8 nepers a second are 69 dB a second.
    assert level(wires, 0.35, 0.45) - level(wires, 0.15, 0.25) == pytest.approx(-14, abs=2)
