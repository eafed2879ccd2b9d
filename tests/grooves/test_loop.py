"""A loop: exactly long, seamless, and the sum of its stems."""

from dataclasses import replace

import numpy as np
import pytest

from neural_drum_machine.errors import ControlError, GrooveError, KitError, OutputError
from neural_drum_machine.grooves.gm import substituted, without_missing
from neural_drum_machine.grooves.groove import Groove, Step
from neural_drum_machine.grooves.loop import add_around, choked, mixed, play_groove
from neural_drum_machine.grooves.loop_file import at_rate, check_file, stem_paths
from neural_drum_machine.grooves.styles import PATTERNS, new_groove

TEMPO = ((0.0, 137.0),)


def beat(*steps, beats=4.0):
    return Groove("beat", beats, steps, TEMPO)


ROCK = beat(
    Step(0, 36, 110),
    Step(1, 38, 100, flam_ms=20),
    Step(2, 36, 90),
    Step(2.5, 46, 100),
    Step(2.62, 42, 80),
    Step(3.9, 38, 100),
)


@pytest.fixture(scope="module")
def plain(machine, kit):
    return play_groove(machine, kit, ROCK, stems=True)


@pytest.fixture(scope="module")
def played(machine, kit):
    return play_groove(machine, kit, ROCK.with_bars(2), amount=1.0, seed=3, stems=True)


def test_it_is_as_long_as_its_bars_to_the_sample(machine, plain):
    assert plain.mix.shape == (2, round(4 * 60 / 137 * machine.sr))
    assert plain.hits == 7


def test_played_twice_it_is_the_loop_repeated(machine, kit, plain):
    # Strokes of the second round lie up to half a sample off the first round's grid, so that both
    # are rounded: the tempo is chosen so that a bar is a whole number of samples.
    whole = replace(ROCK, tempo=((0.0, 120.0),))
    once = play_groove(machine, kit, whole).mix
    twice = play_groove(machine, kit, whole.with_bars(2)).mix
    np.testing.assert_allclose(twice, np.tile(once, 2), atol=1e-6)


def test_the_end_goes_over_into_the_start(plain):
    mono = plain.mix.mean(axis=0)
    inside = np.abs(np.diff(mono)).max()
    assert abs(mono[0] - mono[-1]) <= inside


def test_the_stems_sum_to_the_mix(plain, played):
    for loop in (plain, played):
        np.testing.assert_allclose(sum(loop.stems.values()), loop.mix, atol=1e-5)
        assert np.abs(loop.mix).max() <= 10 ** (-1 / 20) + 1e-6


def test_amount_zero_repeats_a_hit_to_the_last_bit(machine, kit):
    snares = beat(Step(0, 38, 100), Step(2, 38, 100))
    loop = play_groove(machine, kit, replace(snares, tempo=((0.0, 30.0),)))
    half = loop.mix.shape[1] // 2
    np.testing.assert_array_equal(loop.mix[:, :half], loop.mix[:, half:])


def test_with_an_amount_no_two_hits_are_equal(machine, kit):
    snares = Groove(
        "a", 16.0, tuple(Step(each * 2.0, 38, 100) for each in range(8)), ((0.0, 60.0),)
    )
    loop = play_groove(machine, kit, snares, amount=0.3, seed=1)
    size = loop.mix.shape[1] // 8
    hits = [loop.mix[0, each * size : (each + 1) * size] for each in range(8)]
    hits = [each[np.argmax(np.abs(each) > 0.02) :][:2000] for each in hits]
    for number, one in enumerate(hits):
        for other in hits[number + 1 :]:
            n = min(len(one), len(other))
            assert np.abs(one[:n] - other[:n]).max() > 1e-3


def test_a_closed_hat_ends_the_open_one(machine, kit, plain):
    opened = plain.stems["Open hat"]
    start = round(2.62 * 60 / 137 * machine.sr)
    release = round(kit["closed hat"].choke_ms / 1000 * machine.sr)
    assert np.abs(opened[:, start - 400 : start]).max() > 1e-3
    assert not opened[:, start + release + 2 :].any()


def test_a_hit_is_on_the_beat(machine, plain):
    snare = np.abs(plain.stems["Snare"].mean(axis=0))
    start = round(60 / 137 * machine.sr)
    # The flam is 20 ms earlier; nothing sounds before it.
    flam = start - round(0.02 * machine.sr)
    assert not snare[: flam - round(0.001 * machine.sr)][round(0.3 * machine.sr) :].any()
    assert snare[flam : flam + round(0.01 * machine.sr)].max() > 0.01


def test_a_seed_gives_one_performance(machine, kit, played):
    again = play_groove(machine, kit, ROCK.with_bars(2), amount=1.0, seed=3)
    np.testing.assert_array_equal(again.mix, played.mix)
    other = play_groove(machine, kit, ROCK.with_bars(2), amount=1.0, seed=4)
    assert np.abs(other.mix - played.mix).max() > 0.01


