import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from neural_drum_machine.detail.noise import noise_take
from neural_drum_machine.errors import ControlError
from neural_drum_machine.signal.mel import clip_log_mel, log_mel


@pytest.fixture
def machine(small_machine):
    return small_machine


@pytest.fixture
def ends(machine):
    return [(each, machine.render(each, seed=3).code) for each in ("kick", "snare")]


def morph(machine, ends, t, **others):
    return machine.morph(*ends, t, **others)


def test_the_ends_are_the_two_sounds_to_the_last_bit(machine, ends):
    for t, (category, code) in zip((0, 1), ends, strict=True):
        sound = morph(machine, ends, t, take=2)
        want = machine.render_code(category, code, take=2)
        np.testing.assert_array_equal(sound.samples, want.samples)
        assert (sound.category, sound.to, sound.t) == (category, None, 0)
        np.testing.assert_array_equal(sound.code, code)


def test_within_a_category_only_the_code_moves(machine):
    a, b = (machine.render("kick", seed=seed).code for seed in (1, 2))
    sound = machine.morph(("kick", a), ("kick", b), 0.25)
    want = machine.render_code("kick", np.float32(0.75) * a + np.float32(0.25) * b)
    np.testing.assert_array_equal(sound.samples, want.samples)
    assert sound.to is None


def played(machine, code, t):
    """The log-mel that a blend is made from."""
    both, shares = (machine.index("kick"), machine.index("snare")), (1 - t, t)
    gain = machine.detail.log_gain(code, both, np.array(shares, np.float32), 0)
    return clip_log_mel(machine.levels(code, both, shares).mel + gain, machine.spec)


def test_a_blend_goes_over_from_one_category_to_the_other_without_a_jump(machine, ends):
    code = ends[0][1]
    first, last = (
        log_mel(machine.spectrogram(code, machine.index(c)), machine.spec)
        for c in ("kick", "snare")
    )
    np.testing.assert_allclose(played(machine, code, 0.0), first, atol=2e-3)
    np.testing.assert_allclose(played(machine, code, 1.0), last, atol=2e-3)
    whole = np.abs(last - first).max()
    assert whole > 0.1
    steps = [played(machine, code, t) for t in np.linspace(0, 1, 41)]
    jumps = [np.abs(b - a).max() for a, b in pairwise(steps)]
    assert max(jumps) < whole / 8
    # The way is straight in each part: in the middle stand the mean's partials and noise.
    both = [machine.index(c) for c in ("kick", "snare")]
    plain = [log_mel(machine.decode(code[None], np.array([i]))[0], machine.spec) for i in both]
    partials, grain = machine.detail.partials, machine.detail.grain
    pattern = np.mean([partials.pattern(code, i) for i in both], 0)
    amount = np.mean([grain.amount(code, i) for i in both], 0)
    jumps = noise_take(machine.spec, 0).jumps
    middle = clip_log_mel(np.mean(plain, 0) + pattern[:, None] + amount * jumps, machine.spec)
    np.testing.assert_allclose(played(machine, code, 0.5), middle, atol=5e-3)


def drawn_or_not(machine):
    """Ends that begin at a recording, or at none: within a category, and across categories."""
    kicks = [machine.render("kick", seed=seed, wild=0.5) for seed in (1, 2, 4)]
    snare, tom = machine.render("snare", seed=3), machine.render("tom", seed=3)
    assert kicks[0].exemplars
    assert not tom.exemplars
    return [(kicks[0], kicks[1]), (kicks[1], kicks[2]), (kicks[0], snare), (kicks[0], tom)]


def test_the_ends_are_exact_with_the_recordings_that_they_begin_at(machine):
    for a, b in drawn_or_not(machine):
        for t, end in ((0, a), (1, b)):
            sound = machine.morph(a, b, t)
            np.testing.assert_array_equal(sound.samples, end.samples)
            assert sound.exemplars == end.exemplars
            assert sound.recordings == end.recordings


def test_a_way_between_recordings_is_recalled_bit_for_bit(machine):
    for a, b in drawn_or_not(machine):
        for t in (1e-7, 0.4):
            sound = machine.morph(a, b, t, take=1)
            recipe = json.loads(sound.comment())
            again = machine.render_code(
                recipe["category"],
                recipe["code"],
                take=recipe["take"],
                to=recipe.get("to"),
                t=recipe.get("t", 0),
                exemplars=recipe["exemplars"],
            )
            np.testing.assert_array_equal(again.samples, sound.samples)
            assert len(sound.recordings) == len(sound.exemplars)


def test_the_ends_may_be_sounds(machine, ends):
    a, b = (machine.render_code(*end) for end in ends)
    np.testing.assert_array_equal(
        machine.morph(a, b, 0.4, take=1).samples, morph(machine, ends, 0.4, take=1).samples
    )
    np.testing.assert_array_equal(
        machine.morph(a, ends[1], 0.4).samples, morph(machine, ends, 0.4).samples
    )


def test_a_blend_and_a_sound_of_another_model_are_no_ends(machine, ends):
    blend = morph(machine, ends, 0.3)
    with pytest.raises(ControlError, match="a blend of kick and snare; morph the sounds"):
        machine.morph(blend, ends[0], 0.5)
    foreign = replace(machine.render("kick"), model="ab" * 32)
    with pytest.raises(ControlError, match=f"model abababababab, this is {machine.hash[:12]}"):
        machine.morph(ends[0], foreign, 0.5)


def test_a_morph_is_recalled_by_its_own_values(machine, ends):
    sound = morph(machine, ends, 0.3)
    assert (sound.category, sound.to, sound.t) == ("kick", "snare", 0.3)
    again = machine.render_code(sound.category, sound.code, to=sound.to, t=sound.t)
    np.testing.assert_array_equal(again.samples, sound.samples)
    assert sound.recipe()["to"] == "snare"
    assert sound.recipe()["t"] == 0.3
    assert "to" not in machine.render("kick").recipe()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"t": 1.5}, "t must lie between 0 and 1, got 1.5"),
        ({"t": -0.1}, "t must lie between 0 and 1"),
        ({"t": float("nan")}, "t must lie between 0 and 1"),
        ({"to": "gong"}, "gong"),
        ({"to_code": [0.0] * 7}, "a code is 8 finite numbers"),
        ({"code": [float("nan")] * 8}, "a code is 8 finite numbers"),
    ],
)
def test_what_cannot_be_is_named(machine, ends, change, sentence):
    (a, code_a), (b, code_b) = ends
    values = {"code": code_a, "to": b, "to_code": code_b, "t": 0.5} | change
    with pytest.raises(ControlError, match=sentence):
        machine.morph((a, values["code"]), (values["to"], values["to_code"]), values["t"])


def test_a_code_moves_along_its_axes_only(machine):
    controls, index = machine.controls, machine.index("kick")
    code = controls.prior.sample(index, 4)
    moved = controls.moved(index, code, (1, -0.5, 2))
    np.testing.assert_allclose(controls.position(index, moved), (1, -0.5, 2), atol=1e-5)
    step, axes = moved - code, controls.axes[index]
    np.testing.assert_allclose(step, (axes @ step) @ axes, atol=1e-5)
