import json

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.derived.augmentation import augment, draw
from neural_drum_machine.signal.spec import DEFAULT_SPEC

SR = 22050


def band_level(x: np.ndarray, low: float, high: float) -> float:
    spectrum = np.square(np.abs(np.fft.rfft(x)))
    hz = np.fft.rfftfreq(len(x), 1 / SR)
    return 10 * np.log10(spectrum[(hz >= low) & (hz < high)].mean())


def test_filter_saturation_bits_and_layer_do_what_they_say():
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
def test_the_same_parameters_give_the_same_hit(category):
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


def test_draws_stay_in_the_ranges_of_their_category():
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
