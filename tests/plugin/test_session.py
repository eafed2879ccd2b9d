"""A session holds the sounds themselves: it sounds the same elsewhere, and with another model."""

import json
import re
import shutil

import numpy as np
import pytest
from tests.support.clap_host import FOREIGN, VALUES, Change, ClapHost, Note, parameter
from tests.support.playable import write_playable

NOTES = [Note(i * 3000, note) for i, note in enumerate((36, 38, 39, 46, 45, 70))]
CHANGED = {
    parameter(0, "seed"): 123456,
    parameter(2, "p1"): 0.75,
    parameter(2, "humanise"): 80,
    parameter(9, "pitch"): -3.5,
    parameter(4, "start"): 5,
    parameter(4, "end"): 60,
    parameter(8, "level"): -3.25,
    parameter(4, "decay"): 250,
    parameter(5, "brightness"): 6000,
    parameter(0, "timbre"): 0,
}


@pytest.fixture(scope="module")
def saved(host, clap):
    """A session, and what it sounds like."""
    with ClapHost(host, clap) as plugin:
        plugin.set(CHANGED)
        plugin.restart(44100)
        return plugin.save(), plugin.play(NOTES, 1.5)


@pytest.fixture(scope="module")
def foreign(clap, tmp_path_factory):
    """The plug-in with another model beside it."""
    out = tmp_path_factory.mktemp("foreign") / clap.name
    shutil.copytree(clap, out, ignore=shutil.ignore_patterns("*.ndmz"))
    write_playable(out / "resources" / "model.ndm")
    return out


@pytest.fixture(scope="module")
def bare(clap, tmp_path_factory):
    """The plug-in without a model."""
    out = tmp_path_factory.mktemp("bare") / clap.name
    shutil.copytree(clap, out, ignore=shutil.ignore_patterns("*.ndmz"))
    return out


def content(state: bytes) -> dict:
    """Return the session in a host's state."""
    return json.loads(state.split(b"session\0", 1)[1].split(b"\0", 1)[0])


def opened(host, bundle, state):
    """Return an instance that has opened a session."""
    plugin = ClapHost(host, bundle)
    assert plugin.load(state)
    plugin.settle()
    plugin.restart(44100)
    return plugin


def test_a_session_opened_elsewhere_sounds_the_same(host, clap, saved):
    state, sound = saved
    with opened(host, clap, state) as plugin:
        assert np.array_equal(plugin.play(NOTES, 1.5), sound)
        assert plugin.value(FOREIGN) == 0
        for number, value in CHANGED.items():
            assert plugin.value(number) == pytest.approx(value, abs=1e-5)
        assert content(plugin.save()) == content(state)


def test_a_session_of_an_older_version_is_read(host, clap, tmp_path):
    """One that knows of no values and no onsets."""
    with ClapHost(host, clap) as plugin:
        plugin.set({parameter(2, "p1"): 0.75, parameter(9, "pitch"): -3.5})
        plugin.restart(44100)
        state, sound = plugin.save(), plugin.play(NOTES, 1.5)
    older = state.replace(b'"onset":22,', b"")
    for symbol in VALUES:
        older = re.sub(rb"pad\d+_%b\0[^\0]*\0" % symbol.encode(), b"", older)
    assert len(older) < len(state) - 160 * 8
    with opened(host, clap, older) as plugin:
        assert np.array_equal(plugin.play(NOTES, 1.5), sound)
        assert plugin.value(parameter(9, "pitch")) == -3.5


@pytest.mark.parametrize("other", ["foreign", "bare"])
def test_another_model_or_none_plays_the_very_sounds_and_says_so(host, saved, other, request):
    state, sound = saved
    with opened(host, request.getfixturevalue(other), state) as plugin:
        assert np.array_equal(plugin.play(NOTES, 1.5), sound)
        assert plugin.value(FOREIGN) == 16
        again = plugin.save()
    assert content(again)["pads"] == content(state)["pads"]


def test_a_pad_that_is_changed_is_made_anew_by_the_model_at_hand(host, foreign, saved):
    state, sound = saved
    with opened(host, foreign, state) as plugin:
        plugin.set({parameter(0, "seed"): 5})
        assert plugin.value(FOREIGN) == 15
        plugin.set({parameter(0, "seed"): 123456})
        plugin.restart(44100)
        assert plugin.value(FOREIGN) == 16
        assert np.array_equal(plugin.play(NOTES, 1.5), sound)


def test_without_a_model_nothing_sounds_and_nothing_breaks(host, bare):
    with ClapHost(host, bare) as plugin:
        plugin.settle()
        assert not plugin.play(NOTES, 0.5).any()
        assert "no model beside the plug-in" in content(plugin.save())["pads"][0]["sound"]["note"]


def test_a_session_of_many_humanised_pads_is_small(host, clap, saved):
    state, _ = saved
    assert len(state) < 2_000_000


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace(
            '"neural_drum_machine_session":1', '"neural_drum_machine_session":2'
        ),
        lambda text: text.replace('"hits":["', '"hits":["AAAA'),
        lambda text: text.replace('"hits":["', '"hits":["****'),
        lambda text: "[" * 5000,
        lambda text: "\x07 no session",
        lambda text: text.replace('"pads"', '"pods"'),
    ],
)
def test_a_damaged_session_loses_no_sound(host, clap, saved, damage):
    state, _ = saved
    head, rest = state.split(b"session\0", 1)
    text, tail = rest.split(b"\0", 1)
    damaged = head + b"session\0" + damage(text.decode()).encode() + b"\0" + tail
    with ClapHost(host, clap) as plugin:
        plugin.load(damaged)
        plugin.settle()
        plugin.restart(44100)
        assert plugin.play(NOTES, 0.5)[:2].any()
        assert plugin.value(parameter(9, "pitch")) == pytest.approx(-3.5)  # parameters are whole
        assert content(plugin.save())["pads"][0]["sound"]["hits"]


def test_values_that_are_no_numbers_are_ignored(fresh):
    before = fresh.value(parameter(0, "level"))
    for value in (np.nan, np.inf, -np.inf):
        fresh.go_on([Change(0, parameter(0, "level"), value)], 0.01)
    assert fresh.value(parameter(0, "level")) == before
