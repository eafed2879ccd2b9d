"""Laws of the synthesised drums of every category."""

from itertools import pairwise

import numpy as np
import pytest
from tests.support.voices import SR, envelope, middle, share_above, sounds, spectrum

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import ControlError
from neural_drum_machine.prepare.derived import voices
from neural_drum_machine.signal.hit import make_hit


@pytest.mark.parametrize("category", CATEGORIES)
def test_draws_fill_the_ranges(category):
    rng = np.random.default_rng(0)
    draws = [voices.draw(category, rng) for _ in range(400)]
    for p in voices.ranges(category):
        values = np.array([d[p.name] for d in draws])
        assert p.low <= values.min() <= values.max() <= p.high
        ends = np.array([p.at(0.25), p.at(0.75)])
        assert values.min() <= ends[0], p.name
        assert values.max() >= ends[1], p.name
        if p.curve == "whole":
            assert set(values) == set(range(int(p.low), int(p.high) + 1))


@pytest.mark.parametrize("category", CATEGORIES)
def test_hits_are_hits(category):
    for x in sounds(category):
        assert x.dtype == np.float32
        assert x.ndim == 1
        assert np.isfinite(x).all()
        assert np.abs(x).max() == 1.0
        assert 0.05 * SR <= len(x) <= 2.0 * SR
        assert np.abs(x[: round(0.001 * SR)]).max() > 1e-3
        # It neither starts nor ends in a click, and a dataset accepts it.
        assert x[0] == 0.0
        assert np.abs(x[:3]).max() < 0.1
        assert abs(x[-1]) < 1e-3
        assert np.count_nonzero(np.abs(x) > 0.99) < 0.2 * len(x)
        assert make_hit(x, SR).length > 0


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_ends_of_the_ranges_sound(category):
    parameters = voices.ranges(category)
    for model in range(int(parameters[0].high) + 1):
        for place in (0.0, 1.0):
            values = {p.name: p.at(place) for p in parameters} | {"model": model}
            x = voices.render(category, values, 3)
            assert np.isfinite(x).all()
            assert np.sqrt(np.mean(x**2)) > 1e-3


@pytest.mark.parametrize("category", CATEGORIES)
def test_same_parameters_and_seed_give_the_same_bytes(category):
    values = voices.draw(category, np.random.default_rng(2))
    assert values == voices.draw(category, np.random.default_rng(2))
    first = voices.render(category, values, 11)
    assert voices.render(category, dict(reversed(values.items())), 11).tobytes() == first.tobytes()
    assert voices.render(category, values, 12).tobytes() != first.tobytes()


@pytest.mark.parametrize("category", CATEGORIES)
def test_another_rate_gives_the_same_sound(category):
    values = voices.draw(category, np.random.default_rng(2))
    high, low = voices.render(category, values, 0), voices.render(category, values, 0, sr=22050)
    assert len(low) == pytest.approx(len(high) / 2, abs=1)
    f, power = spectrum(high)
    _, again = spectrum(low)  # the same bins reach half as high: every other one of the first
    edges = np.searchsorted(f, [50, 150, 450, 1500, 4500, 9000])
    change = [
        10 * np.log10(again[2 * a : 2 * b : 2].sum() / power[a:b].sum())
        for a, b in pairwise(edges)
        if power[a:b].sum() > 1e-6 * power.sum()
    ]
    # Without air the peak is another one, so that the whole may be louder.
    assert np.ptp(change) < 1


AIR = {
    "kick": (0.0, 0.005),
    "clap": (0.003, 0.03),
    "snare": (0.001, 0.04),
    "open_hihat": (0.1, 0.35),
    "closed_hihat": (0.1, 0.35),
    "tambourine": (0.1, 0.4),
    "conga": (0.0, 0.005),
    "bongo": (0.0, 0.005),
    "shaker": (0.1, 0.5),
    "snap": (0.008, 0.08),
    "tom": (0.0, 0.005),
}
"""Median shares of the energy above 11 kHz, around those of recordings."""


@pytest.mark.parametrize(("category", "air"), AIR.items())
def test_air_is_that_of_recordings(category, air):
    shares = [share_above(x, 11_000) for x in sounds(category)]
    assert air[0] <= np.median(shares) <= air[1]


@pytest.mark.parametrize("category", ["open_hihat", "tambourine", "snare"])
def test_the_top_of_the_recording_takes_the_air(category):
    bright, dull = (
        voices.render(category, middle(category, top=top), 1) for top in (22_000.0, 7_000.0)
    )
    assert share_above(dull, 11_000) < 0.1 * share_above(bright, 11_000)


@pytest.mark.parametrize("category", ["kick", "snare", "tom", "conga"])
def test_a_soft_contact_rises_slowly(category):
    contact = next(p for p in voices.ranges(category) if p.name == "contact")

    def rise(seconds):
        x = envelope(voices.render(category, middle(category, contact=seconds), 1), 0.0005)
        return int((x > 0.3 * x.max()).argmax()) / SR

    assert rise(contact.high) > rise(contact.low) + 0.1 * contact.high


@pytest.mark.parametrize("category", ["kick", "open_hihat", "tom"])
def test_what_rings_long_is_not_cut_at_a_second(category):
    decay = next(p for p in voices.ranges(category) if p.name == "decay")
    x = voices.render(category, middle(category, model=0, decay=decay.high), 0)
    assert 1.5 * SR < len(x) <= 2 * SR


@pytest.mark.parametrize("call", [voices.ranges, lambda c: voices.draw(c, np.random.default_rng())])
def test_an_unknown_category_is_named(call):
    with pytest.raises(ControlError, match="'cowbell'"):
        call("cowbell")


@pytest.mark.parametrize(
    ("changes", "seed", "sr", "message"),
    [
        ({"pitch": 9.0}, 0, SR, r"kick: pitch must lie between 42 and 160 Hz, got 9\.0"),
        ({"pitch": float("nan")}, 0, SR, "got nan"),
        ({"model": 0.5}, 0, SR, r"kick: model must be a whole number, got 0\.5"),
        ({"swing": 1.0}, 0, SR, "kick has no parameter 'swing'; it has: model, pitch"),
        ({}, -1, SR, "got -1"),
        ({}, 0, 8000, "got 8000"),
    ],
)
def test_an_invalid_parameter_seed_or_rate_is_named(changes, seed, sr, message):
    with pytest.raises(ControlError, match=message):
        voices.render("kick", middle("kick", **changes), seed, sr)


def test_a_missing_parameter_is_named():
    values = middle("kick")
    del values["decay"]
    with pytest.raises(ControlError, match="kick: parameter 'decay' is missing"):
        voices.render("kick", values, 0)
