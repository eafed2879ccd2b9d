"""A new kit: its voices go together."""

from dataclasses import replace

import numpy as np
import pytest
from tests.support.sounds import tone

from neural_drum_machine.errors import KitError
from neural_drum_machine.kits.heard import heard_as_asked
from neural_drum_machine.kits.kit_file import kit_text, write_kit
from neural_drum_machine.kits.levels import HIGHEST_DB, KICK_DB, sound_loudness
from neural_drum_machine.kits.new_kit import SOFTEST_ATTACK, least_in_the_way, new_kit, overlap
from neural_drum_machine.kits.style import style_of, value_at, wish_of
from neural_drum_machine.kits.voices import VOICES
from neural_drum_machine.wishes.wish import read_wish


def brightness(machine, kit):
    """How bright each voice is, as a share of its category's range, in octaves."""
    found = {}
    for voice in kit:
        known = machine.ranges(voice.category)["brightness"]
        value = machine.describe(voice.sound(machine))["brightness"]
        found[voice.name] = np.log2(value / known.middle)
    return found


@pytest.fixture(scope="module")
def bright(machine):
    return new_kit(machine, 7, style="bright", voices=8)


def test_a_seed_gives_one_kit(machine, kit):
    assert kit_text(new_kit(machine, 7, style="dark", voices=8)) == kit_text(kit)
    assert kit_text(new_kit(machine, 8, style="dark", voices=8)) != kit_text(kit)


def test_voices_have_the_notes_of_general_midi_and_hats_choke(kit):
    notes = {voice.name: voice.note for voice in kit}
    assert notes["Kick"] == 36
    assert notes["Snare"] == 38
    assert (notes["Closed hat"], notes["Pedal hat"], notes["Open hat"]) == (42, 44, 46)
    groups = {voice.choke for voice in kit if "hat" in voice.name}
    assert groups == {1}
    assert {voice.choke for voice in kit if "hat" not in voice.name} == {0}
    assert kit["closed hat"].choke_ms < kit["pedal hat"].choke_ms


def test_every_voice_follows_the_style(machine, kit, bright):
    dark, light = brightness(machine, kit), brightness(machine, bright)
    assert all(dark[name] + 0.5 < light[name] for name in dark)


def test_the_hats_are_one_drum_of_three_lengths(machine, kit):
    hats = [kit[name] for name in ("closed hat", "pedal hat", "open hat")]
    assert len({str(hat.recipe["code"]) for hat in hats}) == 1
    assert len({str(hat.recipe["exemplars"]) for hat in hats}) == 1
    closed, pedal, opened = (machine.describe(hat.sound(machine))["decay"] for hat in hats)
    assert 1.3 * closed < pedal < opened / 1.3


def test_toms_are_one_drum_at_three_pitches(machine):
    kit = new_kit(machine, 3, voices=16)
    low, mid, high = (
        machine.describe(kit[name].sound(machine))["pitch"]
        for name in ("low tom", "mid tom", "high tom")
    )
    np.testing.assert_allclose([mid / low, high / low], 2 ** np.array([5 / 12, 10 / 12]), rtol=0.03)


def test_the_snare_that_leaves_the_kick_its_octaves_is_taken(machine, kit):
    kick = machine.render("kick", seed=1)
    below, above = (
        replace(kick, samples=tone(hz, 0.3, machine.sr).astype(np.float32)) for hz in (60, 240)
    )
    kick = replace(kick, samples=tone(62, 0.3, machine.sr).astype(np.float32))
    assert overlap(kick, kick) == pytest.approx(1, abs=0.05)
    assert overlap(kick, below) > 0.5 > 0.1 > overlap(kick, above)
    assert least_in_the_way(kick, [below, above]) is above


def test_levels_follow_loudness_unless_a_peak_would_be_too_high(machine, kit):
    planned = {plan.name: plan.loudness for plan in VOICES[8]}
    heard, peaks = {}, {}
    for voice in kit:
        sound = voice.sound(machine)
        heard[voice.name] = sound_loudness(sound) + voice.level_db - planned[voice.name]
        peaks[voice.name] = 20 * np.log10(np.abs(sound.samples).max()) + voice.level_db
    assert peaks["Kick"] == pytest.approx(KICK_DB, abs=0.01)
    for name in heard:
        assert peaks[name] <= HIGHEST_DB + 0.01
        if peaks[name] < HIGHEST_DB - 0.01:
            assert heard[name] == pytest.approx(heard["Kick"], abs=0.05)


def test_drums_are_heard_as_what_they_are_and_none_is_sluggish(machine, kit):
    sounds = [voice.sound(machine) for voice in kit]
    assert np.mean(heard_as_asked(sounds)) > 0.6
    for sound in sounds:
        known = machine.ranges(sound.category)["attack"]
        softest = value_at("attack", SOFTEST_ATTACK, known)
        assert machine.describe(sound)["attack"] < 1.15 * softest


def test_a_sound_or_a_kit_can_be_the_style(machine, kit, tmp_path):
    path = tmp_path / "dull snare.wav"
    machine.render("snare", seed=3, wish={"brightness": 300}).write(path)
    like = style_of(machine, path, 1)
    assert like["brightness"] < 0.3
    write_kit(kit, tmp_path / "k.ndkit")
    assert style_of(machine, tmp_path / "k.ndkit", 1) == dict(kit.style)


def test_a_style_never_asks_for_more_than_can_be_wished_for(machine):
    for category in machine.categories:
        known = machine.ranges(category)
        for share in (0.0, 0.5, 1.0):
            read_wish(wish_of(dict.fromkeys(known, share), category, known), known, category)


def test_a_category_may_have_values_of_its_own(machine):
    style = {"decay": 0.5, "kick.decay": 1.0}
    kick, snare = (
        wish_of(style, category, machine.ranges(category)) for category in ("kick", "snare")
    )
    assert kick["decay"] == pytest.approx(machine.ranges("kick")["decay"].high)
    assert snare["decay"] == pytest.approx(machine.ranges("snare")["decay"].middle)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"voices": 12}, "8 or 16"),
        ({"style": "purple"}, "styles are tight, dark"),
        ({"seed": -1}, "seed"),
        ({"name": ""}, "needs a name"),
    ],
)
def test_bad_requests_name_the_value(machine, arguments, message):
    with pytest.raises(KitError, match=message):
        new_kit(machine, **{"seed": 1, "voices": 8, **arguments})
