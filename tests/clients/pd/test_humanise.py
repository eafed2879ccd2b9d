"""The patch in a real Pd with a real server: notes that differ, and copies that choke others."""

import itertools

import numpy as np
import pytest
from tests.clients.pd.conftest import needs_pd
from tests.clients.pd.test_playback import decibels
from tests.support.clients.pd import file_samples

pytestmark = [needs_pd, pytest.mark.slow]


def differ(a, b):
    n = min(len(a), len(b))
    return np.abs(a[:n] - b[:n]).max() > 1e-3


def humanised(patch, amount=1):
    """Whether notes differ, once the hits are there."""
    first = patch.record()
    patch.send("humanise", amount)
    patch.until(lambda: differ(first, patch.record()))


def test_notes_differ_in_turn_and_are_equal_again_at_zero(pd, port, small_machine):
    patch = pd(port, audition=0, category=2)
    patch.wait_for("info", "snare")
    humanised(patch)
    for velocity in (127, 64):
        played = [patch.record(velocity=velocity) for _ in range(4)]
        for a, b in itertools.pairwise(played):
            assert differ(a, b)
    patch.send("humanise", 0)

    def is_plain(velocity, layer):
        stroke = file_samples(small_machine.render("snare", (0, 0, 0), velocity=layer))
        first = np.flatnonzero(stroke.any(axis=1))[0]
        played = patch.record(velocity=velocity)
        n = min(len(played), len(stroke) - first)
        level = np.float32(decibels(velocity, layer))
        is_stroke = np.abs(played[:n] - stroke[first : first + n] * level).max() < 2e-5
        return is_stroke and not played[n:].any()  # nothing of the next stroke in the file

    patch.until(lambda: is_plain(64, 64))
    assert is_plain(127, 127)
    assert is_plain(127, 127)
    assert patch.log.read_text() == ""


def test_new_hits_come_while_notes_play(pd, port):
    patch = pd(port, audition=0, category=2)
    patch.wait_for("info", "snare")
    humanised(patch)
    before = [patch.record(ms=200) for _ in range(4)]
    patch.until(lambda: all(differ(patch.record(ms=200), each) for each in before))
    assert patch.log.read_text() == ""


def test_a_note_is_choked_by_its_group(pd, port):
    patch = pd(port, audition=0, category=2)
    patch.wait_for("info", "snare")
    whole = patch.record()
    patch.send("choke", 3)
    np.testing.assert_array_equal(patch.record(), whole)  # its own notes do not choke it
    np.testing.assert_array_equal(patch.record(choke=4), whole)
    choked = patch.record(choke=3)
    long, short = (np.flatnonzero(each.any(axis=1))[-1] for each in (whole, choked))
    assert short < 0.05 * 44100 < long  # 20 ms later, and 10 ms of fade
    steps = np.abs(np.diff(choked[:, 0])).max()
    assert steps <= np.abs(np.diff(whole[:, 0])).max()
