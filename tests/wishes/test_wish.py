"""Wishes as people write them."""

import math

import numpy as np
import pytest

from neural_drum_machine.errors import ControlError
from neural_drum_machine.wishes.notes import note_hz, note_name
from neural_drum_machine.wishes.qualities import BY_NAME
from neural_drum_machine.wishes.ranges import ranges
from neural_drum_machine.wishes.wish import between_wishes, read_wish, told

KICK = ranges("kick")


def read(**given):
    return read_wish(given, KICK, "kick")


@pytest.mark.parametrize(
    ("name", "hz"),
    [("A4", 440), ("a4", 440), ("C4", 261.626), ("G1", 48.9994), ("Bb2", 116.541),
     ("F#1", 46.2493), ("A4+50", 440 * 2 ** (1 / 24)), ("C-1", 8.1758)],
)  # fmt: skip
def test_notes_are_frequencies(name, hz):
    assert note_hz(name) == pytest.approx(hz, rel=1e-5)


@pytest.mark.parametrize("hz", [30.0, 49.0, 55.0, 261.6, 1000.0])
def test_a_notes_name_leads_back_to_its_frequency(hz):
    assert note_hz(note_name(hz)) == pytest.approx(hz, rel=3e-4)  # half a cent


def test_units_may_be_written():
    assert read(decay="600 ms", pitch="G1") == {
        "pitch": pytest.approx(48.9994, rel=1e-5),
        "decay": 0.6,
    }
    assert read(brightness="2.5 kHz", noisiness="40 %", loudness="-14 LUFS") == {
        "brightness": 2500.0,
        "noisiness": 0.4,
        "loudness": -14.0,
    }
    assert read(decay=np.float32(0.5)) == {"decay": 0.5}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"pitch": "H1"}, "'H1' is no note"),
        ({"pitch": "G"}, "'G' is no note"),
        ({"decay": "long"}, "decay must be a number, with s or ms if you like, got 'long'"),
        ({"decay": "3 Hz"}, "decay must be a number, with s or ms"),
        ({"decay": math.nan}, "decay must lie between 0.003 and 3 s, got nan"),
        ({"decay": 0}, "decay must lie between 0.003 and 3 s, got 0"),
        ({"decay": True}, "decay must be a number, got True"),
        ({"decay": None}, "decay must be a number, got None"),
        ({"noisiness": 1.5}, "noisiness must lie between 0 and 1, got 1.5"),
        ({"decya": 1}, "unknown quality 'decya'; did you mean decay?"),
        ({"air": -20}, "kick has no air that can be wished for; it has pitch, sweep, decay"),
    ],
)
def test_bad_wishes_are_refused_by_name(given, sentence):
    with pytest.raises(ControlError) as caught:
        read_wish(given, KICK, "kick")
    assert str(caught.value).startswith(sentence)


def test_what_is_no_mapping_is_refused():
    with pytest.raises(ControlError, match="a wish is a mapping of qualities to values"):
        read_wish([("decay", 1)], KICK, "kick")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [("decay", 0.6, "0.6 s"), ("attack", 0.008, "8 ms"), ("brightness", 2500.0, "2.5 kHz"),
     ("pitch", 48.9994, "49 Hz (G1)"), ("loudness", -14.0, "−14 LUFS"), ("noisiness", 0.4, "0.40"),
     ("pitch", math.nan, "none")],
)  # fmt: skip
def test_values_are_told_in_their_units(name, value, text):
    assert told(name, value) == text


def test_a_wish_between_two_goes_from_one_value_to_the_other():
    wishes = [{"decay": 0.1}, {"pitch": 100.0}]
    values = [{"decay": 0.1, "pitch": 50.0}, {"decay": 0.4, "pitch": 100.0}]
    full = [{**dict.fromkeys(BY_NAME, math.nan), **each} for each in values]
    assert between_wishes(wishes, full, 0, KICK) == wishes[0]
    assert between_wishes(wishes, full, 1, KICK) == wishes[1]
    half = between_wishes(wishes, full, 0.5, KICK)
    assert half == {"pitch": pytest.approx(70.7107), "decay": pytest.approx(0.2)}
    assert between_wishes(wishes, full, 0.5, {"pitch"}) == {"pitch": pytest.approx(70.7107)}


@pytest.mark.parametrize("category", ["kick", "clap", "snare", "shaker", "tom"])
def test_ranges_are_values_that_may_be_wished_for(category):
    for name, each in ranges(category).items():
        assert each.low < each.high
        assert each.low <= each.middle <= each.high
        wish = {name: each.middle}
        assert read_wish(wish, ranges(category), category) == wish
        assert BY_NAME[name].unscale(BY_NAME[name].scale(each.low)) == pytest.approx(each.low)
