"""The whole device in the stand-in for Max: notes, trimming, audition and saving."""

import numpy as np
import pytest
from tests.clients.max.conftest import needs_node, sixteen_bit

from neural_drum_machine.wishes.velocity import level_db

pytestmark = needs_node


def test_notes_play_with_level_trim_and_pitch(live):
    del live.lines[:]
    live.note(60, 127)
    level, position = live.lines[:2], live.lines[2:]
    # The level: from zero to full, held for half the decay, then to zero.
    assert level == [[0.0], [1.0, 0.0, 1.0, 1000.0, 0.0, 1000.0]]
    # A second of sound takes a second, whatever the sample rates of file and host.
    assert position == [[0.0], [3000.0, 3000.0]]
    live.trim(100.0, 350.0)
    live.set("Attack", 5.0)
    live.set("Decay", 200.0)
    del live.lines[:]
    live.note(72, 64)
    level = pytest.approx(10 ** (level_db(64) / 20))  # the softer strokes are not there yet
    assert live.lines[1] == [level, 5.0, level, 100.0, 0.0, 100.0]
    assert live.lines[2:] == [[100.0], [350.0, 250.0]]  # every note has the same pitch
    live.set("Note to pitch", 1)
    del live.lines[:]
    live.note(72, 64)
    assert live.lines[2:] == [[100.0], [350.0, 125.0]]  # an octave up takes half the time
    del live.lines[:]
    live.note(72, 0)
    assert live.lines == []


def test_new_sounds_play_with_audition_and_are_saved_on_request(live):
    assert len(live.lines) == 4
    live.set("Audition", 0)
    live.set("P1", 0.5)
    live.settle()
    assert len(live.lines) == 4
    live.set("Play")
    assert len(live.lines) == 8
    live.set("Save")
    assert live.file() == ["write"]


def heard(live, velocity):
    """What a note plays: the buffer, the level, and the part of the buffer in ms."""
    del live.lines[:]
    live.note(60, velocity)
    level, (begin, (end, duration)) = live.lines[1], (live.lines[2], live.lines[3])
    assert duration == pytest.approx(end - begin[0])
    return live.playing, level[0], begin[0], end


def test_a_soft_note_is_a_soft_stroke_at_its_level(live, small_machine):
    live.until(lambda: live.soft()[1] > 0)
    samples, ms = live.soft()
    frames = round(ms * 44.1)
    for velocity, layer, number in (
        (127, 127, -1), (112, 127, -1), (111, 96, 0), (96, 96, 0), (80, 96, 0), (79, 64, 1),
        (48, 64, 1), (47, 32, 2), (32, 32, 2), (1, 32, 2),
    ):  # fmt: skip
        buffer, level, begin, end = heard(live, velocity)
        assert 20 * np.log10(level) == pytest.approx(level_db(velocity) - level_db(layer), abs=1e-6)
        if number < 0:
            assert (buffer, begin, end) == ("u1ndm", 0, 3000)
            continue
        assert buffer == "u1ndmsoft"
        assert (begin, end) == pytest.approx((number * ms, (number + 1) * ms))
        want = sixteen_bit(small_machine.render("kick", (0, 0, 0), velocity=layer))
        there = np.round(samples[number * frames :][: len(want)] * 32768).astype(np.int16)
        np.testing.assert_array_equal(there, want)
    # Trimmed within the stroke.
    live.trim(10.0, 30.0)
    _, _, begin, end = heard(live, 64)
    assert (begin, end) == pytest.approx((ms + 10, ms + 30))
    # A new sound plays at once, at the right level, until its own softer strokes are there.
    live.set("P1", 0.5)
    live.until(lambda: live.soft()[1] == 0)
    assert heard(live, 64)[:2] == ("u1ndm", pytest.approx(10 ** (level_db(64) / 20)))
    live.until(lambda: live.soft()[1] > 0)
    want = sixteen_bit(small_machine.render("kick", (0.5, 0, 0), velocity=96))
    there = np.round(live.soft()[0][: len(want)] * 32768).astype(np.int16)
    np.testing.assert_array_equal(there, want)


def test_softer_strokes_are_asked_for_once_a_sound_rests(live):
    live.until(lambda: live.soft()[1] > 0)
    before = len(live.sent)
    for place in np.linspace(0, 1, 40):
        live.set("P1", float(place))
        live.advance(20)
        live.pump()
    live.settle()
    live.until(lambda: live.soft()[1] > 0)
    live.rest(3000)
    assert [m[0] for m in live.sent[before:]].count("/ndm/layers") == 1
