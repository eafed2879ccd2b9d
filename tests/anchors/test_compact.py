"""The compact form: small, exact where it can be, and read with mistrust."""

import json

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.anchors.compact import MAGIC, MOST_BYTES, packed, unpacked
from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.errors import AnchorError

SR = 44_100
CODE = np.linspace(-2, 2, 64).astype(np.float32)


@pytest.fixture(scope="module")
def form(snare):
    return packed(OwnSound.of(snare, "snare\x1b[31m.wav"), "snare", CODE)


def test_a_short_sound_comes_back_to_the_last_of_16_bits(form, snare):
    own, category, code = unpacked(form)
    assert len(form) <= MOST_BYTES
    assert category == "snare"
    np.testing.assert_array_equal(code, CODE)
    np.testing.assert_allclose(own.samples, snare.channels, atol=0.51 / 32768)
    assert own.onset == OwnSound.of(snare).onset
    assert own.name.isprintable()


def test_a_long_sound_fits_and_comes_back_nearly(long_tom):
    sound = OwnSound(
        np.stack([long_tom.channels[0] + 0.2 * noise(4.0, SR, k, 2) for k in (1, 2)]), 3
    )
    form = packed(sound, "tom", CODE)
    assert 0.7 * MOST_BYTES < len(form) <= MOST_BYTES
    back = unpacked(form)[0]
    assert back.samples.shape == sound.samples.shape
    error = np.square(back.samples - sound.samples).sum() / np.square(sound.samples).sum()
    assert 10 * np.log10(error) < -9


def test_the_longest_noise_fits_too():
    hiss = OwnSound(np.stack([noise(10, SR, seed, 0.1) for seed in (1, 2)]), 0)
    form = packed(hiss, "shaker", CODE)
    assert len(form) <= MOST_BYTES
    assert unpacked(form)[0].samples.shape == (1, 10 * SR)


def test_a_sound_over_full_scale_keeps_its_level():
    loud = OwnSound((3 * tone(200, 0.3, SR))[None], 0)
    back = unpacked(packed(loud, "tom", CODE))[0]
    np.testing.assert_allclose(back.samples, loud.samples, atol=6 / 32768)


def test_truncated_at_any_place_it_is_refused(form):
    for length in range(0, 400, 7):
        with pytest.raises(AnchorError):
            unpacked(form[:length])


def with_header(form, **changes):
    size = int.from_bytes(form[6:8], "little")
    header = {**json.loads(form[8 : 8 + size]), **changes}
    text = json.dumps(header).encode()
    return form[:6] + len(text).to_bytes(2, "little") + text + form[8 + size :]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"category": "cowbell"}, "header is damaged"),
        ({"onset": -1}, "header is damaged"),
        ({"onset": 10**9}, "outside the sound"),
        ({"peak": 1e9}, "header is damaged"),
        ({"code": [1e9]}, "header is damaged"),
        ({"code": [0.0] * 513}, "header is damaged"),
        ({"code": "x"}, "header is damaged"),
        ({"name": 3}, "header is damaged"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(form, changes, message):
    with pytest.raises(AnchorError, match=message):
        unpacked(with_header(form, **changes))


def test_other_bytes_are_refused(form):
    for data, message in (
        (b"", "does not begin with NDMA"),
        (b"RIFF" + form[4:], "does not begin with NDMA"),
        (MAGIC + b"\x02" + form[5:], "version 2, this program reads 1"),
        (form + b"\0" * MOST_BYTES, "the most is 40000"),
        (form[:-3000], "anchor is damaged"),
    ):
        with pytest.raises(AnchorError, match=message):
            unpacked(data)
