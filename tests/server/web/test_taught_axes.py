"""Axes that are taught over the WebSocket, and sounds that are moved along them."""

import numpy as np
import pytest
from tests.support.audio import pcm

from neural_drum_machine.axes import along
from neural_drum_machine.sound import code_values
from neural_drum_machine.wishes.axis_file import axis_of, content_of
from neural_drum_machine.wishes.qualities import BY_NAME


@pytest.fixture
def learned(sock):
    """The file of an axis from kicks to snares, and its six examples' ids."""
    ids = {"kick": [1, 2, 3], "snare": [4, 5, 6]}
    for category, each in ids.items():
        for number in each:
            sock.ask("random", id=number, category=category, seed=number)
    return sock.ask("axis", id=7, name="room", more=ids["kick"], less=ids["snare"])["axis"]


@pytest.fixture
def kick(small_machine):
    return small_machine.render("kick", seed=9)


def values_of(sound):
    exemplars = [value for each in sound.exemplars for value in each]
    return {"category": sound.category, "code": sound.code.tolist(), "exemplars": exemplars}


def test_an_axis_is_learned_from_sounds_that_were_made(learned, small_machine):
    axis = axis_of(learned, "it")
    assert (axis.name, axis.model) == ("room", small_machine.hash)
    assert len(axis.more) == len(axis.less) == 3
    assert 0 <= axis.order <= 1


def test_a_sound_that_is_moved_is_the_machines_and_is_recalled_without_the_axis(
    sock, learned, kick, small_machine
):
    axis = axis_of(learned, "it")
    step = {"axis": learned, "amount": 0.5}
    facts, samples, _ = sock.ask("recall", id=8, axes=[step], **values_of(kick))
    want = along(small_machine, kick, axis, 0.5)
    np.testing.assert_array_equal(samples, pcm(want.samples))
    np.testing.assert_array_equal(np.float32(facts["code"]), want.code)
    assert facts["along"] == {"axes": [step], "code": list(code_values(kick.code)), "wish": {}}
    again = values_of(kick) | {"code": facts["code"]} | facts.get("wish", {})
    _, recalled, _ = sock.ask("recall", id=9, **again)
    np.testing.assert_array_equal(recalled, samples)
    _, rest, _ = sock.ask("recall", id=10, axes=[step | {"amount": 0}], **values_of(kick))
    np.testing.assert_array_equal(rest, pcm(kick.samples))


def test_a_move_names_the_place_before_the_axes(sock, learned, kick):
    step = {"axis": learned, "amount": 1}
    place = {"p1": 0.5, "p2": -0.25, "p3": 0.125}
    facts, _, _ = sock.ask("move", id=8, axes=[step], **place, **values_of(kick))
    bare, _, _ = sock.ask("move", id=9, **place, **values_of(kick))
    assert {name: facts[name] for name in place} == {name: bare[name] for name in place}
    assert facts["along"]["code"] == bare["code"] != facts["code"]


def test_what_is_asked_for_stays_and_the_axis_moves_the_rest(sock, learned, small_machine, kick):
    offered = small_machine.ranges("kick")
    step = {**learned, "step": {"decay": 0.4, "brightness": -0.3}}
    steps = [{"axis": step, "amount": 1}]
    facts, _, _ = sock.ask("recall", id=8, axes=steps, decay=0.2, **values_of(kick))
    assert facts["wish"]["decay"] == 0.2
    assert facts["along"]["wish"] == {"decay": 0.2}
    before, _, _ = sock.ask("recall", id=9, decay=0.2, **values_of(kick))
    measured = sock.ask("describe", id=10, of=9)["values"]["brightness"]
    scale = BY_NAME["brightness"].scale
    moved = scale(facts["wish"]["brightness"]) - scale(measured)
    assert moved == pytest.approx(-0.3 * offered["brightness"].spread("brightness"), rel=1e-3)
    assert before["code"] != facts["code"]


def test_steps_along_several_axes_add_up(sock, learned, kick):
    half, whole = ([{"axis": learned, "amount": amount}] for amount in (0.5, 1))
    twice, _, _ = sock.ask("recall", id=8, axes=[*half, *half], **values_of(kick))
    once, _, _ = sock.ask("recall", id=9, axes=whole, **values_of(kick))
    np.testing.assert_allclose(twice["code"], once["code"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "code", "sentence"),
    [
        ({"model": "f" * 64}, "out-of-range", "'room' was learned with model ffffffffffff, this"),
        ({"code": [1.0]}, "out-of-range", "'room' was learned with model"),
        ({"code": ["x"]}, "bad-message", "the axis: is damaged"),
        ({"step": {"loudest": 1}}, "bad-message", "the axis: is damaged"),
        ({"neural_drum_machine_axis": 9}, "bad-message", "the axis: is an axis of another version"),
    ],
)
def test_a_damaged_axis_and_one_of_another_model_are_refused(
    sock, learned, kick, change, code, sentence
):
    steps = [{"axis": learned | change, "amount": 1}]
    error = sock.ask("recall", id=8, axes=steps, **values_of(kick))
    assert (error["id"], error["code"]) == (8, code)
    assert sentence in error["sentence"]


@pytest.mark.parametrize(
    ("axes", "code"),
    [
        (3, "bad-message"),
        ([3], "bad-message"),
        ([{"axis": {}}], "bad-message"),
        ([{"axis": {}, "amount": 1}], "bad-message"),
        ([{"axis": {}, "amount": "1"}], "bad-message"),
        ([{"axis": {}, "amount": True}], "bad-message"),
        ([{"axis": {}, "amount": 4.5}], "out-of-range"),
        (5 * [{"axis": {}, "amount": 1}], "out-of-range"),
    ],
)
def test_what_are_no_steps_are_refused(sock, kick, axes, code):
    error = sock.ask("recall", id=8, axes=axes, **values_of(kick))
    assert (error["id"], error["code"]) == (8, code)


def test_few_examples_foreign_ones_and_one_of_both_kinds_are_refused(sock):
    for number in (1, 2, 3):
        sock.ask("random", id=number, category="kick", seed=number)
    for more, less, code, sentence in (
        ([1], [2, 3], "out-of-range", "an axis needs 2 to 1000 sounds with more of it, got 1"),
        ([1, 2], [2, 3], "out-of-range", "sound 2 is an example for more and for less"),
        ([1, 2], [3, 99], "unknown-sound", "no sound 99 is remembered"),
        ([1, 2], 25 * [3], "out-of-range", "less must be 0 to 24 numbers, got 25"),
    ):
        error = sock.ask("axis", id=8, name="x", more=more, less=less)
        assert (error["id"], error["code"]) == (8, code)
        assert sentence in error["sentence"]


def test_the_content_of_an_axis_comes_back(learned):
    assert content_of(axis_of(learned, "it")) == learned
