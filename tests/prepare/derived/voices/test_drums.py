"""Laws of each synthesised drum."""

import numpy as np
import pytest
from tests.support.voices import (
    SR,
    decay_time,
    envelope,
    loudest,
    middle,
    onsets,
    share_above,
    sounds,
    spectrum,
)

from neural_drum_machine.prepare.derived import voices


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


@pytest.mark.parametrize("category", ["conga", "bongo"])
def test_a_stroke_at_the_rim_is_brighter_than_an_open_one(category):
    def tone(model):
        values = middle(category, model=model, strike=0.05)
        powers = [spectrum(voices.render(category, values, seed)) for seed in range(9)]
        return np.median([(f * power).sum() / power.sum() for f, power in powers])

    assert tone(3) > 1.5 * tone(1)


def draws_of(category, model):
    rng = np.random.default_rng(3)
    drawn = [voices.draw(category, rng) for _ in range(60)]
    return [(values, seed) for seed, values in enumerate(drawn) if values["model"] == model]


def test_a_machines_bongo_ends_sooner_than_its_conga():
    conga, bongo = (
        [decay_time(voices.render(category, *draw), 20) for draw in draws_of(category, 0)]
        for category in ("conga", "bongo")
    )
    assert np.median(bongo) < 0.6 * np.median(conga)


def test_congas_of_a_machine_reach_the_pitches_of_a_tr_808():
    pitches = [values["pitch"] for values, _ in draws_of("conga", 0)]
    assert min(pitches) < 190
    assert 400 < max(pitches) <= 470


@pytest.mark.parametrize("model", [1, 2])
def test_an_acoustic_conga_is_struck_by_a_hand_that_is_heard(model):
    shares = [share_above(voices.render("conga", *draw), 1200) for draw in draws_of("conga", model)]
    # Of recordings, between a thousandth and a fiftieth.
    assert 0.0004 < np.median(shares) < 0.02


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
