"""Places, swing, tempo and strokes of a groove."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_drum_machine.errors import GrooveError
from neural_drum_machine.grooves.groove import Groove, Step
from neural_drum_machine.grooves.groove_file import (
    groove_of,
    groove_text,
    read_groove,
    write_groove,
)
from neural_drum_machine.grooves.playing import circular_drift, strokes_of
from neural_drum_machine.grooves.styles import PATTERNS, new_groove

CHANGING = ((0.0, 120.0), (2.0, 60.0), (3.0, 240.0))


def groove(*steps, **values):
    return Groove("beat", **{"beats": 4.0, "steps": steps, **values})


def test_tempo_changes_are_followed():
    beat = groove(Step(0, 36), tempo=CHANGING)
    assert [beat.seconds(each) for each in (0, 1, 2, 3, 4)] == [0, 0.5, 1, 2, 2.25]


@given(st.floats(0, 4), st.sampled_from([CHANGING, ((0.0, 97.3),)]))
def test_a_place_is_found_again_by_its_time(place, tempo):
    beat = groove(Step(0, 36), tempo=tempo)
    assert beat.beat_at(beat.seconds(place)) == pytest.approx(place, abs=1e-9)


def test_swing_moves_every_second_step_and_nothing_else():
    beat = groove(Step(0, 36), swing=2 / 3)
    places = [beat.swung(each / 4) for each in range(5)]
    np.testing.assert_allclose(places, [0, 1 / 3, 0.5, 5 / 6, 1])
    straight = replace(beat, swing=0.5)
    assert [straight.swung(each / 8) for each in range(9)] == [each / 8 for each in range(9)]
    eighths = replace(beat, swing_unit=0.5)
    np.testing.assert_allclose([eighths.swung(each / 2) for each in range(3)], [0, 2 / 3, 1])


def test_ratchets_share_a_step_and_get_softer():
    strokes = strokes_of(groove(Step(1, 42, 100, ratchet=4)), None)
    np.testing.assert_allclose([each.seconds for each in strokes], 0.5 + np.arange(4) / 32)
    assert [each.velocity for each in strokes] == [100, 85, 72, 61]


def test_a_flam_is_a_softer_stroke_before_and_a_nudge_moves_both():
    first, second = strokes_of(groove(Step(1, 38, 100, flam_ms=20, nudge_ms=5)), None)
    assert (first.seconds, second.seconds) == (pytest.approx(0.485), pytest.approx(0.505))
    assert (first.velocity, second.velocity) == (55, 100)


def test_a_probability_is_kept_on_average_and_a_seed_repeats():
    beat = groove(*(Step(each / 256, 42, probability=0.3) for each in range(1000)))
    played = strokes_of(beat, 1)
    assert 0.25 < len(played) / 1000 < 0.35
    assert strokes_of(beat, 1) == played != strokes_of(beat, 2)
    assert len(strokes_of(beat, None)) == 1000


def test_more_bars_repeat_the_groove_and_its_tempo():
    beat = groove(Step(0, 36), Step(3.75, 38), tempo=CHANGING).with_bars(3)
    assert [each.beat for each in beat.steps] == [0, 3.75, 4, 7.75, 8, 11.75]
    assert beat.seconds(12) == pytest.approx(3 * 2.25)
    assert [each.beat for each in groove(Step(0, 36), Step(5, 38), beats=8.0).with_bars(1)] == [0]


def test_the_drift_is_a_circle_whose_spectrum_falls_as_one_over_f():
    powers = np.mean(
        [
            np.abs(np.fft.rfft(circular_drift(256, np.random.RandomState(seed)))) ** 2
            for seed in range(200)
        ],
        axis=0,
    )
    assert powers[0] == pytest.approx(0, abs=1e-20)
    bins = np.arange(1, 128)
    slope = np.polyfit(np.log(bins), np.log(powers[1:128]), 1)[0]
    assert slope == pytest.approx(-1, abs=0.1)
    assert circular_drift(64, np.random.RandomState(1)).std() == pytest.approx(1)


def test_a_hand_drifts_by_milliseconds_and_successive_strokes_together():
    beat = groove(*(Step(each / 4, 42) for each in range(512)), beats=128.0)
    plain, played = strokes_of(beat, 1), strokes_of(beat, 1, 1.0)
    assert len(plain) == len(played)
    late = 1000 * np.array([b.seconds - a.seconds for a, b in zip(plain, played, strict=True)])
    assert 4 < late.std() < 12
    assert np.corrcoef(late[:-1], late[1:])[0, 1] > 0.4
    half = 1000 * np.array(
        [b.seconds - a.seconds for a, b in zip(plain, strokes_of(beat, 1, 0.5), strict=True)]
    )
    np.testing.assert_allclose(half, late / 2, atol=1e-6)
    assert 3 < np.std([each.velocity for each in played]) < 12
    assert strokes_of(beat, 1, 0.0) == plain


@pytest.mark.parametrize("style", PATTERNS)
def test_every_style_has_two_bars_and_comes_back_from_its_file(style, tmp_path):
    beat = new_groove(style)
    assert beat.bars == 2
    assert {len(row) for row in PATTERNS[style].rows.values()} == {32}
    write_groove(beat, tmp_path / "a.ndgroove")
    assert read_groove(tmp_path / "a.ndgroove") == beat


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda: Step(-1, 36), "place must lie between 0"),
        (lambda: Step(float("nan"), 36), "got nan"),
        (lambda: Step(0, 128), "0 to 127, got 128"),
        (lambda: Step(0, 36, 0), "velocity"),
        (lambda: Step(0, 36, probability=1.5), "probability"),
        (lambda: Step(0, 36, ratchet=17), "ratchets"),
        (lambda: Step(0, 36, flam_ms=-1), "flam"),
        (lambda: groove(Step(4, 36)), "ends at 4"),
        (lambda: groove(Step(0, 36), tempo=((1.0, 120.0),)), "tempo at beat 0"),
        (lambda: groove(Step(0, 36), tempo=((0.0, 5.0),)), "got 5"),
        (lambda: groove(Step(0, 36), tempo=((0.0, 90.0), (0.0, 90.0))), "one after another"),
        (lambda: groove(Step(0, 36), meter=(4, 3)), "got 1/3"),
        (lambda: groove(Step(0, 36), swing=0.9), "swing"),
        (lambda: groove(Step(0, 36)).with_bars(0), "number of bars"),
        (lambda: groove(Step(0, 36)).with_bars(5000), "number of bars"),
        (lambda: new_groove("hous"), "did you mean 'house'"),
    ],
)
def test_values_out_of_range_are_named(change, message):
    with pytest.raises(GrooveError, match=message):
        change()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is no groove"),
        (b"[" * 100_000, "is no groove"),
        (b'{"neural_drum_machine_groove": 2}', "is a groove of another version"),
        (b'{"neural_drum_machine_groove": 1}', "is damaged"),
    ],
)
def test_damaged_files_are_named(data, message):
    with pytest.raises(GrooveError, match=rf"a\.ndgroove: {message}"):
        groove_of(data, "a.ndgroove")


def test_unknown_keys_of_a_stroke_are_damage():
    text = groove_text(new_groove("house")).replace('"note"', '"pitch"', 1)
    with pytest.raises(GrooveError, match="is damaged"):
        groove_of(text.encode(), "a.ndgroove")


def test_a_short_groove_of_many_strokes_is_not_repeated_for_ever():
    groove = Groove("a", 4.0, tuple(Step(n / 1000, 36) for n in range(1000)))
    with pytest.raises(GrooveError, match="1024 bars of the groove 'a' have more than 100,000 str"):
        groove.with_bars(1024)


@given(st.lists(st.tuples(st.floats(0.01, 9), st.floats(20, 400)), max_size=20), st.floats(-1, 99))
def test_time_goes_on_at_each_tempo(changes, beat):
    places = np.cumsum([0.0, *(gap for gap, _ in changes)])
    tempo = tuple(zip(places.tolist(), [120.0, *(bpm for _, bpm in changes)], strict=True))
    groove = Groove("a", 200.0, (Step(0, 36),), tempo)
    edges = np.array([*places[places < beat], beat]) if beat > 0 else np.array([0.0, beat])
    want = sum(gap * 60 / bpm for gap, (_, bpm) in zip(np.diff(edges), tempo, strict=False))
    assert groove.seconds(beat) == pytest.approx(want, abs=1e-9)
    assert groove.beat_at(groove.seconds(beat)) == pytest.approx(beat, abs=1e-9)
