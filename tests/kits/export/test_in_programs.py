"""Exported kits in the programs that they are for: what they play is what the kit holds.

This file is longer than 250 lines because all programs are compared with the same samples, in the
same way.
"""

from dataclasses import replace

import numpy as np
import pytest
from tests.support.kit_players import (
    SR,
    hydrogen_ran,
    likeness,
    needed,
    played_by_drumgizmo,
    played_by_fluidsynth,
    played_by_hydrogen,
    played_by_sfizz,
    ran,
    soundfont_by_polyphone,
)

from neural_drum_machine.kits.export import ExportOptions, export_kit
from neural_drum_machine.kits.export.formats.sf2 import LEAD
from neural_drum_machine.kits.export.prepare_samples import prepared
from neural_drum_machine.wishes.velocity import level_db

pytestmark = pytest.mark.slow

OPTIONS = ExportOptions(bits="24")
APART = 1.5
"""Seconds between notes: longer than any of the drums."""


def strokes(kit):
    """A note for each round robin of each layer: (start, voice, layer, round robin)."""
    number = 0
    for voice, each in enumerate(kit.voices):
        for layer, strength in enumerate(each.layers):
            for turn in range(len(strength.takes)):
                yield 0.25 + number * APART, voice, layer, turn
                number += 1


def midi(kit, places):
    return [
        (start, kit.voices[voice].note, kit.voices[voice].layers[layer].velocity)
        for start, voice, layer, _ in places
    ]


def heard(kit):
    """The kit's samples with their mix, as they should be heard: ``(2, n)`` each."""
    made, _ = prepared(kit, replace(OPTIONS, bake_mix=True))
    return [
        [[np.broadcast_to(np.atleast_2d(take), (2, take.shape[-1])) for take in layer.takes]
         for layer in voice.layers]
        for voice in made.voices
    ]  # fmt: skip


def around(played, start, length, before=0.15):
    first = max(0, round((start - before) * SR))
    return played[:, first : first + length + round(2 * before * SR)]


def compared(played, places, samples, take=lambda turn: turn):
    """For each stroke, the worse channel's correlation, and the louder channel's gain in dB."""
    out = []
    for start, voice, layer, turn in places:
        sample = samples[voice][layer][take(turn)]
        part = around(played, start, sample.shape[1])
        sides = [likeness(part[side], sample[side]) for side in (0, 1)]
        louder = int(np.square(sample[1]).sum() > np.square(sample[0]).sum())
        out.append((min(each[0] for each in sides), sides[louder][1]))
    return out


def test_sfizz_plays_each_layer_and_round_robin_as_it_is(drums, tmp_path):
    folder = export_kit(drums, "sfz", tmp_path / "kit", OPTIONS).folder
    places = list(strokes(drums))
    played = played_by_sfizz(folder / "Test kit.sfz", midi(drums, places), len(places) * APART + 1)
    result = compared(played, places, heard(drums))
    assert min(each[0] for each in result) > 0.9999
    # Level and pan of all voices and layers, beside each other.
    assert np.ptp([each[1] for each in result]) < 0.05


def test_sfizz_follows_the_velocity_between_the_layers(drums, tmp_path):
    folder = export_kit(drums, "sfz", tmp_path / "kit", OPTIONS).folder
    (snare, *_) = heard(drums)
    velocities = (20, 40, 63, 90, 110, 127)
    notes = [(0.25 + number, 38, velocity) for number, velocity in enumerate(velocities)]
    played = played_by_sfizz(folder / "Test kit.sfz", notes, len(notes) + 1)
    gains = []
    for start, _, velocity in notes:
        layer = int(velocity > 63)
        part = around(played, start, 9000)[0]
        found = [likeness(part, take[0][:9000]) for take in snare[layer]]
        correlation, gain, _ = max(found)
        assert correlation > 0.9999
        gains.append(gain - (level_db(velocity) - level_db((63, 127)[layer])))
    assert np.ptp(gains) < 0.2


