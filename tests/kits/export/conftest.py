"""Small kits as samples."""

from dataclasses import replace

import numpy as np
import pytest
from tests.support.sounds import noise, tone

import neural_drum_machine as ndm
from neural_drum_machine.kits.rendered import Layer, RenderedKit, RenderedVoice

SR = 44_100
LAYERS = ((1, 63, 63), (64, 127, 127))


@pytest.fixture(scope="session")
def drums() -> RenderedKit:
    """Three voices of the shipped model, two layers, two round robins; the snare is in stereo."""
    mono, stereo = ndm.load(), ndm.load(width=0.6)
    recordings = {}

    def voice(machine, name, category, note, choke, choke_ms, level, pan):
        layers = []
        for low, high, velocity in LAYERS:
            takes = [machine.render(category, seed=4, velocity=velocity, take=t) for t in (0, 1)]
            recordings.update({each["name"]: each for each in takes[0].recordings})
            samples = tuple(each.samples for each in takes)
            comments = tuple(each.comment() for each in takes)
            blocks = tuple(each.block() for each in takes)
            layers.append(Layer(low, high, velocity, samples, comments, blocks))
        return RenderedVoice(name, category, note, choke, choke_ms, level, pan, 0.0, tuple(layers))

    voices = (
        voice(stereo, "Snare", "snare", 38, 0, 10.0, 0.0, 0.0),
        voice(mono, "Open hat", "open_hihat", 46, 1, 40.0, -6.0, 0.3),
        voice(mono, "Closed hat", "closed_hihat", 42, 1, 80.0, -8.0, -0.5),
    )
    return RenderedKit("Test kit", SR, voices, tuple(recordings.values()))


def plain_voice(name="Tom", note=45, take=None, **changes) -> RenderedVoice:
    """A voice of one layer and one take, synthesised."""
    take = np.asarray(0.5 * tone(180, 0.2, SR), np.float32) if take is None else take
    layer = Layer(1, 127, 127, (take,), ("",), (b"",))
    return replace(RenderedVoice(name, "tom", note, 0, 10.0, 0.0, 0.0, 0.0, (layer,)), **changes)


@pytest.fixture
def make_voice():
    return plain_voice


@pytest.fixture
def make_kit():
    """Make a kit of voices."""
    return lambda *voices, name="Kit", sr=SR, **more: RenderedKit(name, sr, voices, **more)


AWKWARD = (
    'a/b\\c:d*e?f"g<h>i|j',
    "CON",
    "com1.wav",
    "  .hidden. ",
    "..",
    "Snare",
    "sNARE",
    "SNARE 2",
    "Crash 💥 & <Ride>",
    "K" * 300,
    "K" * 299 + "L",
    "línea\n\rnueva\x1b[31m\x00",
    "é",
    "e\u0301",
    "pitch=3 sample=x $a #define // note",
    "日本語の太鼓",
    "",
    "\ud800 half",
    "]]>&amp;'\"",
)
"""Names of voices that a file system, XML or SFZ could stumble over."""


@pytest.fixture
def awkward(make_kit) -> RenderedKit:
    """A kit whose names hold anything, two layers each."""
    take = np.asarray(0.3 * noise(0.03, SR), np.float32)
    layers = (
        Layer(1, 100, 80, (take,), ("",), (b"",)),
        Layer(101, 127, 127, (take, take), ("", ""), (b"", b"")),
    )
    voices = [
        plain_voice(name, 30 + number, choke=number % 3, pan=0.1, layers=layers)
        for number, name in enumerate(AWKWARD)
    ]
    return make_kit(*voices, name="../ my: <kit> \U0001f941 & \x07")
