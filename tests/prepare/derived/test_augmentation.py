import json

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.derived.augmentation import (
    augment,
    buzzing,
    decayed,
    draw,
    in_room,
    resampled,
    tilted,
    transient,
)
from neural_drum_machine.signal.spec import DEFAULT_SPEC

SR = 22050


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
    x = tone(500, 0.5, decay=5)
    y = resampled(x, semitones, SR)
    assert frequency(y) == pytest.approx(500 * 2 ** (semitones / 12), rel=0.005)
    assert len(y) == pytest.approx(len(x) / 2 ** (semitones / 12), abs=2)
    assert resampled(x, 0.0, SR) is x


@pytest.mark.parametrize("db", [-40.0, 12.0])
def test_decay_changes_by_decibels_a_second(db):
    x = tone(300, 0.5, decay=10)
    change = [level(decayed(x, db, SR), t, t + 0.1) - level(x, t, t + 0.1) for t in (0.0, 0.2, 0.4)]
    assert change[1] - change[0] == pytest.approx(0.2 * db, abs=0.3)
    assert change[2] - change[0] == pytest.approx(0.4 * db, abs=0.4)
    assert decayed(x, db, SR)[0] == x[0]


def test_tilt_is_decibels_an_octave_around_1_khz_and_does_not_delay():
    x = noise(0.5, decay=1)
    y = tilted(x, 3.0, SR)
    for hz, db in ((250, -6.0), (1000, 0.0), (4000, 6.0)):
        change = band_level(y, 0.9 * hz, 1.1 * hz) - band_level(x, 0.9 * hz, 1.1 * hz)
        assert change == pytest.approx(db, abs=0.5)
    click = np.zeros(2000, np.float32)
    click[700] = 1
    assert np.abs(tilted(click, 3.0, SR)).argmax() == 700


@pytest.mark.parametrize("db", [-9.0, 9.0])
def test_transient_moves_the_attack_not_the_rest(db):
    x = np.concatenate([np.zeros(500), np.ones(8000)]).astype(np.float32) * noise(
        8500 / SR, decay=0.1
    )
    y = transient(x, db, SR)
    attack = level(y, 500 / SR, 530 / SR) - level(x, 500 / SR, 530 / SR)
    assert attack == pytest.approx(db, abs=3)
    assert level(y, 0.25, 0.35) - level(x, 0.25, 0.35) == pytest.approx(0, abs=1.5)


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


def test_snare_wires_buzz_at_their_level_and_follow_the_drum():
    x = tone(80, 0.5, decay=8)
    y = buzzing(x, -20.0, seed=3, sr=SR)
    wires = (y - x).astype(np.float64)
    ratio = np.square(wires).sum() / np.square(x, dtype=np.float64).sum()
    assert 10 * np.log10(ratio) == pytest.approx(-20, abs=0.1)
    assert band_level(wires, 2000, 8000) > band_level(wires, 100, 500) + 20
    # 8 nepers a second are 69 dB a second.
    assert level(wires, 0.35, 0.45) - level(wires, 0.15, 0.25) == pytest.approx(-14, abs=2)


def test_band_saturation_bits_and_layer_do_what_they_say():
    x = noise(0.3, decay=4)
    raised = augment([x], {"band_hz": 2000.0, "band_db": 9.0, "band_q": 1.0}, DEFAULT_SPEC)
    y = raised.samples[: len(x)]
    around, far = (
        band_level(y, low, high) - band_level(x, low, high)
        for low, high in ((1900, 2100), (8000, 10000))
    )
    assert around - far == pytest.approx(9, abs=1)
    pure = 0.9 * tone(200, 0.3, decay=2)
    dirty = augment([pure], {"saturation": 0.4}, DEFAULT_SPEC).samples
    assert band_level(dirty, 590, 610) > band_level(pure, 590, 610) + 20
    coarse = augment([pure], {"bits": 7.0}, DEFAULT_SPEC).samples
    assert len(np.unique(coarse)) <= 2**7 + 3
    high = tone(3000, 0.3, decay=2)
    parameters = {"layer_db": -12.0, "layer_semitones": 0.0}
    both = augment([pure, high], parameters, DEFAULT_SPEC).samples
    # Amplitudes 0.9 and 10^(-12/20).
    assert band_level(both, 2990, 3010) - band_level(both, 190, 210) == pytest.approx(-11.1, abs=1)


@pytest.mark.parametrize("category", CATEGORIES)
def test_what_is_drawn_makes_a_hit_again_and_again(category):
    rng = np.random.default_rng(3)
    sounds = [noise(0.4, seed=i) + tone(200 + 50 * i, 0.4) for i in range(2)]
    for _ in range(12):
        parameters = draw(category, rng, partner=True)
        text = json.dumps(parameters)
        hit = augment(sounds, parameters, DEFAULT_SPEC)
        again = augment(sounds, json.loads(text), DEFAULT_SPEC)
        np.testing.assert_array_equal(hit.samples, again.samples)
        assert np.abs(hit.samples).max() == 1.0
        assert np.isfinite(hit.samples).all()


def test_draws_stay_within_what_a_category_allows():
    rng = np.random.default_rng(0)
    draws = {c: [draw(c, rng, partner=False) for _ in range(400)] for c in CATEGORIES}
    assert max(abs(d["semitones"]) for d in draws["conga"]) <= 2
    assert max(d["semitones"] for d in draws["snare"]) > 3.5
    # Tuned down, a sound that fills the spectrum would leave its top empty.
    assert min(d["semitones"] for d in draws["snare"]) >= -1
    assert min(d.get("decay_db", 0) for d in draws["open_hihat"]) >= -6
    assert max(d.get("decay_db", -1) for d in draws["closed_hihat"]) <= 0
    assert max(d["decay_db"] for d in draws["snap"]) <= -20
    assert {c for c in CATEGORIES if any("buzz_db" in d for d in draws[c])} == {"kick", "tom"}
    assert not any("layer_db" in d for found in draws.values() for d in found)
    steps = {name for d in draws["snare"] for name in d}
    assert steps >= {"decay_db", "tilt_db", "band_hz", "transient_db", "saturation", "bits"}
    # No step is always done: some sounds stay near their recording.
    assert any(len(d) <= 2 for d in draws["snare"])
