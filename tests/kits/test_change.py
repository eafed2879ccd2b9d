"""Changing a kit: what is locked stays, families stay together, levels stay."""

import numpy as np
import pytest
from tests.support.sounds import tone

from neural_drum_machine.errors import KitError
from neural_drum_machine.kits.change import lock_voices, put_sound, swap_voice, vary_kit
from neural_drum_machine.kits.kit_file import kit_text
from neural_drum_machine.kits.levels import sound_loudness
from neural_drum_machine.signal.audio_file import Clip


def code(kit, name):
    return np.array(kit[name].recipe["code"])


def level(machine, kit, name):
    return sound_loudness(kit[name].sound(machine)) + kit[name].level_db


def test_a_variation_moves_all_but_what_is_locked(machine, kit):
    locked = lock_voices(kit, ["kick", "open hat"])
    varied = vary_kit(machine, locked, 3)
    assert varied["kick"] == locked["kick"]
    assert varied["open hat"] == locked["open hat"]
    for name in ("snare", "clap", "shaker", "closed hat"):
        assert np.abs(code(varied, name) - code(kit, name)).max() > 0.05
        assert level(machine, varied, name) == pytest.approx(level(machine, kit, name), abs=0.1)
    assert kit_text(vary_kit(machine, locked, 3)) == kit_text(varied)


def test_a_family_moves_as_one(machine, kit):
    varied = vary_kit(machine, kit, 5)
    steps = [
        code(varied, name) - code(kit, name) for name in ("open hat", "closed hat", "pedal hat")
    ]
    np.testing.assert_allclose(steps[1:], steps[:1] * 2, atol=1e-6)


def test_amount_zero_is_the_kit_itself(machine, kit):
    assert vary_kit(machine, kit, 3, 0) == kit


def test_a_swapped_voice_keeps_its_wish_and_its_loudness(machine, kit):
    swapped = swap_voice(machine, kit, "snare", 11)
    assert np.abs(code(swapped, "snare") - code(kit, "snare")).max() > 0.1
    assert swapped["snare"].recipe["wish"] == kit["snare"].recipe["wish"]
    assert level(machine, swapped, "snare") == pytest.approx(level(machine, kit, "snare"), abs=0.1)
    assert [each for each in swapped if each.name != "Snare"] == [
        each for each in kit if each.name != "Snare"
    ]


def test_a_swap_of_one_hat_draws_all_three(machine, kit):
    swapped = swap_voice(machine, kit, "closed hat", 11)
    codes = {str(swapped[name].recipe["code"]) for name in ("open hat", "closed hat", "pedal hat")}
    assert len(codes) == 1
    assert codes != {str(kit["open hat"].recipe["code"])}


def test_an_own_sound_is_put_exactly_and_leaves_its_family(machine, kit):
    samples = (0.4 * tone(300, 0.2, 44_100)).astype(np.float32)
    own = machine.bend(machine.anchor(Clip(samples[None], 44_100), "closed_hihat"))
    changed = put_sound(machine, kit, "closed hat", own)
    assert changed["closed hat"].family == ""
    assert changed["closed hat"].choke == kit["closed hat"].choke
    np.testing.assert_allclose(changed["closed hat"].sound(machine).samples, own.samples, atol=2e-3)


def test_bad_changes_name_the_value(machine, kit):
    locked = lock_voices(kit, ["snare"])
    assert lock_voices(locked, ["snare"], locked=False) == kit
    for change, message in (
        (lambda: swap_voice(machine, locked, "snare", 1), "is locked; unlock it"),
        (lambda: swap_voice(machine, kit, "cowbell", 1), "no voice 'cowbell'"),
        (lambda: swap_voice(machine, kit, "snare", -1), "seed"),
        (lambda: vary_kit(machine, kit, 1, 5), "between 0 and 4, got 5"),
        (lambda: vary_kit(machine, kit, 1, float("nan")), "got nan"),
    ):
        with pytest.raises(KitError, match=message):
            change()
