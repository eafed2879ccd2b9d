"""The device without a server: its sounds are the engine's in Python, and come back with a set."""

import numpy as np
import pytest
from tests.clients.max.conftest import check_preset, needs_node, played
from tests.clients.max.engine.conftest import away, heard, newest, recipe

pytestmark = needs_node
ROUNDING = -80
"""dB. No engine is nearer to every sound (docs/engine.md)."""
WORST = -30
"""Of sounds whose seed the device draws. Of 500 the worst was at -47."""


def test_the_sound_follows_the_controls(inside, machine):
    assert away(heard(inside), machine.render("kick", (0, 0, 0)).samples) < ROUNDING
    assert inside.text("status") == "engine in the device, default"
    assert inside.text("info").startswith("kick, ")
    assert inside.text("error") == "ready"
    for name, value in (("P1", 0.5), ("Fine", -0.25), ("Range", 2), ("Take", 3)):
        inside.set(name, value)
    inside.settle()
    want = machine.render("kick", (1.0, 0.0, -0.5), take=3)
    assert away(heard(inside), want.samples) < ROUNDING
    inside.set("Category", 2)
    inside.settle()
    want = machine.render("snare", (1.0, 0.0, -0.5), take=3)
    assert away(heard(inside), want.samples) < ROUNDING
    assert inside.unhandled == []


def test_random_and_variation_have_the_codes_of_python(inside, machine):
    inside.set("Random")
    inside.settle()
    (random,) = [m for m in inside.sent if m[0] == "/ndm/random"]
    drawn = machine.render("kick", seed=random[4])
    assert away(heard(inside), drawn.samples) < WORST
    np.testing.assert_array_equal(np.float32(recipe(newest(inside))["code"]), drawn.code)
    place = machine.controls.position(machine.index("kick"), drawn.code)
    assert inside.value("P1") == pytest.approx(np.clip(place[0], -1, 1), abs=1e-4)
    inside.set("Variation")
    inside.settle()
    (vary,) = [m for m in inside.sent if m[0] == "/ndm/variation"]
    step = machine.controls.prior.deviation(machine.index("kick"), vary[5])
    varied = recipe(newest(inside))
    code = drawn.code + np.float32(vary[3]) * step
    np.testing.assert_array_equal(np.float32(varied["code"]), code)
    assert varied["exemplars"] == [list(each) for each in drawn.exemplars]
    # The file alone recalls the sound in Python.
    assert away(heard(inside), machine.recall(newest(inside)).samples) < WORST


def test_a_soft_note_is_a_soft_stroke(inside, machine):
    inside.until(lambda: inside.soft()[1] > 0)
    samples, ms = inside.soft()
    frames = round(ms * 44.1)
    for number, velocity in enumerate((96, 64, 32)):
        want = machine.render("kick", (0, 0, 0), velocity=velocity).samples
        assert away(samples[number * frames :][: len(want), 0], want) < ROUNDING
    del inside.lines[:]
    inside.note(60, 64)
    assert inside.playing == "u1ndmsoft"
    assert inside.lines[2][0] == pytest.approx(ms)


def test_humanised_notes_take_turns_and_differ(inside, machine):
    inside.set("Humanise", 100.0)
    inside.until(lambda: inside.soft()[1] > 0 and len(inside.soft()[0]) > 840 * inside.soft()[1])
    samples, ms = inside.soft()
    frames = round(ms * 44.1)
    hits = [samples[i * frames : (i + 1) * frames, 0] for i in range(20)]
    want = machine.render("kick", (0, 0, 0)).samples
    assert away(hits[0][: len(want)], want) < ROUNDING
    assert all(away(hits[i], hits[i + 1]) > -60 for i in range(19))
    starts = []
    for _ in range(5):
        del inside.lines[:]
        inside.note(60, 127)
        starts.append(round(inside.lines[2][0] / ms))
    assert starts == [1, 2, 3, 4, 1]


def test_a_drag_is_answered_while_strokes_are_made_and_ends_at_the_pointer(inside, machine):
    inside.set("Humanise", 100.0)
    inside.until(lambda: any(m[0] == "/ndm/layers" and len(m) > 6 for m in inside.sent))
    for place in np.linspace(0.02, 1, 50):
        inside.set("P1", float(place))
        inside.advance(20)
        inside.pump()
    inside.settle()
    assert away(heard(inside), machine.render("kick", (1, 0, 0)).samples) < ROUNDING
    sounds = [m[1] for m in inside.received if m[0] == "/ndm/sound"]
    assert sounds == sorted(sounds)
    asked = {m[1] for m in inside.sent if m[0] == "/ndm/generate"}
    replaced = {m[1] for m in inside.received if m[0] == "/ndm/superseded"}
    assert asked <= {*sounds} | replaced
    inside.until(lambda: inside.soft()[1] > 0)
    assert inside.text("error") == "ready"


@pytest.mark.parametrize("last", ["Random", "Variation", "P2", "Take"])
def test_a_set_and_a_preset_restore_the_very_sound(inside, device, engine_js, last):
    """From stored parameters alone, in another device with an engine of its own."""
    inside.set("Category", 3)
    inside.set("Random")
    inside.settle()
    if last != "Random":
        inside.set(last, *{"P2": [-0.5], "Take": [7]}.get(last, []))
        inside.settle()
    wanted = played(inside)
    parameters = ("Category", "P1", "P2", "Fine", "Range", "Wild", "Take", "Recall")
    stored = {name: inside.value(name) for name in parameters}
    again = device(beside=[engine_js], **stored)
    again.until(lambda: again.sound() is not None)
    np.testing.assert_array_equal(played(again), wanted)
    check_preset(inside, stored, wanted)
