"""Velocity: softer strokes are quieter, and other sounds."""

import json

import numpy as np
import pytest
from tests.support.sounds import noise, tone

import neural_drum_machine as ndm
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import ControlError
from neural_drum_machine.signal.audio_file import Clip
from neural_drum_machine.signal.descriptors import attack_time, decay_time
from neural_drum_machine.signal.loudness import loudness
from neural_drum_machine.signal.sound_file import read_comment
from neural_drum_machine.wishes.strike import struck
from neural_drum_machine.wishes.velocity import (
    BANDS_HZ,
    Stroke,
    check_velocity,
    curves,
    level_db,
    stroke,
)

SR = 44_100
VELOCITIES = (127, 100, 64, 32, 1)


@pytest.fixture(scope="module")
def machine():
    return ndm.load()


@pytest.fixture(scope="module")
def tom(machine):
    """A tom drawn at several velocities."""
    return [machine.render("tom", seed=3, velocity=each) for each in VELOCITIES]


@pytest.fixture(scope="module")
def own_snare(machine):
    x = 0.4 * tone(190, 0.25, SR, 24) + 0.2 * noise(0.25, SR, 3, 30)
    clip = Clip(np.stack([x, 0.5 * x]).astype(np.float32), SR)
    return machine.anchor(clip, "snare", name="my snare.wav")


def flat(level: float = 0.0, **changed: float) -> Stroke:
    """A stroke that changes only what is named."""
    return Stroke(changed.get("attack", 0.0), changed.get("decay", 0.0), np.zeros(10), level)


def test_the_loudest_velocity_leaves_every_byte_as_it_is(machine, tom, own_snare):
    assert machine.render("tom", seed=3).wav() == tom[0].wav()
    assert "velocity" not in tom[0].recipe()
    bent = machine.bend(own_snare, (0.5, 0, 0))
    assert machine.bend(own_snare, (0.5, 0, 0), velocity=127).wav() == bent.wav()


def test_softer_is_quieter_by_the_law(tom):
    levels = [loudness(sound.samples, sound.sr) for sound in tom]
    for velocity, level in zip(VELOCITIES[1:], levels[1:], strict=True):
        assert level - levels[0] == pytest.approx(level_db(velocity), abs=0.3)


@pytest.mark.parametrize("category", ["tom", "closed_hihat", "clap"])
def test_softer_is_darker_where_recordings_are(machine, category):
    bright = [
        machine.describe(machine.render(category, seed=5, velocity=velocity))["brightness"]
        for velocity in (127, 64, 1)
    ]
    assert bright == sorted(bright, reverse=True)
    assert bright[2] < 0.99 * bright[0]


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_value_goes_one_way_from_loud_to_soft(category):
    steps = [stroke({category: 1.0}, velocity) for velocity in range(127, 0, -1)]
    values = np.array([[each.attack, each.decay, *each.bands] for each in steps])
    np.testing.assert_array_equal(values[0], 0)
    way = np.sign(values[-1])
    assert (np.diff(values, axis=0) * way >= 0).all()
    assert (np.diff([each.level for each in steps]) < 0).all()
    last = [curve.change for curve in curves(category).values()]
    np.testing.assert_allclose(values[-1], last)
    assert (steps[0].level, steps[-1].level) == (0, pytest.approx(-40))


def test_a_soft_stroke_is_no_quiet_loud_one(tom):
    loud, soft = (sound.samples / np.abs(sound.samples).max() for sound in (tom[0], tom[-1]))
    n = min(len(loud), len(soft))
    powers = [np.square(np.abs(np.fft.rfft(each[:n]))) for each in (loud, soft)]
    hz = np.fft.rfftfreq(n, 1 / SR)
    levels = []
    for power in powers:
        bands = [power[(hz >= f / 1.4) & (hz < f * 1.4)].sum() for f in BANDS_HZ[1:9]]
        levels.append(10 * np.log10(np.array(bands) / power.sum()))
    assert np.ptp(levels[1] - levels[0]) > 3  # a gain alone would give 0


def test_a_blend_changes_by_the_shares_of_its_categories():
    kick, snare = (stroke({name: 1.0}, 40) for name in ("kick", "snare"))
    both = stroke({"kick": 0.25, "snare": 0.75}, 40)
    np.testing.assert_allclose(both.bands, 0.25 * kick.bands + 0.75 * snare.bands)
    assert both.attack == pytest.approx(0.25 * kick.attack + 0.75 * snare.attack)


def test_a_velocity_changes_a_wish_from_its_value(machine):
    loud, soft = (
        machine.render("tom", seed=2, wish={"decay": 0.3}, velocity=velocity)
        for velocity in (127, 1)
    )
    assert soft.wish == loud.wish
    one, other = machine.describe(loud), machine.describe(soft)
    assert one["decay"] == pytest.approx(0.3, rel=0.12)
    wanted = 2 ** curves("tom")["decay"].change
    assert other["decay"] / one["decay"] == pytest.approx(wanted, rel=0.1)
    assert other["brightness"] < one["brightness"]


