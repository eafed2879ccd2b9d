"""The codec of residuals: exact where a recording is loud, small, and safe to read."""

import struct
import zlib

import numpy as np
import pytest
from tests.support.exemplars import DIM, SPEC, decode, exemplar, recording

from neural_drum_machine.errors import ExemplarError
from neural_drum_machine.exemplars.levels import decoded, shapes
from neural_drum_machine.exemplars.precision import BANK, NEPER_DB, OWN, Precision, quiet_cells
from neural_drum_machine.exemplars.residual import (
    MOST_BYTES,
    decode_residual,
    encode_own,
    encode_residual,
)
from neural_drum_machine.signal.levels import Levels, floors

CODE = np.zeros(DIM, np.float32)
BASE = decoded(decode, CODE[None], [0])[0]
HIT = recording(1, CODE)


@pytest.mark.parametrize("precision", [BANK, Precision(0.25), Precision(1 / 16, 60, 50)])
def test_loud_cells_come_back_within_half_a_step(precision):
    back = BASE.plus(decode_residual(encode_residual(HIT, BASE, SPEC, precision), SPEC))
    quiets = quiet_cells(HIT, SPEC, precision.quiet_db)
    assert [bool(quiet.any()) for quiet in quiets] == [True, True, False]
    for has, got, quiet, floor in zip(HIT, back.limited(SPEC), quiets, floors(SPEC), strict=True):
        loud = has >= has.max() - precision.coarse_db / NEPER_DB + 1e-5
        assert np.abs(got - has)[loud & ~quiet].max() <= precision.step / 2 + 1e-5
        steps = precision.step * precision.multiples(has)
        assert (np.abs(got - has) <= steps / 2 + 1e-5)[~quiet].all()
        assert np.allclose(got[quiet], np.log(floor), atol=1e-6)


def test_single_soft_cells_in_noise_are_no_holes():
    pierced = HIT._replace(mel=HIT.mel.copy())
    pierced.mel[100, 5] = pierced.mel[101, 5] = np.log(SPEC.log_eps)
    assert not quiet_cells(pierced, SPEC, BANK.quiet_db)[0][95:105, :10].any()


def test_a_lone_speck_in_silence_is_left_out():
    speck = HIT._replace(mel=np.full_like(HIT.mel, np.log(SPEC.log_eps)))
    speck.mel[:20, :20] = 4
    speck.mel[300:302, 60] = 0
    quiet = quiet_cells(speck, SPEC, BANK.quiet_db)[0]
    assert quiet[290:310, 50:70].all()
    assert not quiet[:20, :20].any()


def test_silence_costs_nothing():
    silence = Levels(*(np.full_like(part, part.min()) for part in HIT)).limited(SPEC)
    assert len(encode_residual(silence, HIT, SPEC)) < 600


def test_a_residual_of_noise_is_small_and_larger_steps_make_it_smaller():
    sizes = [len(encode_residual(HIT, BASE, SPEC, Precision(step))) for step in (0.125, 0.25, 0.5)]
    assert sizes[0] > sizes[1] > sizes[2]
    assert sizes[0] < MOST_BYTES


def test_a_users_own_sound_is_as_exact_as_its_room_allows():
    noise = Levels(*(part + 0 for part in recording(2, CODE)))
    noise = Levels(np.maximum(noise.mel, 2.0 + (noise.mel % 1)), noise.air, noise.attack)
    with pytest.raises(ExemplarError, match="larger steps"):
        encode_residual(noise, BASE, SPEC, OWN[0])
    assert len(encode_own(noise, BASE, SPEC)) <= MOST_BYTES
    exact = encode_residual(HIT, HIT, SPEC, OWN[0])
    assert encode_own(HIT, HIT, SPEC) == exact


def test_the_same_recording_gives_the_same_bytes():
    assert exemplar(3).residual == exemplar(3).residual


@pytest.mark.parametrize("step", [0.0, 2.0, -1.0])
def test_a_step_out_of_range_is_refused(step):
    with pytest.raises(ExemplarError, match="step"):
        Precision(step)


def test_other_shapes_and_levels_that_are_not_finite_are_refused():
    with pytest.raises(ExemplarError, match="shapes"):
        encode_residual(HIT._replace(air=HIT.air[:, :-1]), BASE, SPEC)
    bad = HIT._replace(mel=np.where(HIT.mel > 0, np.nan, HIT.mel))
    with pytest.raises(ExemplarError, match="NaN"):
        encode_residual(bad, BASE, SPEC)


def _values() -> int:
    return sum(bands * frames for bands, frames in shapes(SPEC))


BLOB = encode_residual(HIT, BASE, SPEC)
HEAD = BLOB[:12]


@pytest.mark.parametrize(
    ("blob", "words"),
    [
        (b"", "bytes"),
        (BLOB[:12], "bytes"),
        (BLOB + bytes(MOST_BYTES), "bytes"),
        (b"XX" + BLOB[2:], "not a residual"),
        (BLOB[:2] + b"\x02" + BLOB[3:], "version"),
        (BLOB[:6] + struct.pack("<H", 4) + BLOB[8:], "bands"),
        (BLOB[:4] + b"\0\0" + BLOB[6:], "step"),
        (BLOB[:-5], "cut short"),
        (BLOB + b"more", "too long"),
        (BLOB[:3000] + bytes([BLOB[3000] ^ 255]) + BLOB[3001:], "damaged|cut short"),
        (HEAD + zlib.compress(bytes(2 * _values() - 2)), "cut short"),
        (HEAD + zlib.compress(bytes(30_000_000), 9), "too long"),
    ],
)
def test_a_damaged_residual_is_refused(blob, words):
    with pytest.raises(ExemplarError, match=words):
        decode_residual(blob, SPEC)


def test_no_residual_is_infinite_whatever_the_stream_says():
    stream = HEAD + zlib.compress(b"\xff" * (2 * _values()), 9)
    assert all(np.abs(part).max() <= 16 for part in decode_residual(stream, SPEC))
