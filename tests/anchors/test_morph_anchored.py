"""Morphs between own sounds, and between an own sound and a drawn one."""

import numpy as np
import pytest

from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.anchors.play import between, mixed
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.levels import levels_of
from neural_drum_machine.signal.loudness import loudness
from neural_drum_machine.signal.spec import LONG_SPEC

SR = 44_100


def log_mel_db(samples):
    return levels_of(make_hit(samples, SR, LONG_SPEC), LONG_SPEC).mel * (20 / np.log(10))


def mono(sound):
    return sound.samples if sound.samples.ndim == 1 else sound.samples.mean(axis=0)


def test_the_ends_are_the_own_sounds_to_the_last_bit(shipped, snare_anchor, tom_anchor):
    ends = [shipped.bend(snare_anchor), shipped.bend(tom_anchor)]
    for t, end in zip((0, 1), ends, strict=True):
        np.testing.assert_array_equal(shipped.morph(*ends, t).samples, end.samples)
    middle = shipped.morph(*ends, 0.5)
    assert {own.sound.name: share for own, share in middle.anchors} == {
        "my snare.wav": 0.5,
        "tom.wav": 0.5,
    }
    levels = [loudness(mono(each), SR) for each in (*ends, middle)]
    assert min(levels[:2]) - 4 < levels[2] < max(levels[:2]) + 1


def test_a_drawn_sound_is_an_end_as_it_is(shipped, snare_anchor):
    own, drawn = shipped.bend(snare_anchor), shipped.render("kick", seed=4)
    arrived = shipped.morph(own, drawn, 1.0)
    np.testing.assert_array_equal(arrived.samples, drawn.samples)
    half = shipped.morph(own, ("kick", drawn.code), 0.5)
    assert len(half.anchors) == 2
    assert half.exemplars == ()
    assert (half.category, half.to, half.t) == ("snare", "kick", 0.5)


def test_steps_next_to_an_end_are_small(shipped, snare_anchor, tom_anchor):
    ends = [shipped.bend(snare_anchor), shipped.bend(tom_anchor)]
    near = shipped.morph(*ends, 0.01)
    at, there = (log_mel_db(mono(each)) for each in (ends[0], near))
    assert np.abs(at - there)[at > at.max() - 40].mean() < 1


def test_a_morph_of_morphs_keeps_each_own_sound_once(snare_anchor, tom_anchor):
    one, other = ((snare_anchor, 1.0),), ((snare_anchor, 0.5), (tom_anchor, 0.5))
    shares = {own.sound.name: share for own, share in between(one, other, 0.5)}
    assert shares == pytest.approx({"my snare.wav": 0.75, "tom.wav": 0.25})


def test_sounds_are_laid_over_each_other_at_their_onsets():
    early, late = np.zeros((1, 2000), np.float32), np.zeros((2, 3000), np.float32)
    early[0, 10:1500] = 0.5
    late[:, 400:2500] = 0.5
    out = mixed([(OwnSound(early, 10), 0.5), (OwnSound(late, 400), 0.5)])
    assert (out.onset, out.samples.shape) == (400, (2, 3000))
    assert not out.samples[:, :400].any()
    assert np.abs(out.samples[0, 400]) > 0.4