def test_sfizz_ends_an_open_hat_in_its_time_and_nothing_else(drums, tmp_path):
    folder = export_kit(drums, "sfz", tmp_path / "kit", replace(OPTIONS, trim=False)).folder

    def tail(*notes):
        played = played_by_sfizz(folder / "Test kit.sfz", [(0.1, 46, 127), *notes], 0.5)
        # A closed hat has fallen silent 40 ms later, or is silent at velocity 1.
        return np.abs(played[:, round(0.19 * SR) : round(0.24 * SR)]).max()

    alone = tail()
    assert tail((0.13, 42, 1)) < 0.03 * alone
    assert tail((0.13, 38, 1)) > 0.9 * alone
    assert tail((0.13, 46, 1)) > 0.9 * alone


def test_sfizz_tunes_a_voice(make_kit, make_voice, tmp_path):
    kit = make_kit(make_voice(pitch=-2.5, pan=0.4, level_db=-3.0))
    folder = export_kit(kit, "sfz", tmp_path / "kit", OPTIONS).folder
    played = played_by_sfizz(folder / "Kit.sfz", [(0.25, 45, 127)], 1)
    (((take,),),) = heard(kit)
    assert likeness(played[1], take[1])[0] > 0.999


def click_response(tmp_path, make_kit, make_voice, to_soundfont):
    """What FluidSynth makes of a click: its low-pass at 19.8 kHz, always on."""
    click = np.zeros(2000, np.float32)
    click[1000] = 0.5
    kit = make_kit(make_voice("Click", 60, click))
    path, how = to_soundfont(kit, tmp_path / "click", replace(OPTIONS, trim=False))
    played = played_by_fluidsynth(path, [(0.25, 60, 127)], tmp_path, **how)[0]
    peak = int(np.argmax(np.abs(played)))
    return played[peak - 8 : peak + 200] / 0.5


def filtered(samples, response):
    return [
        [[np.stack([np.convolve(side, response) for side in take]) for take in layer]
         for layer in voice]
        for voice in samples
    ]  # fmt: skip


def test_fluidsynth_plays_each_layer_and_take_of_a_soundfont(drums, make_kit, make_voice, tmp_path):
    def bank(kit, folder, options):
        made = export_kit(kit, "sf2", folder, options)
        return next(each for each in made.files if each.suffix == ".sf2"), {}

    response = click_response(tmp_path, make_kit, make_voice, bank)
    expected = filtered(heard(drums), response)
    places = list(strokes(drums))
    path, _ = bank(drums, tmp_path / "kit", OPTIONS)
    gains = []
    for program in (0, 1):
        played = played_by_fluidsynth(path, midi(drums, places), tmp_path, program=program)
        result = compared(played, places, expected, lambda _, program=program: program)
        assert min(each[0] for each in result) > 0.999
        gains += [each[1] for each in result]
    assert np.ptp(gains) < 0.1


def test_fluidsynth_ends_an_open_hat(drums, tmp_path):
    made = export_kit(drums, "sf2", tmp_path / "kit", OPTIONS)
    path = next(each for each in made.files if each.suffix == ".sf2")

    def tail(*notes):
        played = played_by_fluidsynth(path, [(0.1, 46, 127), *notes], tmp_path)
        return np.abs(played[:, round(0.2 * SR) : round(0.25 * SR)]).max()

    # The format has no choke time. FluidSynth falls by 112 dB a second.
    alone = tail()
    assert tail((0.13, 42, 1)) < 0.5 * alone
    assert tail((0.13, 38, 1)) > 0.9 * alone


