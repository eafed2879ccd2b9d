"""What is taken of a file: its samples, from shortly before the hit on."""

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.anchors.own_sound import LEAD_SECONDS, MAX_SECONDS, OwnSound
from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.audio_file import Clip
from neural_drum_machine.signal.spec import LONG_SPEC

SR = 44_100


def test_a_file_that_begins_with_its_hit_is_taken_whole(snare):
    own = OwnSound.of(snare)
    np.testing.assert_array_equal(own.samples, snare.channels)
    assert own.onset == pytest.approx(0.02 * SR, abs=0.001 * SR)


def test_of_the_time_before_the_hit_little_is_kept(snare):
    late = Clip(np.pad(snare.channels, ((0, 0), (SR, 0))), SR)
    own = OwnSound.of(late)
    assert own.onset == round(LEAD_SECONDS * SR)
    # The samples are the file's own.
    first = late.channels.shape[1] - own.samples.shape[1]
    np.testing.assert_array_equal(own.samples, late.channels[:, first:])


def test_another_rate_is_resampled_and_a_long_sound_ends_at_ten_seconds():
    own = OwnSound.of(Clip(tone(200, 0.5, 48_000)[None], 48_000))
    assert own.samples.shape == (1, round(0.5 * SR))
    long = OwnSound.of(Clip(tone(200, 12, SR, 0.2)[None], SR))
    assert long.samples.shape[1] == MAX_SECONDS * SR
    assert long.samples[0, -1] == 0


def test_channels_that_cancel_and_more_than_two_become_one():
    mono = tone(200, 0.3, SR)
    noted = Clip(np.stack([mono, -mono]), SR, ("Its channels cancel each other, …",))
    np.testing.assert_array_equal(OwnSound.of(noted).samples, mono[None])
    many = Clip(np.stack([mono] * 6), SR)
    np.testing.assert_allclose(OwnSound.of(many).samples, mono[None], atol=1e-6)


def test_the_model_hears_it_as_any_other_hit(snare):
    hit = OwnSound.of(snare).hit(LONG_SPEC)
    assert np.abs(hit.samples).max() == pytest.approx(1)
    # Its onset is where the model expects it.
    quiet = np.abs(hit.samples[: LONG_SPEC.pre_roll - 40]).max()
    assert quiet < 0.01 < np.abs(hit.samples[: LONG_SPEC.pre_roll + 60]).max()


@pytest.mark.parametrize(
    ("channels", "message"),
    [
        (np.zeros((1, SR), np.float32), "silent"),
        (noise(0.003, SR)[None], "a hit lasts at least 5 ms"),
    ],
)
def test_what_is_no_hit_is_refused(channels, message):
    with pytest.raises(AudioError, match=message):
        OwnSound.of(Clip(channels, SR), "x.wav")


def test_an_onset_lies_in_its_sound():
    with pytest.raises(AudioError, match="outside the sound"):
        OwnSound(np.zeros((1, 10), np.float32), 10)
    with pytest.raises(AudioError, match="one or two channels"):
        OwnSound(np.zeros((3, 10), np.float32), 1)
