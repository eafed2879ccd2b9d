import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.detail.attack import START, CoreAttack, follow_attack, open_gate
from neural_drum_machine.detail.limit import ceiling, soft_limit
from neural_drum_machine.signal.fine_attack import ATTACK_BANDS, ATTACK_STEPS, fine_attack
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, FULL_SR


def hit(ms=0.0, seed=0, decay=80.0):
    """Noise that begins some milliseconds after the onset."""
    silence = FULL_PRE_ROLL + round(ms * FULL_SR / 1000)
    return np.pad(noise(0.2, FULL_SR, seed, decay), (silence, 0)).astype(np.float32)


def smeared(seed=1):
    """Noise that begins too early and rises slowly."""
    sound = noise(0.2, FULL_SR, seed, decay=10)
    return sound * np.minimum(1, np.arange(len(sound)) / 1000).astype(np.float32)


@pytest.mark.parametrize("ms", [0, 12])
def test_a_sound_follows_the_attack_of_another(ms):
    target = fine_attack(hit(ms), 1.0)
    sound = smeared()
    before = np.abs(fine_attack(sound, 1.0) - target)
    follow_attack(sound, target)
    after = np.abs(fine_attack(sound, 1.0) - target)
    # Above 1 kHz, where the target is within 40 dB of its loudest. 0.35 are 3 dB.
    loud = target[2:] > target.max() - 4.6
    assert np.median(after[2:][loud]) < 0.35 < np.median(before[2:][loud])


def test_what_follows_its_own_attack_hardly_changes():
    sound = hit()
    copy = sound.copy()
    follow_attack(copy, fine_attack(sound, 1.0))
    assert np.linalg.norm(copy - sound) < 0.35 * np.linalg.norm(sound)
    np.testing.assert_array_equal(copy[3840:], sound[3840:])


def test_without_the_row_of_air_air_is_left_alone():
    dull = np.convolve(smeared(), np.hanning(16) / 8, mode="same").astype(np.float32)
    target = fine_attack(hit(), 1.0)
    free, pulled = dull.copy(), dull.copy()
    follow_attack(free, target[:-1])
    follow_attack(pulled, target)
    levels = [fine_attack(x, 1.0)[-1, 5:20].mean() for x in (free, pulled)]
    assert levels[0] < levels[1] - 1


def test_the_gate_is_open_at_the_onset_and_closed_before():
    sound = np.ones(1000, np.float32)
    open_gate(sound)
    assert not sound[: START + 1].any()
    assert np.abs(np.diff(sound)).max() < 0.1
    assert sound[FULL_PRE_ROLL:].min() == 1


def test_a_core_gets_the_shape_but_keeps_its_level():
    target = fine_attack(hit(12), 1.0)
    core = noise(0.2, 22_050, seed=3, decay=0)
    shape = CoreAttack(target, 22_050)
    shaped = core.copy()
    shape(shaped, 1.0)
    onset = FULL_PRE_ROLL // 2
    early, late = slice(onset, onset + 220), slice(onset + 270, onset + 600)
    assert np.square(shaped[early]).sum() < 0.05 * np.square(core[early]).sum()
    quiet, loud = CoreAttack(target, 22_050), CoreAttack(target + 1, 22_050)
    one, other = core.copy(), core.copy()
    quiet(one, 1.0)
    loud(other, 1.0)
    np.testing.assert_allclose(np.square(one[late]).sum(), np.square(other[late]).sum(), rtol=0.2)


def test_a_core_leaves_room_for_its_body():
    body = tone(100, 0.2, 22_050, decay=0)
    target = fine_attack(np.repeat(body, 2), 1.0)
    core = 0.5 * tone(110, 0.2, 22_050, decay=0)
    alone, beside = core.copy(), core.copy()
    CoreAttack(target, 22_050)(alone, 1.0)
    CoreAttack(target, 22_050, body)(beside, 1.0)
    assert np.isfinite(beside).all()
    assert np.abs(beside).max() < 3 * np.abs(core).max()


def test_peaks_are_bent_under_the_ceiling_and_the_rest_is_left_alone():
    sound = np.linspace(-3, 3, 1001).astype(np.float32)
    limited = sound.copy()
    soft_limit(limited, 1.5)
    assert np.abs(limited).max() <= 1.5
    assert (np.diff(limited) >= 0).all()
    within = np.abs(sound) <= 1.2
    np.testing.assert_array_equal(limited[within], sound[within])


def test_air_raises_the_ceiling_by_its_share():
    attack = np.full((ATTACK_BANDS, ATTACK_STEPS), -9.0, np.float32)
    attack[1] = -1
    assert ceiling(attack) == pytest.approx(1, abs=1e-3)
    attack[-1] = -1
    assert ceiling(attack) == pytest.approx(np.sqrt(2), abs=1e-3)
