"""Augmented sounds: what was asked for, at 44.1 kHz, with the onset where it was."""

import json

import numpy as np
import pytest
import soxr
from tests.support.sounds import noise, tone

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.derived.augmentation import augment, draw

SR = 44100
PRE_ROLL = 256


def parent(x: np.ndarray) -> np.ndarray:
    """A sound as a dataset keeps it: peak 1, after a pre-roll, with the attack of a stick."""
    x = x.copy()
    x[:44] *= np.sin(np.pi / 2 * np.arange(44) / 44) ** 2
    return np.concatenate([np.zeros(PRE_ROLL), x / np.abs(x).max()]).astype(np.float32)


WHITE = parent(noise(0.4, SR, seed=1, decay=15))
HAT = parent(np.diff(noise(0.4, SR, seed=1, decay=60), 2))
TOM = parent(tone(150, 0.5, SR, decay=10) + 0.5 * noise(0.5, SR, seed=2, decay=60))


def band_level(x: np.ndarray, low: float, high: float) -> float:
    spectrum = np.square(np.abs(np.fft.rfft(x)))
    hz = np.fft.rfftfreq(len(x), 1 / SR)
    return 10 * np.log10(spectrum[(hz >= low) & (hz < high)].mean())


def share_above(x: np.ndarray, hertz: float) -> float:
    spectrum = np.square(np.abs(np.fft.rfft(x)))
    return float(spectrum[np.fft.rfftfreq(len(x), 1 / SR) > hertz].sum() / spectrum.sum())


def rise(x: np.ndarray) -> float:
    """Milliseconds from 10 to 90 % of the running peak of the level in 1 ms."""
    window = np.hanning(46)[1:-1]
    level = np.sqrt(np.convolve(np.square(x, dtype=np.float64), window / window.sum()))
    peak = np.maximum.accumulate(level)
    return 1000 * float(np.diff(np.searchsorted(peak, [0.1 * peak[-1], 0.9 * peak[-1]]))[0]) / SR


def test_filter_saturation_bits_and_layer_do_what_they_say():
    raised = augment([WHITE], {"band_hz": 2000.0, "band_db": 9.0, "band_q": 1.0})
    around, far = (
        band_level(raised, low, high) - band_level(WHITE, low, high)
        for low, high in ((1900, 2100), (15000, 20000))
    )
    assert around - far == pytest.approx(9, abs=1)
    pure = parent(tone(200, 0.3, SR, decay=2))
    dirty = augment([pure], {"drive_db": 12.0})
    assert band_level(dirty, 590, 610) > band_level(pure, 590, 610) + 15
    assert len(np.unique(augment([pure], {"bits": 7.0}))) <= 2**7 + 40  # those of the fade-in
    high = parent(tone(3000, 0.3, SR, decay=2))
    both = augment([pure, high], {"layer_db": -12.0, "layer_semitones": 0.0})
    assert band_level(both, 2990, 3010) - band_level(both, 190, 210) == pytest.approx(-12, abs=1)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_draw_starts_silent_peaks_at_1_and_is_repeatable(category):
    rng = np.random.default_rng(3)
    for _ in range(12):
        parameters = draw(category, rng, partner=True)
        x = augment([HAT, TOM], parameters)
        again = augment([HAT, TOM], json.loads(json.dumps(parameters)))
        assert x.tobytes() == again.tobytes()
        assert x.dtype == np.float32
        assert np.abs(x).max() == 1.0
        assert np.isfinite(x).all()
        # A hit that starts with a step clicks. −40 dB until 1 ms before the onset.
        assert x[0] == 0.0
        assert np.abs(x[: PRE_ROLL - 44]).max() < 0.01


def test_a_parent_that_is_not_silent_before_its_onset_does_not_start_with_a_step():
    loud = HAT.copy()
    loud[:PRE_ROLL] += 0.3
    assert augment([loud], {"semitones": 2.0})[0] == 0.0


