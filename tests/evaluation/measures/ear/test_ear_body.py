import numpy as np
import pytest
from tests.support.sounds import noise

from neural_drum_machine.evaluation.measures.ear.body import jitter_cents, jitter_hz, ripple_db

SR = 44_100
T = np.arange(SR) / SR


def kick(wobble_hz=0.0, ripple=0.0):
    """A body that glides from 140 to 50 Hz and fades, with wobble and ripple at 40 Hz."""
    wobble = wobble_hz * np.sin(2 * np.pi * 40 * T)
    phase = 2 * np.pi * np.cumsum(50 + 90 * np.exp(-30 * T) + wobble) / SR
    level = np.exp(-8 * T) * (1 + ripple * np.sin(2 * np.pi * 40 * T))
    return np.sin(phase) * level


def test_a_steady_glide_has_hardly_any_jitter_or_ripple():
    assert jitter_hz(kick(), SR) < 0.15
    assert jitter_cents(kick(), SR) < 25
    assert ripple_db(kick(), SR) < 0.3


def test_wobble_orders_real_worse_and_worst():
    sounds = [kick(wobble) for wobble in (0, 3, 9)]
    for measure in (jitter_hz, jitter_cents):
        values = [measure(x, SR) for x in sounds]
        assert values[0] < values[1] / 2 < values[2] / 4


def test_ripple_orders_real_worse_and_worst():
    values = [ripple_db(kick(ripple=r), SR) for r in (0, 0.1, 0.3)]
    assert values[0] < values[1] / 2 < values[2] / 4


def test_the_size_of_wobble_in_cents():
    # The mean of two whole periods of the wobble is exactly the glide.
    wobble = 3 * np.sin(2 * np.pi * 41.6 * T)
    wobbling = np.sin(2 * np.pi * np.cumsum(90 + wobble) / SR)
    # The median magnitude of a sine is its height over the square root of 2.
    assert jitter_cents(wobbling, SR) == pytest.approx(
        1200 * np.log2(93 / 90) / np.sqrt(2), rel=0.1
    )


@pytest.mark.parametrize("measure", [jitter_hz, jitter_cents, ripple_db])
def test_neither_level_nor_treble_has_an_effect(measure):
    treble = 0.3 * np.diff(noise(1.0, SR, decay=0), 2, prepend=[0, 0])
    assert measure(0.1 * kick(5, 0.1), SR) == pytest.approx(measure(kick(5, 0.1), SR))
    assert measure(kick(5, 0.1) + treble, SR) == pytest.approx(measure(kick(5, 0.1), SR), rel=0.2)


@pytest.mark.parametrize("measure", [jitter_hz, jitter_cents, ripple_db])
def test_silence_has_no_body(measure):
    assert np.isnan(measure(np.zeros(5000), SR))
