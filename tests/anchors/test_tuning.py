"""Where the generator changes a body's pitch, the own sound is tuned."""

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.anchors.anchor import Anchor
from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.anchors.tuning import Decoded, pitch_ratio, tuned
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.levels import levels_of
from neural_drum_machine.signal.mel import mel_band_edges
from neural_drum_machine.signal.spec import LONG_SPEC

SR = 44_100


def levels(samples):
    return levels_of(make_hit(samples, SR, LONG_SPEC), LONG_SPEC)


def ratio_of(base, new):
    return pitch_ratio(*(Decoded(each, LONG_SPEC) for each in (base, new)))


@pytest.mark.parametrize("ratio", [0.8, 0.97, 1.0, 1.05, 1.25])
def test_the_ratio_of_two_bodies_is_heard(ratio):
    base, new = (levels(tone(f, 0.8, SR, 5)) for f in (100, 100 * ratio))
    assert ratio_of(base, new) == pytest.approx(ratio, rel=0.01)


def test_noise_has_no_pitch_to_follow():
    hiss = levels(noise(0.8, SR, 0, 5))
    assert ratio_of(levels(tone(100, 0.8, SR, 5)), hiss) == 1
    assert ratio_of(hiss, hiss) == 1


def test_a_tuned_sound_and_its_levels_agree():
    samples = tone(100, 0.8, SR, 5)
    own = OwnSound(np.pad(samples, (400, 0))[None], 400)
    anchor = Anchor.of(own, "tom", LONG_SPEC, lambda _: np.zeros(64, np.float32))
    moved, base = tuned(anchor, anchor.recording, 1.2, LONG_SPEC)
    assert moved.sound.onset == round(400 / 1.2)
    assert moved.sound.samples.shape[1] == pytest.approx(own.samples.shape[1] / 1.2, abs=2)
    assert ratio_of(anchor.recording, moved.recording) == pytest.approx(1.2, rel=0.01)
    assert ratio_of(base, moved.recording) == pytest.approx(1, rel=0.02)
    same, untouched = tuned(anchor, anchor.recording, 1.0, LONG_SPEC)
    assert (same, untouched) == (anchor, anchor.recording)


def changed(base, hz, nepers):
    """Levels in which the bands around a frequency have changed."""
    centres = mel_band_edges(LONG_SPEC)[1:-1]
    near = np.exp(-0.5 * np.square((centres - hz) / 20)).astype(np.float32)
    return base._replace(mel=base.mel + np.float32(nepers) * near[:, None])


def cents(base, new):
    return 1200 * np.log2(ratio_of(base, new))


def two_partials(share):
    """A drum with two partials; `share` is that of the upper one."""
    low, high = tone(120, 0.8, SR, 6), tone(170, 0.8, SR, 6)
    return levels((1 - share) * low + share * high)


def test_a_small_change_of_the_levels_tunes_a_little():
    """Whatever partial is found: the ratio begins at 1, and grows as the levels change."""
    base = two_partials(0.499)
    for nepers in (0.002, 0.005, 0.01, 0.02):
        for hz in (100, 120, 145, 170, 190):
            assert abs(cents(base, changed(base, hz, nepers))) < 2500 * nepers


def test_frames_that_contradict_each_other_tune_nothing():
    """A body that falls in its first half and rises in its second one has no one ratio."""
    base = levels(tone(120, 0.3, SR, 2))
    halves = np.concatenate([tone(100, 0.12, SR, 2), 0.9 * tone(145, 0.18, SR, 2)])
    assert abs(cents(base, levels(halves))) < 40
    assert cents(base, levels(tone(145, 0.3, SR, 2))) == pytest.approx(328, abs=10)


def test_the_rumble_of_jingles_does_not_tune_them():
    hiss = noise(0.8, SR, 0, 5)
    low, high = (levels(hiss + 0.05 * tone(f, 0.8, SR, 5)) for f in (90, 110))
    assert ratio_of(low, high) == 1
