"""The VST3 in a real host: pedalboard, which is JUCE's."""

import numpy as np
import pytest
from mido import Message
from tests.support.vst3_host import vst3

STEP = 2.0**-22


@pytest.fixture(scope="module")
def hosted(bundles):
    """The plug-in in pedalboard."""
    return vst3(bundles / "neural-drum-machine.vst3")


def play(hosted, *notes, seconds=1.0, rate=44100, block=512):
    """Return ``(2, n)`` of notes, pairs of seconds and a number."""
    messages = [Message("note_on", note=note, velocity=127, time=at) for at, note in notes]
    return hosted(messages, duration=seconds, sample_rate=rate, buffer_size=block)


def test_it_is_an_instrument_with_named_parameters(hosted):
    assert hosted.is_instrument
    level = hosted._get_parameter("3 Level")
    assert level.label == "dB"
    assert float(level.string_value) == pytest.approx(0, abs=1e-5)
    category = hosted._get_parameter("3 Category")
    assert category.string_value == "Snare"
    for words in ("Kick", "Closed hi-hat", "Tom"):
        value = category.get_raw_value_for_text(words)
        assert category.get_text_for_raw_value(value) == words


def test_it_plays_what_the_machine_renders_and_its_state_comes_back(hosted, machine):
    samples = machine.render("snare", seed=3).samples
    sound = play(hosted, (0.0, 38))
    assert np.abs(sound[:, : len(samples)] - samples).max() <= STEP
    assert not sound[:, len(samples) :].any()
    state = hosted.raw_state
    hosted._get_parameter("3 Seed").raw_value = hosted._get_parameter(
        "3 Seed"
    ).get_raw_value_for_text("77")
    other = play(hosted, (0.0, 38), block=1024)
    hosted.raw_state = state
    assert np.array_equal(play(hosted, (0.0, 38)), sound)
    assert not np.array_equal(other, sound)
    assert hosted._get_parameter("3 Seed").string_value == "3"
