"""Round robins: hits as the kits' hand strikes them, and the same at the same place of a song."""

import numpy as np
import pytest
from tests.support.clap_host import ClapHost, Note, parameter

from neural_drum_machine.kits.hand import Hand
from neural_drum_machine.signal.loudness import loudness

SNARE = 2
HITS = 6


@pytest.fixture(scope="module")
def human(host, clap):
    """An instance whose snare is humanised."""
    with ClapHost(host, clap) as plugin:
        plugin.set({parameter(SNARE, "humanise"): 100, parameter(SNARE, "level"): 0})
        plugin.restart(44100)
        yield plugin


def hits(plugin):
    """Return the hits of the snare, one after the other."""
    plugin.restart(44100)
    return [plugin.play([Note(0, 38)], 0.6)[0] for _ in range(HITS + 1)]


def test_hits_take_turns_and_are_those_of_the_kits_hand(human, machine):
    first, *others, again = hits(human)
    assert np.array_equal(again, first)
    assert len({each.tobytes() for each in (first, *others)}) == HITS
    wanted = Hand(machine, machine.render("snare", seed=3), SNARE).strokes(127, HITS)
    for made, sound in zip((first, *others), wanted, strict=True):
        difference = made[: len(sound.samples)] - sound.samples
        assert np.sqrt(np.mean(difference**2)) < 3e-3 * np.abs(sound.samples).max()


def test_hits_are_equally_loud(human):
    values = [loudness(np.trim_zeros(each), 44100) for each in hits(human)]
    assert max(values) - min(values) < 0.05


def test_a_bounce_has_the_hits_that_were_heard(human):
    notes = [Note(i * 5512, 38, 100) for i in range(8)]
    live = human.play(notes, 1.2, [64, 100, 7], beats=8.0)
    human.play([Note(0, 38)], 0.3)  # whatever was played in between
    bounce = human.play(notes, 1.2, 4096, beats=8.0)
    assert np.array_equal(live, bounce)
    elsewhere = human.play(notes, 1.2, 4096, beats=12.0)
    assert not np.array_equal(elsewhere, bounce)


def test_without_humanise_all_notes_are_equal(fresh):
    one, other = (fresh.play([Note(0, 38)], 0.4) for _ in range(2))
    assert np.array_equal(one, other)
