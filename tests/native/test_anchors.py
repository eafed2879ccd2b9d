"""Own sounds and their morphs, with levels from the engine and from the reference."""

import numpy as np
import pytest
from tests.support.degrade import OPEN_DRUMS
from tests.support.sounds import noise, tone

import neural_drum_machine as ndm
from neural_drum_machine.signal.audio_file import Clip

SR = 44_100


@pytest.fixture(scope="module")
def native(shipped):
    return shipped.with_engine(ndm.load(engine="native").engine)


def clip(samples):
    return Clip(np.atleast_2d(samples).astype(np.float32), SR)


def own_sounds():
    """Synthesised hits, and a recording of each category where they are at hand."""
    hits = [
        ("tom", clip(np.pad(0.8 * tone(110, 0.6, SR, 8), (600, 0)))),
        # A few samples of silence: SoXR begins its second stage with the first sample, so of a
        # sound that begins with full level it makes three samples otherwise than in its middle.
        ("snare", clip(np.pad(0.4 * tone(190, 0.4, SR, 15) + 0.5 * noise(0.4, SR, 1, 20), (9, 0)))),
        ("closed_hihat", clip(np.stack([noise(0.2, SR, seed, 40) for seed in (2, 3)]))),
    ]
    recordings = [sorted((OPEN_DRUMS / name).rglob("*.*"))[:1] for name in ndm.CATEGORIES]
    return hits + [(path[0].parent, path[0]) for path in recordings if path]


def decibels(first, second):
    assert first.shape == second.shape
    return 10 * np.log10(np.square(first - second).mean() + 1e-24)


@pytest.fixture(scope="module")
def anchors(shipped):
    out = []
    for label, source in own_sounds():
        category = label if isinstance(label, str) else source.relative_to(OPEN_DRUMS).parts[0]
        out.append(shipped.anchor(source, category, name="own"))
    return out


@pytest.mark.parametrize(
    "move",
    [
        {"p": (0.6, -0.4, 0.3)},
        {"p": (-1, 0.5, 0), "velocity": 70},
        {"p": (0, 0, 0), "to": "clap", "t": 0.5},
        {"p": (0.3, 0, 0), "blend": 0.5},
    ],
)
def test_bent_own_sounds_agree(shipped, native, anchors, move):
    for anchor in anchors:
        wanted, given = (machine.bend(anchor, **move) for machine in (shipped, native))
        assert decibels(given.samples, wanted.samples) < -80
        assert (given.engine, wanted.engine) == ("native", "reference")


def test_morphs_with_own_sounds_agree(shipped, native, anchors):
    drawn = shipped.render("kick", seed=3)
    for anchor in anchors[:4]:
        own = shipped.bend(anchor)
        for t in (0.25, 0.7):
            wanted, given = (machine.morph(drawn, own, t) for machine in (shipped, native))
            assert decibels(given.samples, wanted.samples) < -80


def test_an_own_sound_at_rest_is_its_samples(native, anchors):
    for anchor in anchors:
        at_rest = native.bend(anchor).samples
        assert np.array_equal(np.atleast_2d(at_rest), anchor.sound.samples)
