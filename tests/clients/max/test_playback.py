"""The whole device in the stand-in for Max: notes, trimming, audition and saving."""

import pytest
from tests.clients.max.conftest import needs_node

pytestmark = needs_node


def test_notes_play_with_level_trim_and_pitch(live):
    del live.lines[:]
    live.note(60, 127)
    level, position = live.lines[:2], live.lines[2:]
    # The level: from zero to full, held for half the decay, then to zero.
    assert level == [[0.0], [1.0, 0.0, 1.0, 1000.0, 0.0, 1000.0]]
    # A second of sound takes a second, whatever the sample rates of file and host.
    assert position == [[0.0], [1500.0, 1500.0]]
    live.trim(100.0, 350.0)
    live.set("Attack", 5.0)
    live.set("Decay", 200.0)
    del live.lines[:]
    live.note(72, 64)
    assert live.lines[1] == [
        pytest.approx(64 / 127),
        5.0,
        pytest.approx(64 / 127),
        100.0,
        0.0,
        100.0,
    ]
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
