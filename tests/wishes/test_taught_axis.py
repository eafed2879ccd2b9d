"""Axes that are taught by examples."""

import json

import numpy as np
import pytest
from tests.support.sounds import noise, tone
from typer.testing import CliRunner

from neural_drum_machine.axes import along, example, learn_axis
from neural_drum_machine.cli import app
from neural_drum_machine.errors import AxisError, ControlError
from neural_drum_machine.signal.sound_file import write_sound_file
from neural_drum_machine.wishes.axis_file import read_axis, write_axis
from neural_drum_machine.wishes.taught_axis import Example, learn

SR = 44_100


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Three long and three short toms, with other pitches."""
    folder = tmp_path_factory.mktemp("examples")
    for kind, decay in (("long", 5.0), ("short", 30.0)):
        for number, pitch in enumerate((90, 120, 150)):
            sound = 0.8 * tone(pitch, 1.0, SR, decay + number)
            sound += 0.1 * noise(1.0, SR, number, 60)
            write_sound_file(folder / f"{kind} tom {number}.wav", sound.astype(np.float32), SR)
    return folder


@pytest.fixture(scope="module")
def axis(shipped, files):
    sides = [
        [example(shipped, path, "tom") for path in sorted(files.glob(f"{kind}*.wav"))]
        for kind in ("long", "short")
    ]
    return learn_axis(shipped, "length", *sides)


def test_an_axis_changes_what_its_examples_differ_in(shipped, axis):
    assert axis.order == 1
    assert max(axis.step, key=lambda name: abs(axis.step[name])) == "decay"
    assert axis.step["decay"] > 0.1
    plain = shipped.render("tom", seed=3)
    decays = [shipped.describe(along(shipped, plain, axis, a))["decay"] for a in (-1, 0, 1)]
    assert decays[0] < 0.8 * decays[1] < 0.64 * decays[2]


def test_it_works_in_other_categories_and_for_own_sounds(shipped, axis, files):
    kick = shipped.render("kick", seed=1)
    before, after = (
        shipped.describe(each)["decay"] for each in (kick, along(shipped, kick, axis, 1))
    )
    assert after > before
    own = shipped.bend(shipped.anchor(files / "long tom 1.wav", "tom"))
    moved = along(shipped, own, axis, -1)
    assert shipped.describe(moved)["decay"] < shipped.describe(own)["decay"]
    assert moved.anchors == own.anchors


def test_nothing_changes_at_zero_and_a_moved_sound_is_recalled(shipped, axis, tmp_path):
    plain = shipped.render("tom", seed=3)
    np.testing.assert_array_equal(along(shipped, plain, axis, 0).samples, plain.samples)
    moved = along(shipped, plain, axis, 0.5)
    moved.write(tmp_path / "a.wav")
    np.testing.assert_array_equal(shipped.recall(tmp_path / "a.wav").samples, moved.samples)


def test_sounds_lie_on_the_side_of_their_examples(shipped, axis, files):
    for path in files.glob("*.wav"):
        place = axis.place(example(shipped, path, "tom"), shipped.ranges("tom"))
        assert place == pytest.approx(1 if path.name.startswith("long") else -1, abs=0.7)


def test_its_file_brings_it_back_and_holds_no_path(axis, shipped, tmp_path):
    write_axis(tmp_path / "a.ndaxis", axis)
    again = read_axis(tmp_path / "a.ndaxis", shipped.hash)
    assert again.step == pytest.approx(axis.step, rel=1e-4)
    np.testing.assert_allclose(again.code, axis.code, rtol=1e-4)
    assert (again.name, again.more, again.less) == (axis.name, axis.more, axis.less)
    text = (tmp_path / "a.ndaxis").read_text()
    assert "/" not in text
    assert len(text) < 4000


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"neural_drum_machine_axis": 9}, "is an axis of another version"),
        ({"model": "f" * 64}, "was learned with model ffffffffffff"),
        ({"code": [1e9]}, "is damaged"),
        ({"code": []}, "is damaged"),
        ({"code": ["x"]}, "is damaged"),
        ({"step": {"loudest": 1}}, "is damaged"),
        ({"order": 7}, "is damaged"),
        ({"name": 3}, "is damaged"),
        ({"more": [["a"]]}, "is damaged"),
        ({"more": 3}, "is damaged"),
    ],
)
def test_a_damaged_or_foreign_file_is_refused(axis, shipped, tmp_path, change, sentence):
    path = tmp_path / "a.ndaxis"
    write_axis(path, axis)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(AxisError) as caught:
        read_axis(path, shipped.hash)
    assert str(caught.value).startswith(f"{path}: {sentence}")


@pytest.mark.parametrize("text", ["", "[]", "{", "{}", "\ud800".encode("utf-8", "surrogatepass")])
def test_what_is_no_axis_is_refused(tmp_path, text):
    path = tmp_path / "a.ndaxis"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(AxisError):
        read_axis(path)
    with pytest.raises(AxisError, match="cannot be read"):
        read_axis(tmp_path / "none.ndaxis")


def test_few_examples_and_examples_of_both_kinds_are_refused(shipped):
    ranges = {"kick": shipped.ranges("kick")}
    one, two, three = (
        Example(f"{n}.wav", str(n), "kick", np.zeros(4, np.float32), {}) for n in range(3)
    )
    with pytest.raises(AxisError, match="an axis needs 2 to 1000 sounds with less of it, got 1"):
        learn("a", "m", [one, two], [three], ranges)
    with pytest.raises(AxisError, match=r"0\.wav is an example for more and for less"):
        learn("a", "m", [one, two], [one, three], ranges)


@pytest.mark.parametrize("amount", [5, float("nan"), "1", True])
def test_an_amount_that_is_none_is_refused(shipped, axis, amount):
    with pytest.raises(ControlError, match="the amount of an axis must"):
        along(shipped, shipped.render("tom", seed=1), axis, amount)


def test_the_command_teaches_uses_and_renews_an_axis(files, tmp_path):
    def run(*words, code=0):
        result = CliRunner().invoke(app, [str(word) for word in words])
        assert result.exit_code == code, (result.output, result.exception)
        return result

    target = tmp_path / "length.ndaxis"
    sides = [
        word
        for option, kind in (("--more", "long"), ("--less", "short"))
        for path in sorted(files.glob(f"{kind}*"))
        for word in (option, path)
    ]
    assert "longer: decay" in run("axis", "learn", "length", *sides, "--out", target).output
    assert "more: long tom 0.wav" in run("axis", "show", target).output
    run("render", "--category", "tom", "--axis", f"{target}=1", "--out", tmp_path / "long")
    run("axis", "renew", target, "--from", files)
    result = run("axis", "renew", target, "--from", tmp_path, code=1)
    assert isinstance(result.exception, AxisError)
    result = run("render", "--axis", target, "--out", tmp_path / "x", code=1)
    assert "write a file and an amount" in str(result.exception)
