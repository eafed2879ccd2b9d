"""Laws of the synthesised drums: those of every category, and those of each one.

Over 250 lines because both measure sounds with the same functions. Most sounds are rendered once.
"""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import ControlError
from neural_drum_machine.prepare.derived import voices
from neural_drum_machine.signal.hit import make_hit

SR = 44100


def middle(category: str, **changes: float) -> dict[str, float]:
    """The middle of every range, dry, with some values changed."""
    values = {p.name: p.at(0.5) for p in voices.ranges(category)}
    dry = {"room": 0.0, "tilt": 0.0, "wash": 1e-4, "top": 22000.0}
    return {**values, **dry, **changes}


@cache
def sounds(category: str, n: int = 20) -> list[np.ndarray]:
    rng = np.random.default_rng(7)
    return [voices.render(category, voices.draw(category, rng), i) for i in range(n)]


def spectrum(x: np.ndarray, size: int = 65536) -> tuple[np.ndarray, np.ndarray]:
    return np.fft.rfftfreq(size, 1 / SR), np.abs(np.fft.rfft(x, size)) ** 2


def share_above(x: np.ndarray, hertz: float) -> float:
    f, power = spectrum(x)
    return float(power[f > hertz].sum() / power.sum())


def loudest(x: np.ndarray, low: float = 20.0) -> float:
    f, power = spectrum(x)
    return float(f[np.where(f > low, power, 0.0).argmax()])


def envelope(x: np.ndarray, seconds: float) -> np.ndarray:
    n = round(seconds * SR)
    return np.sqrt(np.convolve(x**2, np.ones(n) / n))[: len(x)]


def decay_time(x: np.ndarray, db: float) -> float:
    e = envelope(x, 0.006)
    return float(np.flatnonzero(e > e.max() * 10 ** (-db / 20))[-1] / SR)


def onsets(x: np.ndarray) -> int:
    """Peaks of the level that rise at least 4 dB out of a dip and reach −20 dB."""
    e = 20 * np.log10(envelope(x, 0.002) + 1e-6)
    e -= e.max()
    count, low, high, rising = 1, 0.0, e[0], False
    low = high = float(e[: round(0.003 * SR)].max())
    for value in e[round(0.003 * SR) :]:
        if rising:
            high = max(high, value)
            if value < high - 4:
                rising, low = False, value
        else:
            low = min(low, value)
            if value > max(low + 4, -20):
                rising, high, count = True, value, count + 1
    return count


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


@pytest.mark.parametrize("model", [0, 1])
@pytest.mark.parametrize("category", ["kick", "tom"])
def test_a_body_falls_by_60_db_in_its_decay_time(category, model):
    quiet = {"drive": 0.0, "click": 0.0} if category == "kick" else {"overtones": 0.02}
    x = voices.render(category, middle(category, model=model, decay=0.6, **quiet), 0)
    e = 20 * np.log10(envelope(x, 0.03) + 1e-9)
    a, b = (e[round(t * SR)] for t in (0.1, 0.4))
    assert (a - b) / 0.3 == pytest.approx(60 / 0.6, rel=0.1)


@pytest.mark.parametrize("model", [0, 1])
@pytest.mark.parametrize("category", ["kick", "tom", "conga", "bongo"])
def test_the_loudest_partial_is_the_pitch(category, model):
    pitch = next(p for p in voices.ranges(category) if p.name == "pitch")
    quiet = {"bend": next(p for p in voices.ranges(category) if p.name == "bend").low}
    if category != "kick":
        quiet |= {"overtones": 0.02, "strike": 0.01}
    for place in (0.2, 0.5, 0.8):
        x = voices.render(
            category, middle(category, model=model, pitch=pitch.at(place), **quiet), 1
        )
        assert loudest(x) == pytest.approx(pitch.at(place), rel=0.06)


def test_kicks_are_low():
    assert np.mean([share_above(x, 500.0) < 0.2 for x in sounds("kick")]) > 0.9