def test_pan_level_and_pitch(machine, kit):
    voice = replace(kit["kick"], pan=0.0, level_db=0.0, pitch=0.0)
    sound = voice.sound(machine)
    left, right = mixed(sound, voice, machine.sr)
    np.testing.assert_array_equal(left, right)
    assert np.abs(left).max() == pytest.approx(np.abs(sound.samples).max(), rel=1e-4)
    for pan, silent in ((-1.0, 1), (1.0, 0)):
        out = mixed(sound, replace(voice, pan=pan), machine.sr)
        assert np.abs(out[silent]).max() < 1e-6
        assert np.square(out).sum() == pytest.approx(np.square([left, right]).sum(), rel=1e-4)
    softer = mixed(sound, replace(voice, level_db=-6.0), machine.sr)
    np.testing.assert_allclose(softer, 10 ** (-6 / 20) * np.stack([left, right]), rtol=1e-5)
    octave = mixed(sound, replace(voice, pitch=12.0), machine.sr)
    assert octave.shape[1] == pytest.approx(len(sound.samples) / 2, abs=2)


def test_adding_around_the_end_wraps_as_often_as_needed():
    loop = np.zeros((2, 10), np.float32)
    add_around(loop, np.ones((2, 25), np.float32), 8)
    np.testing.assert_array_equal(loop[0], [3, 3, 3, 2, 2, 2, 2, 2, 3, 3])
    loop = np.zeros((2, 10), np.float32)
    add_around(loop, np.arange(1, 4, dtype=np.float32)[None].repeat(2, 0), -2)
    np.testing.assert_array_equal(loop[0], [3, 0, 0, 0, 0, 0, 0, 0, 1, 2])


def test_a_choke_fades_and_leaves_what_comes_before():
    hit = np.ones((2, 1000), np.float32)
    out = choked(hit, 1000, 0.3, 0.1)
    assert out.shape == (2, 400)
    np.testing.assert_array_equal(out[:, :300], 1)
    assert np.all(np.diff(out[0, 299:]) <= 0)
    assert out[0, -1] < 1e-6
    assert choked(hit, 1000, 2.0, 0.1) is hit


def test_voices_that_a_kit_lacks_are_named_replaced_or_left_out(machine, kit):
    crash = beat(Step(0, 36), Step(0, 49), Step(1, 58))
    with pytest.raises(KitError, match=r"49 \(crash\), 58 \(vibraslap\).*--missing"):
        play_groove(machine, kit, crash)
    assert [each.note for each in substituted(kit, crash)] == [36, 46]
    assert [each.note for each in without_missing(kit, crash)] == [36]
    with pytest.raises(GrooveError, match="no voice for any stroke"):
        without_missing(kit, beat(Step(0, 58)))


def test_what_cannot_be_played_is_refused(machine, kit):
    with pytest.raises(GrooveError, match="lasts 67 minutes; 30 are the most"):
        play_groove(machine, kit, Groove("long", 4000.0, (Step(0, 36),), ((0.0, 60.0),)))
    with pytest.raises(GrooveError, match="nothing of the groove"):
        play_groove(machine, kit, beat(Step(0, 36, probability=0.0)))
    with pytest.raises(KitError, match="between 0 and 2"):
        play_groove(machine, kit, ROCK, amount=3)


def test_a_loop_stays_seamless_at_another_rate():
    n = 4800
    tone = np.sin(2 * np.pi * 24 * np.arange(n) / n, dtype=np.float32)[None].repeat(2, 0)
    out = at_rate(tone, 48000, 96000)
    assert out.shape == (2, 2 * n)
    expected = np.sin(2 * np.pi * 24 * np.arange(2 * n) / (2 * n))
    np.testing.assert_allclose(out[0], expected, atol=1e-4)


def test_files_are_checked_before_anything_is_rendered(tmp_path):
    for path, rate, bits, error, message in (
        ("a.mp3", 44100, "24", OutputError, ".wav or .flac"),
        ("a.wav", 8000, "24", ControlError, "got 8000"),
        ("a.wav", 44100, "12", ControlError, "16, 24, float"),
        ("a.flac", 44100, "float", OutputError, "no floating point"),
    ):
        with pytest.raises(error, match=message):
            check_file(tmp_path / path, rate, bits)


def test_stems_have_names_that_every_system_can_store(tmp_path):
    names = ["Kick", "kick", "a/b\\c:d", "…", "x" * 300]
    paths = stem_paths(tmp_path, names, ".wav")
    assert len({path.name.casefold() for path in paths}) == len(names)
    for path in paths:
        assert path.parent == tmp_path
        assert len(path.name) < 80
        path.touch()


def test_every_style_can_be_played_by_a_kit_of_sixteen():
    notes = {35, 36, 37, 38, 39, 40, 42, 44, 45, 46, 47, 50, 54, 60, 63, 70}
    assert all(set(new_groove(style).notes()) <= notes for style in PATTERNS)
