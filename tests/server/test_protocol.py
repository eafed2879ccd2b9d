import dataclasses
import math

import numpy as np
import pytest

from neural_drum_machine.server.protocol import (
    RULES,
    Encode,
    ErrorCode,
    Generate,
    Hello,
    Move,
    PartedUpload,
    Ping,
    ProtocolError,
    Random,
    Samples,
    Upload,
    Variation,
)
from neural_drum_machine.wishes.qualities import BY_NAME

GENERATE = {"id": 1, "category": "kick", "p1": 0.5, "p2": -0.25, "p3": 0.0}


def refused(kind, values):
    with pytest.raises(ProtocolError) as caught:
        kind.build(values)
    return caught.value


def test_required_values_are_enough_and_the_rest_has_defaults():
    made = Generate.build(GENERATE)
    assert made == Generate(1, "kick", 0.5, -0.25, 0.0, 1.0, None, 1.0, 0, None, None)
    assert Generate.required() == ("id", "category", "p1", "p2", "p3")
    assert Generate.optional() == (
        *("range", "seed", "wild", "take", "inverter", "length"),
        *BY_NAME,
        "velocity",
        "channels",
    )
    assert Variation.required() == ("id", "of", "amount")
    assert Hello.build({}) == Hello()


def test_whole_floats_are_whole_numbers_and_whole_numbers_are_floats():
    made = Generate.build(GENERATE | {"id": 3.0, "p1": 1, "seed": 7.0, "take": 2.0})
    assert (made.id, made.p1, made.seed, made.take) == (3, 1.0, 7, 2)
    assert [type(v) for v in (made.id, made.p1, made.seed, made.take)] == [int, float, int, int]


@pytest.mark.parametrize("name", [n for n in RULES if RULES[n].kind in (int, float)])
def test_limits_are_allowed_and_values_beyond_are_refused_by_name(name):
    rule = RULES[name]
    largest = max(abs(rule.low), abs(rule.high))
    step = 1 if rule.kind is int else 0.001 * max(1, largest / 8)
    for value in (rule.low, rule.high):
        assert rule.check(name, value) == value
    for value in (rule.low - step, rule.high + step):
        with pytest.raises(ProtocolError) as caught:
            rule.check(name, value)
        assert caught.value.code == ErrorCode.OUT_OF_RANGE
        assert str(caught.value).startswith(f"{name} must lie between ")


