"""The whole device in the stand-in for Max: notes that differ; devices that choke others."""

from dataclasses import replace

import numpy as np
import pytest
from tests.clients.max.conftest import needs_node, same, sixteen_bit

from neural_drum_machine.kits.hand import Hand
from neural_drum_machine.wishes.velocity import level_db

pytestmark = needs_node
FADE = [0.0, 10.0]


def note(live, velocity):
    """What a note plays: the number of its stroke in the file, and its level."""
    del live.lines[:]
    live.note(60, velocity)
    assert live.playing in ("u1ndmsoft", "u1ndmsoft2")
    return round(live.lines[2][0] / live.soft()[1]), live.lines[1][0]


def asked(live):
    """The requests for strokes, as words."""
    return [m[3:-2] for m in live.sent if m[0] == "/ndm/layers"]


def answers(live):
    """The number of answers about strokes."""
    return [m[0] for m in live.received].count("/ndm/layers")


def humanised(live, percent=50.0):
    live.set("Humanise", percent)
    live.until(lambda: live.soft()[1] > 0 and live.soft()[0].shape[0] > 15 * live.soft()[1] * 44.1)
    return live


def test_notes_of_a_layer_take_turns_and_skip_the_sound_itself(live, small_machine):
    humanised(live)
    (hits, five, amount, half, *_, seed, channels, two) = asked(live)[-1]
    assert (hits, five, amount, half, channels, two) == ("hits", 5, "amount", 0.5, "channels", 2)
    for first, velocity, layer in ((0, 127, 127), (5, 96, 96), (10, 64, 64), (15, 33, 32)):
        played = [note(live, velocity) for _ in range(6)]
        assert [number - first for number, _ in played] == [1, 2, 3, 4, 1, 2]
        for _, level in played:
            want = level_db(velocity) - level_db(layer)
            assert 20 * np.log10(level) == pytest.approx(want, abs=1e-6)
    # Each layer has turns of its own.
    assert [note(live, v)[0] for v in (127, 96, 127, 96)] == [3, 8, 4, 9]
    samples, ms = live.soft()
    frames = round(ms * 44.1)
    hand = Hand(small_machine, small_machine.render("kick", (0, 0, 0)), seed, 0.5)
    for number, stroke in enumerate(hand.strokes(127, 5)):
        peak = max(1, np.abs(stroke.samples).max())  # a file holds no more than full scale
        want = sixteen_bit(replace(stroke, samples=stroke.samples / peak))
        there = np.round(samples[number * frames :][: len(want)] * 32768).astype(np.int16)
        np.testing.assert_array_equal(there, want)


def test_the_first_notes_after_a_change_play_what_is_there(live, small_machine):
    live.until(lambda: live.soft()[1] > 0)
    live.set("Humanise", 50.0)
    assert note(live, 64)[0] == 1  # the softer strokes: 96, 64 and 32
    humanised(live)
    live.set("P1", 0.5)
    live.until(lambda: live.soft()[1] == 0)
    live.note(60, 127)
    assert live.playing == "u1ndm"
    assert same(live, small_machine.render("kick", (0.5, 0, 0)))
    live.until(lambda: live.soft()[1] > 0)
    assert note(live, 127)[0] == 1
    live.set("Humanise", 0.0)
    assert note(live, 127)[0] == 2
    before = len(asked(live))
    live.until(
        lambda: len(asked(live)) > before and live.soft()[0].shape[0] < 4 * 44.1 * live.soft()[1]
    )
    assert asked(live)[-1] == ["channels", 2]
    live.note(60, 127)
    assert live.playing == "u1ndm"


def test_a_new_set_is_made_when_all_hits_have_had_their_turn(live):
    humanised(live)
    live.rest(5000)
    count = len(asked(live))
    for _ in range(3):
        note(live, 96)
    live.rest(100)
    assert len(asked(live)) == count
    before, first = live.playing, live.soft()[0]
    assert note(live, 96)[0] == 9
    live.until(lambda: not np.array_equal(live.soft()[0][:99999], first[:99999]))
    assert len(asked(live)) == count + 1
    assert asked(live)[-1][:4] == ["hits", 5, "amount", 0.5]
    assert asked(live)[-1][5] != asked(live)[-2][5]
    # The turns go on in the other buffer, while the last note goes on in its own.
    assert note(live, 96)[0] == 6
    assert live.playing != before
    # A long passage asks for a set every four seconds at most.
    count = len(asked(live))
    missing = count - answers(live)
    for _ in range(80):
        live.note(60, 96)
        live.rest(100)
        live.until(lambda: len(asked(live)) - answers(live) == missing, step=0)
    assert 1 <= len(asked(live)) - count <= 2
    assert live.text("error") == "ready"


def test_a_set_that_was_stored_with_humanise_has_its_hits_at_once(device, port):
    live = device(port, Humanise=20)
    live.until(lambda: live.soft()[1] > 0)
    assert asked(live)[0][:4] == ["hits", 5, "amount", 0.2]


def test_automation_of_the_amount_asks_once_it_rests(live):
    live.until(lambda: live.soft()[1] > 0)
    before = len(asked(live))
    for percent in np.linspace(1, 100, 40):
        live.set("Humanise", float(percent))
        live.advance(20)
        live.pump()
    live.advance(400)
    live.pump()
    assert len(asked(live)) == before + 1
    assert asked(live)[-1][3] == 1


def test_a_note_chokes_the_other_devices_of_its_group(device, port):
    open_hat, closed_hat, other, free = (
        device(port, Choke=group, Audition=0) for group in (1, 1, 2, 0)
    )
    every = (open_hat, closed_hat, other, free)

    def after(player):
        for each in every:
            del each.lines[:]
        player.note(60, 100)
        return [FADE in each.lines for each in every]

    assert after(closed_hat) == [True, False, False, False]
    assert after(open_hat) == [False, True, False, False]
    assert len(open_hat.lines) == 4
    assert after(other) == after(free) == [False] * 4
    # The group is a control, and another patch may choke a group, too.
    other.set("Choke", 1)
    assert after(closed_hat) == [True, False, True, False]
    open_hat.emit(open_hat.box("text", "receive ndm-choke"), 0, [1])
    assert open_hat.lines[-1] == FADE
    free.emit(free.box("text", "receive ndm-choke"), 0, [0])
    assert FADE not in free.lines
