"""The whole device in the stand-in for Max, with a real server: a dropped sample is bent."""

import numpy as np
import pytest
import soundfile
from tests.clients.max.conftest import needs_node, same
from tests.support.sounds import noise, tone

from neural_drum_machine.signal.audio_file import Clip

pytestmark = needs_node


@pytest.fixture
def anchor(live, small_machine, tmp_path):
    """A stereo sample that was dropped on the device, as the machine takes it in."""
    left = tone(200, 0.3, 44100)
    stereo = np.stack([left, np.float32(0.3) * left + np.float32(0.1) * noise(0.3, 44100)])
    path = tmp_path / "my snare.wav"
    soundfile.write(path, stereo.T, 44100, subtype="FLOAT")
    live.set("Category", 2)
    live.settle()
    live.set("P1", 0.75)
    live.settle()
    live.set("Sample", str(path))
    live.settle()
    return small_machine.anchor(Clip(np.float32(stereo + 1e-9), 44100), "snare")


def bends(live):
    return [m for m in live.sent if m[0] == "/ndm/bend"]


def test_a_dropped_sample_lies_in_the_middle_as_it_is(live, anchor, small_machine):
    assert (live.value("P1"), live.value("P2"), live.value("Fine")) == (0, 0, 0)
    assert same(live, small_machine.bend(anchor))
    assert bends(live) == []


def test_the_controls_bend_it_and_the_middle_brings_it_back(live, anchor, small_machine):
    live.set("P1", 0.5)
    live.set("Range", 2)
    live.settle()
    assert same(live, small_machine.bend(anchor, (1, 0, 0)))
    live.set("Toward", 1)
    live.settle()
    count = len(bends(live))
    live.set("Turn", 50)  # %
    live.settle()
    assert same(live, small_machine.bend(anchor, (1, 0, 0), to="clap", t=0.5))
    assert len(bends(live)) == count + 1
    live.set("Blend", 25)
    live.settle()
    assert same(live, small_machine.bend(anchor, (1, 0, 0), to="clap", t=0.5, blend=0.25))
    for name in ("P1", "Turn", "Blend"):
        live.set(name, 0)
    live.set("Fine", -0.25)
    live.settle()
    assert same(live, small_machine.bend(anchor, (0, 0, -0.5)))
    assert [m[0] for m in live.sent].count("/ndm/upload") == 1
    assert not [m for m in live.sent if m[0] == "/ndm/generate" and m[3] == 0.5]
    assert live.unhandled == []
    live.until(lambda: live.soft()[1] > 0)
    assert live.text("error") == "ready"


def test_a_variation_begins_at_the_bent_sample(live, anchor, small_machine):
    live.set("P2", 0.5)
    live.settle()
    live.set("Variation")
    live.settle()
    (vary,) = [m for m in live.sent if m[0] == "/ndm/variation"]
    assert vary[2] == bends(live)[-1][1]
    index = small_machine.index("snare")
    moved = small_machine.bend(anchor, (0, 0.5, 0)).code
    step = np.float32(vary[3]) * small_machine.controls.prior.deviation(index, vary[5])
    want = small_machine.render_code("snare", moved + step, anchors=[(anchor, 1.0)])
    assert same(live, want)


def test_a_drag_before_the_sample_has_arrived_ends_at_the_pointer(live, anchor, small_machine):
    live.set("Category", 1)  # the sample is sent again, as a clap
    for place in (0.25, 0.5, -0.5):
        live.advance(20)
        live.set("P1", place)
    live.until(lambda: bends(live) != [])
    live.settle()
    again = small_machine.anchor(Clip(anchor.sound.samples, 44100), "clap")
    assert same(live, small_machine.bend(again, (-0.5, 0, 0)))
    assert live.text("error") == "ready"


def test_a_drawn_sound_after_a_sample_is_asked_for_by_ordinary_messages(
    live, anchor, small_machine
):
    live.set("P1", 0.5)
    live.settle()
    count = len(bends(live))
    live.set("Typical")
    live.settle()
    live.set("P1", 0.25)
    live.settle()
    assert same(live, small_machine.render("snare", (0.25, 0, 0)))
    live.set("Turn", 50)
    assert live.text("error") == "Toward, Turn and Blend act on a dropped sample"
    live.advance(100)
    assert len(bends(live)) == count


def test_a_bend_whose_answer_is_lost_is_repeated(live, anchor, small_machine):
    live.set("P1", 0.5)
    live.advance(20)
    live.lose_an_answer()
    want = small_machine.bend(anchor, (0.5, 0, 0))
    live.until(lambda: same(live, want), step=200)


def test_a_preset_of_before_recalls_its_sample_unbent(live, anchor, small_machine):
    recall = live.value("Recall")
    assert recall[:2] == [3, "sample"]
    live.set("Typical")
    live.settle()
    # Version 1 had no bends, and kept the place that the model found.
    live.set("Recall", 1, "sample", "snare", 0.5, -0.5, 0.25, *recall[6:13])
    live.settle()
    assert same(live, small_machine.bend(anchor))
    # Version 2 kept no copy of the sample.
    live.set("Recall", 2, *recall[1:3], 0.5, *recall[4:-1])
    live.settle()
    assert same(live, small_machine.bend(anchor, (0.5, 0, 0)))