def test_polyphone_and_fluidsynth_play_each_layer_and_round_robin_of_an_sfz(
    drums, make_kit, make_voice, tmp_path
):
    # Polyphone knows no round robins: one at a time.
    def bank(kit, folder, options):
        made = export_kit(kit, "sfz", folder, options)
        path = next(each for each in made.files if each.suffix == ".sfz")
        return soundfont_by_polyphone(path, tmp_path), {"channel": 0}

    response = click_response(tmp_path, make_kit, make_voice, bank)
    expected = filtered(heard(drums), response)
    places = list(strokes(drums))
    for take in (0, 1):
        voices = tuple(
            replace(
                each,
                layers=tuple(
                    replace(layer, takes=layer.takes[take : take + 1]) for layer in each.layers
                ),
            )
            for each in drums.voices
        )
        path, how = bank(replace(drums, voices=voices), tmp_path / f"kit{take}", OPTIONS)
        played = played_by_fluidsynth(path, midi(drums, places), tmp_path, **how)
        for start, voice, layer, _ in places:
            # FluidSynth fades each note in over its first 64 samples.
            sample = expected[voice][layer][take][:, LEAD:]
            part = around(played, start, sample.shape[1])
            assert min(likeness(part[side], sample[side])[0] for side in (0, 1)) > 0.999


def test_hydrogen_finds_a_kit_valid_and_plays_it(drums, tmp_path):
    needed("h2cli")
    made = export_kit(drums, "hydrogen", tmp_path / "kit", OPTIONS)
    path = next(each for each in made.files if each.suffix == ".h2drumkit")
    assert "is valid" in hydrogen_ran(["-c", path], tmp_path)
    places = list(strokes(drums))
    notes = [
        (start, voice, drums.voices[voice].layers[layer].velocity)
        for start, voice, layer, _ in places
    ]
    played = played_by_hydrogen(path, notes, tmp_path)
    # Hydrogen begins a round with its second sample.
    result = compared(played, places, heard(drums), lambda turn: 1 - turn)
    assert min(each[0] for each in result) > 0.9999
    assert np.abs([each[1] for each in result]).max() < 0.01


def test_hydrogen_ends_an_open_hat(drums, tmp_path):
    needed("h2cli")
    made = export_kit(drums, "hydrogen", tmp_path / "kit", OPTIONS)
    path = next(each for each in made.files if each.suffix == ".h2drumkit")
    tick = 1 / 48
    played = played_by_hydrogen(
        path, [(0, 1, 127), (2 * tick, 2, 1), (1, 1, 127), (1 + 2 * tick, 0, 1)], tmp_path
    )
    ended, alone = (
        np.abs(played[:, round((at + 0.15) * SR) : round((at + 0.2) * SR)]).max() for at in (0, 1)
    )
    assert ended < 0.03 * alone


def test_drumgizmo_finds_a_kit_valid_and_plays_it(drums, tmp_path):
    needed("dgvalidator", "drumgizmo")
    folder = export_kit(drums, "drumgizmo", tmp_path / "kit", OPTIONS).folder
    ran(["dgvalidator", folder / "drumkit.xml"], tmp_path)
    places = list(strokes(drums))
    given = folder / "drumkit.xml", midi(drums, places), len(places) * APART + 1, tmp_path
    samples = heard(drums)

    def played_takes(*choice):
        """The best correlation and its gain, and the number of the take, for each stroke."""
        played = played_by_drumgizmo(*given, *choice)
        for start, voice, layer, _ in places:
            found = []
            for number, sample in enumerate(samples[voice][layer]):
                part = around(played, start, sample.shape[1])
                sides = [likeness(part[side], sample[side]) for side in (0, 1)]
                found.append((min(side[0] for side in sides), sides[0][1], voice, layer, number))
            yield max(found)

    for correlation, gain, *_ in played_takes("-p", "close=1,diverse=0,random=0"):
        assert correlation > 0.9999
        assert abs(gain) < 0.01
    # Left alone, it takes turns.
    heard_takes = {tuple(which) for correlation, _, *which in played_takes() if correlation > 0.999}
    assert len(heard_takes) > len({which[:2] for which in heard_takes})


