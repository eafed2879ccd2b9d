"""How a recording follows a move."""

import numpy as np
from tests.support.exemplars import DIM, SPEC, decode, recording

from neural_drum_machine.exemplars.levels import decoded
from neural_drum_machine.exemplars.shaping import JOIN_STEPS, MOST_RISE, follow, no_louder
from neural_drum_machine.signal.levels import Levels

CODE = np.zeros(DIM, np.float32)
BASE = decoded(decode, CODE[None], [0])[0]
HIT = recording(1, CODE)


def changed(**parts) -> Levels:
    """What is decoded after a move: some parts of it louder or softer by nepers."""
    return Levels(*(part + parts.get(name, 0) for name, part in BASE._asdict().items()))


def test_without_a_move_nothing_changes():
    for got, has in zip(follow(HIT, BASE, BASE, SPEC), HIT, strict=True):
        np.testing.assert_allclose(got, has, atol=1e-5)


def test_a_recording_fades_and_darkens_as_its_decoded_sound_does():
    mel = -np.linspace(0, 3, SPEC.n_frames) - np.linspace(0, 1, SPEC.n_mels)[:, None]
    got = follow(HIT, BASE, changed(mel=mel.astype("f4")), SPEC)
    loud = got.mel > np.log(SPEC.log_eps) + 3
    np.testing.assert_allclose((got.mel - HIT.mel)[loud], mel[loud], atol=0.1)


def test_no_cell_rises_far_where_the_decoded_sound_comes_out_of_silence():
    late = np.arange(SPEC.n_frames) > 100
    new = changed(mel=np.where(late, 8, 0).astype("f4"))
    got = follow(HIT, BASE, new, SPEC)
    rise = (got.mel - HIT.mel)[:, late]
    assert 0.5 * MOST_RISE < rise.max() <= MOST_RISE + 1e-5


def test_silence_stays_silent():
    late = np.arange(SPEC.n_frames) > 100
    floor = np.log(np.float32(SPEC.log_eps))
    gated = HIT._replace(mel=np.where(late, floor, HIT.mel))
    got = follow(gated, BASE, changed(mel=2.0), SPEC)
    np.testing.assert_allclose(got.mel[:, late], floor, atol=1e-6)


def test_no_sound_gets_louder_than_its_recording_whichever_part_rises():
    loudest = HIT.mel.max(), np.logaddexp.reduce(2 * HIT.attack).max()
    for new in (changed(mel=1.0), changed(attack=1.0), changed(mel=1.5, air=1.5, attack=1.5)):
        got = follow(HIT, BASE, new, SPEC)
        assert got.mel.max() <= loudest[0] + 1e-3
        assert np.logaddexp.reduce(2 * got.attack).max() <= loudest[1] + 1e-3


def test_a_change_of_the_level_alone_is_none():
    both = [changed(mel=x, air=x, attack=x) for x in (0.0, 1.0)]
    one, other = (follow(HIT, BASE, new, SPEC) for new in both)
    late = JOIN_STEPS[1]
    np.testing.assert_allclose(one.mel, other.mel, atol=1e-3)
    np.testing.assert_allclose(one.attack[:, late:], other.attack[:, late:], atol=0.05)


def test_the_attack_ends_as_the_core_goes_on():
    got = follow(HIT, BASE, changed(attack=-1.5, mel=-0.5, air=-0.5), SPEC)
    change = np.where(HIT.attack > np.log(1e-4) + 4, got.attack - HIT.attack, np.nan)
    early, late = change[:, : JOIN_STEPS[0]], change[:, JOIN_STEPS[1] :]
    assert np.nanmax(np.abs(early + 1.5)) < 0.1
    assert np.nanmax(np.abs(late + 0.5)) < 0.1


def test_turning_down_leaves_softer_sounds_as_they_are():
    softer = Levels(*(part - 1 for part in HIT))
    for got, has in zip(no_louder(softer, [HIT], SPEC), softer, strict=True):
        np.testing.assert_array_equal(got, has)
    for got, has in zip(no_louder(HIT, [softer, HIT], SPEC), HIT, strict=True):
        np.testing.assert_allclose(got, has, atol=1e-6)