def test_a_kick_that_bends_starts_higher():
    # The zero crossings of the first 30 ms count the pitch, click aside.
    def crossings(bend):
        x = voices.render("kick", middle("kick", model=0, bend=bend, bend_time=0.03, click=0.0), 0)
        return np.count_nonzero(np.diff(np.signbit(x[: round(0.05 * SR)])))

    assert crossings(4.0) > crossings(0.05) + 3


@pytest.mark.parametrize("model", [0, 1, 2])
def test_a_lower_tom_sounds_lower(model):
    pitches = (80.0, 120.0, 180.0, 230.0)
    tones = [loudest(voices.render("tom", middle("tom", model=model, pitch=p), 5)) for p in pitches]
    assert tones == sorted(set(tones))


@pytest.mark.parametrize("category", ["open_hihat", "closed_hihat"])
def test_hats_are_high(category):
    shares = [share_above(x, 3000.0) for x in sounds(category)]
    assert np.median(shares) > 0.6
    # Of the recordings one in ten is as dark as that.
    assert np.quantile(shares, 0.05) > 0.1


@pytest.mark.parametrize("model", [0, 1, 2, 3])
def test_open_hats_ring_longer_than_closed_ones(model):
    times = {}
    for category in ("open_hihat", "closed_hihat"):
        rng = np.random.default_rng(4)
        draws = [{**voices.draw(category, rng), "model": model} for _ in range(8)]
        times[category] = [decay_time(voices.render(category, d, 0), 20) for d in draws]
    assert np.quantile(times["open_hihat"], 0.1) > np.quantile(times["closed_hihat"], 0.75)


@pytest.mark.parametrize("bursts", [3, 4, 5, 6])
@pytest.mark.parametrize("model", [0, 1])
def test_a_clap_of_several_bursts_has_several_onsets(bursts, model):
    values = middle(
        "clap", model=model, bursts=bursts, spacing=0.016, burst_decay=0.014, tail=0.05, width=2.0
    )
    assert np.median([onsets(voices.render("clap", values, seed)) for seed in range(9)]) >= 3


def test_one_burst_is_one_onset():
    values = middle("clap", model=2, bursts=1, burst_decay=0.02, tail=0.05)
    assert np.median([onsets(voices.render("clap", values, seed)) for seed in range(9)]) <= 2


def test_a_snare_is_a_tone_and_noise():
    body = voices.render("snare", middle("snare", model=0, wires=0.08, stick=0.0), 0)
    wires = voices.render("snare", middle("snare", model=0, wires=2.0, stick=0.0), 0)
    assert share_above(body, 1500.0) < 0.02
    assert share_above(wires, 1500.0) > 0.3


@pytest.mark.parametrize("category", ["shaker", "tambourine"])
def test_rattles_are_high(category):
    assert np.quantile([share_above(x, 3000.0) for x in sounds(category)], 0.05) > 0.6


def test_a_shaker_has_no_tone():
    for x in sounds("shaker"):
        f, power = spectrum(x)
        # No 60 Hz of the spectrum hold a third of the sound.
        bins = round(60 / f[1])
        assert np.convolve(power, np.ones(bins)).max() < 0.34 * power.sum()


def test_a_shaker_swells_and_a_tambourine_strikes():
    def rise(x):
        return envelope(x, 0.005).argmax() / SR

    assert np.median([rise(x) for x in sounds("shaker")]) > 0.02
    hit = [voices.render("tambourine", middle("tambourine", model=0), seed) for seed in range(9)]
    assert np.median([rise(x) for x in hit]) < 0.02


def test_a_snap_is_short_and_bright():
    for x in sounds("snap"):
        f, power = spectrum(x)
        assert f[np.searchsorted(np.cumsum(power), power.sum() / 2)] > 500.0
    dry = voices.render("snap", middle("snap", model=0, tail=0.06, background=5e-4), 0)
    assert decay_time(dry, 20) < 0.06


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
