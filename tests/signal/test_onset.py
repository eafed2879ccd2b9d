"""The onset lies within 1 ms of the true one, whatever is before the hit."""

import numpy as np
import pytest

from neural_drum_machine.signal.drift import without_drift
from neural_drum_machine.signal.onset import find_onset, levels
from neural_drum_machine.signal.second_hit import second_hit

SR = 44_100
T = np.arange(SR // 2) / SR
RNG = np.random.default_rng(0)
NOISE = RNG.standard_normal(len(T))


def hit(body: np.ndarray, decay: float, rise: float = 0.0005) -> np.ndarray:
    y = body * np.exp(-T / decay) * (1 - np.exp(-T / rise))
    return (y / np.abs(y).max()).astype(np.float32)


HITS = {
    "kick": hit(np.sin(2 * np.pi * (50 * T - 4 * np.exp(-T / 0.03))), 0.15),
    "808": hit(np.sin(2 * np.pi * 45 * T + 0.5), 0.4, 0.001),
    "snare": hit(NOISE + np.sin(2 * np.pi * 190 * T), 0.08),
    "closed hat": hit(np.diff(NOISE, prepend=0), 0.02),
    "tom": hit(np.sin(2 * np.pi * 120 * T) + 0.3 * np.sin(2 * np.pi * 260 * T), 0.2),
    "clap": hit(NOISE * (1 + np.sign(np.sin(2 * np.pi * T / 0.012))) / 2, 0.05),
    "conga": hit(np.sin(2 * np.pi * 340 * T), 0.1),
}


def with_noise(db: float):
    return lambda x, lead: x + 10 ** (db / 20) * np.resize(NOISE, len(x))


def hum(hz: float, db: float):
    def add(x, lead):
        t = np.arange(len(x)) / SR
        return x + 10 ** (db / 20) * np.sqrt(2) * np.sin(2 * np.pi * hz * t + 1)

    return add


BEFORE = {
    "nothing": (0.0, lambda x, lead: x),
    "3 s of silence": (3.0, lambda x, lead: x),
    "DC": (0.4, lambda x, lead: x + 0.05),
    "DC without a lead-in": (0.0, lambda x, lead: x + 0.05),
    "drift": (1.0, lambda x, lead: x + 0.05 * np.sin(2 * np.pi * 0.4 * np.arange(len(x)) / SR)),
    "noise at -60 dB": (0.5, with_noise(-60)),
    "noise at -50 dB": (0.5, with_noise(-50)),
    "noise at -40 dB": (0.5, with_noise(-40)),
    "noise at -30 dB": (0.5, with_noise(-30)),
    "hum at -40 dB": (0.5, hum(50, -40)),
    "hum at -30 dB": (0.5, hum(50, -30)),
    "a breath at -40 dB": (
        0.3,
        lambda x, lead: x + np.where(np.arange(len(x)) < lead, 0.01 * np.resize(NOISE, len(x)), 0),
    ),
}


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("name", HITS)
def test_the_onset_is_found_within_a_millisecond(name, before):
    seconds, change = BEFORE[before]
    lead = round(seconds * SR)
    x = change(np.concatenate([np.zeros(lead), HITS[name]]), lead).astype(np.float32)
    onset = find_onset(without_drift(x, SR), SR)
    assert (onset.sample - lead) / SR * 1000 == pytest.approx(0, abs=1.0)


def test_a_pedal_before_a_hat_is_not_the_hat():
    lead = round(0.05 * SR)
    x = np.concatenate([np.zeros(lead, np.float32), HITS["closed hat"]])
    thump = np.sin(2 * np.pi * 110 * T) * np.exp(-T / 0.012)
    x[1000:lead] += (0.15 * thump[: lead - 1000]).astype(np.float32)
    assert find_onset(x, SR).sample == pytest.approx(lead, abs=SR / 1000)


def test_the_noise_before_a_hit_is_measured():
    x = with_noise(-40)(np.concatenate([np.zeros(SR), HITS["kick"]]), SR).astype(np.float32)
    assert 20 * np.log10(find_onset(x, SR).floor) == pytest.approx(-40, abs=1)
    assert find_onset(HITS["kick"], SR).floor == 0


def test_the_first_of_two_strokes_is_the_onset():
    two = np.zeros(SR, np.float32)
    two[4000 : 4000 + 8000] = HITS["snare"][:8000] * np.float32(0.4)
    two[4900 : 4900 + 20000] += HITS["snare"][:20000]
    assert find_onset(two, SR).sample == pytest.approx(4000, abs=44)


def test_drift_is_removed_and_the_lowest_drum_is_not():
    t = np.arange(2 * SR) / SR
    low = np.sin(2 * np.pi * 30 * t).astype(np.float32)
    slow = (0.3 * np.sin(2 * np.pi * 0.2 * t)).astype(np.float32)
    out = without_drift(low + slow, SR)[SR:]
    assert np.sqrt(np.mean(out**2)) == pytest.approx(np.sqrt(0.5), rel=0.04)
    assert np.abs(without_drift(slow, SR)[SR:]).max() < 0.03


def test_nothing_appears_before_a_hit():
    x = np.zeros(SR, np.float32)
    x[SR // 2 :] = np.exp(-np.arange(SR - SR // 2) / 4000)
    assert not without_drift(x, SR)[: SR // 2].any()


def test_a_sound_that_falls_silent_and_rises_has_a_second_hit():
    x = np.zeros(SR, np.float32)
    x[:4000] = HITS["snare"][:4000]
    x[20000:24000] = HITS["snare"][:4000] * np.float32(0.25)
    level, hop = levels(x, SR)
    second = second_hit(level, hop, SR)
    assert second is not None
    assert second.begins == pytest.approx(20000 / SR, abs=0.002)
    assert 0.05 < second.silent_from < 4500 / SR
    assert second.db == pytest.approx(-12, abs=0.5)
    for alone in HITS.values():
        assert second_hit(*levels(alone, SR), SR) is None