@pytest.mark.parametrize("name", [n for n in RULES if RULES[n].kind in (int, float)])
def test_single_precision_beyond_a_limit_is_the_limit(name):
    """OSC's f: a client that computes 1 - 0.9 - 0.1, or 8 / 3 * 3, may miss a limit by a step."""
    rule = RULES[name]
    rounded = [float(np.float32(limit)) for limit in (rule.low, rule.high)]
    if rule.kind is float:
        step = float(np.spacing(np.float32(max(abs(rule.low), abs(rule.high)))))
        rounded = [rule.low - step, rule.high + step]
    for limit, value in zip((rule.low, rule.high), rounded, strict=True):
        assert rule.check(name, value) == limit
    beyond = (
        rule.high + max(1, rule.high // 10**6)
        if rule.kind is int
        else rule.high + 1e-6 * max(abs(rule.low), abs(rule.high))
    )
    with pytest.raises(ProtocolError, match="must lie between"):
        rule.check(name, float(beyond))


def test_single_precision_beyond_a_limit_is_the_limit_in_lists_and_products_too():
    step = float(np.spacing(np.float32(1)))
    for p, range_ in ((8 + 8 * step, 1), (2 * (1 + step), 4), (1, 8 + 8 * step)):
        made = Generate.build(GENERATE | {"p1": p, "p2": -p, "range": range_})
        assert made.place[:2] == (8, -8)
    code = [1000 * (1 + step), -1000 * (1 + step)]
    assert Move.build(GENERATE | {"code": code}).code == (1000, -1000)
    error = refused(Move, GENERATE | {"code": [1000.001]})
    assert str(error) == "code must lie between -1000 and 1000, got 1000.001"
    samples = Samples.build({"id": 1, "offset": 0, "samples": [3.4e38]}).samples
    assert samples == (3.4e38,)
    error = refused(Samples, {"id": 1, "offset": 0, "samples": [1e39]})
    assert str(error) == "samples must lie between -3.4e+38 and 3.4e+38, got 1e+39"


@pytest.mark.parametrize(
    ("change", "code", "sentence"),
    [
        ({"p1": 8.5}, "out-of-range", "p1 must lie between -8 and 8, got 8.5"),
        ({"p1": 8.000003}, "out-of-range", "p1 must lie between -8 and 8, got 8.000003"),
        (
            {"p1": float(np.float32(-8.000003))},
            "out-of-range",
            "p1 must lie between -8 and 8, got -8.0000",
        ),
        (
            {"p2": -3, "range": 4},
            "out-of-range",
            "p2 times range must lie between -8 and 8, got -3 times 4",
        ),
        (
            {"p3": 2.000001, "range": 4},
            "out-of-range",
            "p3 times range must lie between -8 and 8, got 2.000001 times 4",
        ),
        ({"p1": math.nan}, "bad-message", "p1 must be a finite number, got nan"),
        ({"p1": 10**400}, "bad-message", "p1 must be a finite number, got 1000"),
        ({"seed": -(10**400)}, "bad-message", "seed must be a finite number, got -1000"),
        ({"p3": -math.inf}, "bad-message", "p3 must be a finite number, got -inf"),
        ({"p2": "0.5"}, "bad-message", "p2 must be a number, got '0.5'"),
        ({"p2": True}, "bad-message", "p2 must be a number, got True"),
        ({"p2": None}, "bad-message", "p2 must be a number, got None"),
        ({"category": 3}, "bad-message", "category must be a word, got 3"),
        ({"category": "k" * 257}, "bad-message", "category may have 256 characters, got 257"),
        ({"take": 0.5}, "bad-message", "take must be a whole number, got 0.5"),
        ({"seed": -1}, "out-of-range", "seed must lie between 0 and 2147483647, got -1"),
        ({"seed": 2**31}, "out-of-range", "seed must lie between 0 and 2147483647, got 2147483648"),
        ({"size": 1}, "bad-message", "generate has no 'size'; it takes id, category, p1, p2, p3"),
    ],
)
def test_a_bad_value_is_named_with_the_requests_id(change, code, sentence):
    error = refused(Generate, GENERATE | change)
    assert (error.code, error.id) == (code, 1)
    assert str(error).startswith(sentence)


@pytest.mark.parametrize(
    ("p", "range_"), [(1, 8), (-8, 1), (8, 0.5), (2, 4), (-0.5, 8), (8, 0), (0, 8)]
)
def test_a_place_within_eight_is_allowed_whatever_the_range(p, range_):
    place = {"id": 1, "category": "kick", "p1": p, "p2": 0, "p3": -p, "range": range_}
    for made in (Generate.build(place), Move.build(place | {"code": [0.5]})):
        assert made.place == (p * range_, 0, -p * range_)


def test_missing_values_are_named():
    assert str(refused(Variation, {"id": 4})) == "variation lacks of, amount"


@pytest.mark.parametrize("id_", [-1, 2**31, 10**400, 1.5, math.nan, "x", None, True])
def test_an_invalid_id_is_minus_one_in_the_error(id_):
    assert refused(Generate, GENERATE | {"id": id_}).id == -1


def test_the_name_of_an_upload_is_a_text_of_256_characters():
    upload = {"id": 1, "audio": b"RIFF"}
    assert Upload.build(upload).name is None
    assert Upload.build(upload | {"name": "k" * 256}).name == "k" * 256
    error = refused(Upload, upload | {"name": "k" * 257})
    assert str(error) == "name may have 256 characters, got 257"
    assert str(refused(Upload, upload | {"name": 3})) == "name must be a word, got 3"


def test_uploads_are_bytes_within_a_limit(monkeypatch):
    assert Upload.build({"id": 1, "audio": b"RIFF"}).audio == b"RIFF"
    assert refused(Upload, {"id": 1, "audio": ""}).code == "bad-message"
    assert refused(Upload, {"id": 1, "audio": b""}).code == "out-of-range"
    monkeypatch.setitem(RULES, "audio", dataclasses.replace(RULES["audio"], high=3))
    assert str(refused(Upload, {"id": 1, "audio": b"RIFF"})) == (
        "audio must be 1 to 3 bytes long, got 4"
    )


def test_an_upload_in_parts_is_ten_seconds_long_at_most():
    assert PartedUpload(1, 80_000, 8000.0).sr == 8000
    error = refused(PartedUpload, {"id": 1, "total": 441_001, "sr": 44_100})
    assert (error.code, error.id) == ("out-of-range", 1)
    assert str(error) == "total may be 10 seconds, 441000 at 44100 Hz, got 441001"
    assert refused(Samples, {"id": 1, "offset": 0, "samples": (0.5, True)}).code == "bad-message"
    assert refused(Samples, {"id": 1, "offset": 0, "samples": 0.5}).code == "bad-message"


def test_requests_made_in_python_are_checked_too():
    with pytest.raises(ProtocolError, match="amount must lie between 0 and 2, got 3"):
        Variation(1, 2, 3.0)
    with pytest.raises(ProtocolError, match="n must be a whole number"):
        Ping(0.5)
    assert Random(1, "kick").seed is None
    assert Encode(1, 2).category is None


def test_huge_values_give_short_sentences():
    error = refused(Generate, GENERATE | {"p1": "x" * 10_000})
    assert len(str(error)) < 100
    assert len(str(refused(Generate, GENERATE | {"y" * 10_000: 1}))) < 300