@pytest.mark.parametrize("velocity", [0, 128, -1, 64.0, float("nan"), True, "64", None])
def test_other_velocities_are_refused(machine, velocity):
    with pytest.raises(ControlError, match=r"whole number from 1 to 127, got .*; 127 is the sound"):
        machine.render("kick", seed=1, velocity=velocity)


def test_numpys_whole_numbers_are_velocities():
    assert check_velocity(np.int64(5)) == 5


def test_a_file_recalls_its_velocity(machine, own_snare, tmp_path):
    drawn = machine.render("conga", seed=3, velocity=40)
    drawn.write(tmp_path / "a.wav")
    assert json.loads(read_comment(tmp_path / "a.wav"))["velocity"] == 40
    back = machine.recall(tmp_path / "a.wav")
    assert (back.velocity, "velocity=40" in repr(back)) == (40, True)
    np.testing.assert_array_equal(back.samples, drawn.samples)
    bent = machine.bend(own_snare, (0.5, 0, 0), velocity=40)
    bent.write(tmp_path / "b.flac")
    back = machine.recall(tmp_path / "b.flac")
    assert back.velocity == 40
    np.testing.assert_allclose(back.samples, bent.samples, atol=2e-3)


def test_a_damaged_velocity_in_a_file_is_refused(machine, tmp_path):
    machine.render("kick", seed=3, velocity=40).write(tmp_path / "a.wav")
    data = (tmp_path / "a.wav").read_bytes()
    (tmp_path / "a.wav").write_bytes(data.replace(b'"velocity":40', b'"velocity":-4'))
    with pytest.raises(ControlError, match="velocity must be a whole number"):
        machine.recall(tmp_path / "a.wav")


def test_an_anchored_sound_follows(machine, own_snare):
    loud, soft = (machine.bend(own_snare, velocity=velocity) for velocity in (127, 50))
    assert soft.samples.shape == loud.samples.shape
    one, other = (sound.samples.mean(axis=0) for sound in (loud, soft))
    change = loudness(other, SR) - loudness(one, SR)
    assert change == pytest.approx(level_db(50), abs=0.1)
    # Both channels change alike: the right one is half as loud as the left.
    np.testing.assert_allclose(soft.samples[1], 0.5 * soft.samples[0], atol=1e-4)


def test_a_morph_is_struck_as_hard_as_its_ends(machine, own_snare):
    first = machine.render("snare", seed=1, velocity=100)
    second = machine.render("snare", seed=2, velocity=40)
    np.testing.assert_array_equal(machine.morph(first, second, 0).samples, first.samples)
    assert machine.morph(first, second, 0.5).velocity == 70
    # The drawn end is an own sound here, and is not softened twice.
    anchored = machine.morph(second, machine.bend(own_snare, velocity=40), 0).samples
    change = loudness(np.atleast_2d(anchored).mean(axis=0), SR) - loudness(second.samples, SR)
    assert abs(change) < 2


@pytest.mark.parametrize("octaves", [-0.5, 0.3])
def test_attack_and_decay_change_by_octaves(octaves):
    rising = np.minimum(1, np.arange(2 * SR) / 400)
    x = (tone(180, 2.0, SR, 6) * rising)[None].astype(np.float32)
    decays = [decay_time(each[0], SR) for each in (x, struck(x, SR, 0, flat(decay=octaves)))]
    assert decays[1] / decays[0] == pytest.approx(2**octaves, rel=0.05)
    attacks = [attack_time(each[0], SR) for each in (x, struck(x, SR, 0, flat(attack=octaves)))]
    # A rise has its even shape as soon as it is changed, so its length is met less exactly.
    assert np.log2(attacks[1] / attacks[0]) * np.sign(octaves) > 0.1


def test_velocity_does_not_jump_at_its_ends(machine):
    """The law that lets somebody turn a knob: 126 is nearly 127."""
    for category in ("tom", "snare", "closed_hihat"):
        loud, next_to = (
            machine.render(category, seed=3, velocity=velocity) for velocity in (127, 126)
        )
        off = np.abs(next_to.samples / 10 ** (level_db(126) / 20) - loud.samples)
        assert np.sqrt(np.square(off).sum() / np.square(loud.samples).sum()) < 0.03


def test_silence_stays_silent_and_peaks_stay_under_the_top():
    silence = np.zeros((1, 1000), np.float32)
    np.testing.assert_array_equal(struck(silence, SR, 0, flat(-6)), silence)
    x = noise(0.2, SR)[None]
    assert np.abs(struck(x, SR, 0, stroke({"snare": 1.0}, 126))).max() <= 1