@pytest.mark.parametrize("sound", [HAT, TOM], ids=["hat", "tom"])
@pytest.mark.parametrize(
    "parameters",
    [
        {"semitones": -3.0},
        {"semitones": 4.0},
        {"decay_db": -60.0},
        {"decay_db": 12.0},
        {"tilt_db": 3.0},
        {"tilt_db": -3.0},
        {"transient_db": 9.0},
        {"drive_db": 15.0},
        {"room_seconds": 0.3, "room_db": -8.0, "room_seed": 5.0},
        {"bits": 7.0},
        {"buzz_db": -14.0, "buzz_seed": 5.0},
    ],
    ids=str,
)
def test_the_attack_stays_sharp_and_in_its_place(sound, parameters):
    x = augment([sound], parameters)
    assert rise(x) <= 1.2 * rise(sound)
    onset, before = (int((np.abs(y) > 0.2).argmax()) for y in (x, sound))
    assert onset == pytest.approx(before, abs=0.0005 * SR)


def test_air_stays():
    air = share_above(WHITE, 11_000)
    assert air > 0.45
    for parameters in ({"decay_db": -60.0}, {"transient_db": 9.0}, {"bits": 8.0}):
        assert share_above(augment([WHITE], parameters), 11_000) == pytest.approx(air, abs=0.05)
    # Tuned up, white noise stays white up to 20 kHz; tuned down, it ends at 19.6 kHz.
    up, down = (augment([WHITE], {"semitones": s}) for s in (4.0, -2.0))
    assert band_level(up, 17e3, 20e3) - band_level(up, 1e3, 11e3) == pytest.approx(0, abs=1)
    assert band_level(down, 11e3, 17e3) - band_level(down, 1e3, 11e3) == pytest.approx(0, abs=1)
    # A room is darker than the direct sound, but takes no air from it.
    room = augment([WHITE], {"room_seconds": 0.3, "room_db": -6.0, "room_seed": 5.0})
    change = [band_level(room, *f) - band_level(WHITE, *f) for f in ((12e3, 20e3), (200, 2000))]
    assert -4 < change[0] - change[1] < 0


def test_another_rate_gives_the_same_sound():
    parameters = {"semitones": 1.5, "decay_db": -20.0, "tilt_db": 2.0, "transient_db": 4.0}
    parameters |= {"band_hz": 14_000.0, "band_db": 9.0, "band_q": 1.0}
    at_44 = augment([TOM], parameters)
    at_22 = augment([soxr.resample(TOM, SR, SR // 2)], parameters, sr=SR // 2)
    back = soxr.resample(at_22, SR // 2, SR)
    # Without air the peak is another one, so that the whole may be louder or softer.
    bands = ((100, 300), (300, 1000), (1000, 3000), (3000, 7000))
    assert np.ptp([band_level(back, *f) - band_level(at_44, *f) for f in bands]) < 1
    assert len(back) == pytest.approx(len(at_44), abs=4)


def test_draws_stay_in_the_ranges_of_their_category():
    rng = np.random.default_rng(0)
    draws = {c: [draw(c, rng, partner=False) for _ in range(400)] for c in CATEGORIES}
    assert max(abs(d["semitones"]) for d in draws["conga"]) <= 2
    assert max(d["semitones"] for d in draws["snare"]) > 3.5
    # Tuned down, a sound that fills the spectrum leaves its top empty: above 19.6 kHz at most.
    assert min(d["semitones"] for d in draws["snare"]) >= -2
    assert min(d.get("decay_db", 0) for d in draws["open_hihat"]) >= -6
    assert max(d.get("decay_db", -1) for d in draws["closed_hihat"]) <= 0
    # A variation of a snap has the tail of its recording, or a shorter one.
    tails = [d.get("decay_db", 0.0) for d in draws["snap"]]
    assert max(tails) == 0
    assert np.median(tails) > -30
    assert {c for c in CATEGORIES if any("buzz_db" in d for d in draws[c])} == {"kick", "tom"}
    assert not any("layer_db" in d for found in draws.values() for d in found)
    steps = {name for d in draws["snare"] for name in d}
    assert steps >= {"decay_db", "tilt_db", "band_hz", "transient_db", "drive_db", "bits"}
    # No step is always done: some sounds stay near their recording.
    assert any(len(d) <= 2 for d in draws["snare"])
