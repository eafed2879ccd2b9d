"""Where the generator changes a body's pitch, the own sound is tuned."""

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.anchors.anchor import Anchor
from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.anchors.tuning import pitch_ratio, tuned
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.levels import levels_of
from neural_drum_machine.signal.spec import LONG_SPEC

SR = 44_100


def levels(samples):
    return levels_of(make_hit(samples, SR, LONG_SPEC), LONG_SPEC)


@pytest.mark.parametrize("ratio", [0.8, 0.97, 1.0, 1.05, 1.25])
def test_the_ratio_of_two_bodies_is_heard(ratio):
    base, new = (levels(tone(f, 0.8, SR, 5)) for f in (100, 100 * ratio))
    assert pitch_ratio(base, new, LONG_SPEC) == pytest.approx(ratio, rel=0.01)


def test_noise_has_no_pitch_to_follow():
    hiss = levels(noise(0.8, SR, 0, 5))
    assert pitch_ratio(levels(tone(100, 0.8, SR, 5)), hiss, LONG_SPEC) == 1
    assert pitch_ratio(hiss, hiss, LONG_SPEC) == 1


def test_a_tuned_sound_and_its_levels_agree():
    samples = tone(100, 0.8, SR, 5)
    own = OwnSound(np.pad(samples, (400, 0))[None], 400)
    anchor = Anchor.of(own, "tom", LONG_SPEC, lambda _: np.zeros(64, np.float32))
    moved, base = tuned(anchor, anchor.recording, 1.2, LONG_SPEC)
    assert moved.sound.onset == round(400 / 1.2)
    assert moved.sound.samples.shape[1] == pytest.approx(own.samples.shape[1] / 1.2, abs=2)
    assert pitch_ratio(anchor.recording, moved.recording, LONG_SPEC) == pytest.approx(1.2, rel=0.01)
    assert pitch_ratio(base, moved.recording, LONG_SPEC) == pytest.approx(1, rel=0.02)
    same, untouched = tuned(anchor, anchor.recording, 1.0, LONG_SPEC)
    assert (same, untouched) == (anchor, anchor.recording)