def test_drumgizmo_ends_an_open_hat(drums, tmp_path):
    needed("drumgizmo")
    folder = export_kit(drums, "drumgizmo", tmp_path / "kit", replace(OPTIONS, trim=False)).folder

    def tail(*notes):
        """The level 40 to 60 ms before the open hat's end, where no other drum sounds any more."""
        played = played_by_drumgizmo(
            folder / "drumkit.xml", [(0.2, 46, 127), *notes], 1, tmp_path
        )  # fmt: skip
        sample = heard(drums)[1][1][0]
        start = int(np.argmax(np.abs(played[0]) > 0.05 * np.abs(sample[0]).max()))
        end = start + sample.shape[1]
        return np.abs(played[:, end - round(0.06 * SR) : end - round(0.04 * SR)]).max()

    alone = tail()
    assert alone > 0
    assert tail((0.25, 42, 127)) < 0.03 * alone


def test_strokes_of_a_kit_with_one_layer_follow_the_velocity(make_kit, make_voice, tmp_path):
    kit = make_kit(make_voice())
    velocities = (16, 32, 64, 96, 127)
    notes = [(0.25 + number, 45, velocity) for number, velocity in enumerate(velocities)]
    made = {to: export_kit(kit, to, tmp_path / to, OPTIONS).folder for to in ("sfz", "sf2")}
    played = {
        "sfizz": played_by_sfizz(made["sfz"] / "Kit.sfz", notes, 6),
        "fluidsynth": played_by_fluidsynth(made["sf2"] / "Kit.sf2", notes, tmp_path),
    }
    needed("h2cli", "drumgizmo")
    instruments = [(start, 0, velocity) for start, _, velocity in notes]
    folder = export_kit(kit, "hydrogen", tmp_path / "hydrogen", OPTIONS).folder
    played["hydrogen"] = played_by_hydrogen(folder / "Kit.h2drumkit", instruments, tmp_path)
    folder = export_kit(kit, "drumgizmo", tmp_path / "drumgizmo", OPTIONS).folder
    played["drumgizmo"] = played_by_drumgizmo(folder / "drumkit.xml", notes, 6, tmp_path)
    sample = heard(kit)[0][0][0][0]
    law = {
        "sfizz": [level_db(velocity) for velocity in velocities],
        "fluidsynth": [35 * np.log10(velocity / 127) for velocity in velocities],
        "hydrogen": [20 * np.log10(velocity / 127) for velocity in velocities],
        "drumgizmo": [20 * np.log10(velocity / 127) for velocity in velocities],
    }
    for who, sound in played.items():
        gains = [likeness(around(sound, start, len(sample))[0], sample)[1] for start, _, _ in notes]
        np.testing.assert_allclose(np.subtract(gains, gains[-1]), law[who], atol=1, err_msg=who)


def test_programs_open_kits_whose_names_hold_anything(awkward, tmp_path):
    for to in ("sfz", "hydrogen", "drumgizmo", "sf2"):
        export_kit(awkward, to, tmp_path / to, OPTIONS)
    (path,) = (tmp_path / "sfz").glob("*.sfz")
    notes = [(0.1 + 0.1 * number, each.note, 120) for number, each in enumerate(awkward.voices)]
    played = {"sfizz": played_by_sfizz(path, notes, 3)}
    (path,) = (tmp_path / "sf2").glob("*.sf2")
    played["fluidsynth"] = played_by_fluidsynth(path, notes, tmp_path)
    needed("h2cli", "dgvalidator")
    (path,) = (tmp_path / "hydrogen").glob("*.h2drumkit")
    assert "is valid" in hydrogen_ran(["-c", path], tmp_path)
    instruments = [(start, number, 120) for number, (start, _, _) in enumerate(notes)]
    played["hydrogen"] = played_by_hydrogen(path, instruments, tmp_path)
    ran(["dgvalidator", tmp_path / "drumgizmo" / "drumkit.xml"], tmp_path)
    for who, sound in played.items():
        level = np.abs(sound[0])
        for start, note, _ in notes:
            assert level[round(start * SR) :][: round(0.08 * SR)].max() > 0.01, (who, note)
