"""Kits go from Python to the plug-in and back: drums, notes, choke groups and mix."""

import dataclasses
import json

import numpy as np
import pytest
from tests.support.clap_host import parameter

from neural_drum_machine.kits.kit import Kit, KitVoice
from neural_drum_machine.kits.kit_file import read_kit, write_kit

STEP = 2.0**-22


@pytest.fixture(scope="module")
def kit(machine):
    """A kit: a plain drum, one between two categories, one of two exemplars, another take."""
    first, second = machine.render("snare", seed=11), machine.render("clap", seed=12)
    sounds = {
        "Boom": machine.render("kick", seed=4_000_000_000),
        "Between": machine.morph(first, second, 0.4),
        "Within": machine.morph(first, machine.render("snare", seed=13), 0.5),
        "Other": machine.render("tom", seed=3, take=9),
    }
    voices = [
        KitVoice(
            name, 36 + 2 * i, sound.recipe(), choke=i, choke_ms=10 + i, level_db=-i, pan=0.25 * i
        )
        for i, (name, sound) in enumerate(sounds.items())
    ]
    return Kit("four", machine.hash, tuple(voices), {"decay": 0.5})


@pytest.fixture
def loaded(workshop, kit, tmp_path):
    """The workshop with the kit."""
    write_kit(kit, tmp_path / "four.ndkit")
    assert workshop.load(tmp_path / "four.ndkit") == ""
    return workshop


def test_a_kit_of_python_plays_its_drums(loaded, kit, machine):
    for pad, voice in enumerate(kit):
        wanted = voice.sound(machine).samples
        made = loaded.sound(pad)
        assert len(made) == len(wanted)
        assert np.abs(made - wanted).max() <= STEP
        assert loaded.name(pad) == voice.name
        for name in ("note", "choke", "pan", "pitch"):
            assert loaded.value(parameter(pad, name)) == getattr(voice, name)
        assert loaded.value(parameter(pad, "level")) == voice.level_db
        assert loaded.value(parameter(pad, "choke_time")) == voice.choke_ms
    assert loaded.status() == ""


def test_a_saved_kit_is_the_kit_again(loaded, kit, tmp_path):
    out = tmp_path / "again.ndkit"
    assert loaded.save(out) == ""
    again = read_kit(out)
    assert again.name == kit.name
    assert again.style == kit.style
    assert again.voices[: len(kit.voices)] == kit.voices


def test_python_plays_what_the_plugin_saved(loaded, machine, tmp_path):
    loaded.set(parameter(1, "p1"), 0.5)
    loaded.set(parameter(5, "seed"), 4711)
    loaded.set(parameter(6, "variation"), 3)
    assert loaded.save(tmp_path / "new.ndkit") == ""
    kit = read_kit(tmp_path / "new.ndkit")
    kit.check_model(machine)
    for pad, voice in enumerate(kit):
        wanted = voice.sound(machine).samples
        assert np.abs(loaded.sound(pad) - wanted).max() <= STEP, voice.name


def test_values_and_velocities_of_a_kit_are_played_and_kept(workshop, kit, machine, tmp_path):
    wishes = ({"decay": 0.2}, {"loudness": -21.5, "attack": 1 / 90}, {"pitch": 210.0, "air": -30})
    voices = [
        dataclasses.replace(voice, recipe={**voice.recipe, "wish": wish, "velocity": velocity})
        for voice, wish, velocity in zip(kit.voices, wishes, (50, 127, 127), strict=False)
    ]
    write_kit(dataclasses.replace(kit, voices=tuple(voices)), tmp_path / "wished.ndkit")
    assert workshop.load(tmp_path / "wished.ndkit") == ""
    assert workshop.value(parameter(0, "decay")) == 200
    assert workshop.value(parameter(0, "brightness")) == 29
    for pad, voice in enumerate(voices):
        wanted = voice.sound(machine).samples
        made = workshop.sound(pad)
        assert len(made) == len(wanted)
        assert np.abs(made - wanted).max() <= STEP, voice.name
    assert workshop.save(tmp_path / "kept.ndkit") == ""
    again = read_kit(tmp_path / "kept.ndkit").voices
    assert again[0].recipe["wish"] == wishes[0]
    assert [each.recipe["wish"] for each in again[1:3]] == list(wishes[1:])
    workshop.set(parameter(0, "decay"), 2)
    assert workshop.save(tmp_path / "kept.ndkit") == ""
    assert "wish" not in read_kit(tmp_path / "kept.ndkit").voices[0].recipe


def test_a_value_that_is_turned_is_pythons_and_out_of_reach_it_is_told(workshop, machine, tmp_path):
    workshop.set(parameter(0, "decay"), 600)
    workshop.set(parameter(0, "air"), -20)  # a kick has none
    wanted = machine.render("kick", seed=1)
    wanted = machine.rendered_again(wanted, wish={"decay": 0.6}).samples
    made = workshop.sound(0)
    assert len(made) == len(wanted)
    assert np.abs(made - wanted).max() <= STEP
    assert workshop.note(0) == ""
    workshop.set(parameter(0, "brightness"), 20_000)
    assert workshop.note(0).startswith("Out of reach: brightness 2e+04 Hz (it has ")
    assert workshop.save(tmp_path / "kit.ndkit") == ""
    recipe = read_kit(tmp_path / "kit.ndkit").voices[0].recipe
    assert recipe["wish"] == {"decay": pytest.approx(0.6), "brightness": 20_000}
    workshop.set(parameter(0, "decay"), 2)
    workshop.set(parameter(0, "brightness"), 29)
    assert np.abs(workshop.sound(0) - machine.render("kick", seed=1).samples).max() <= STEP


def test_a_kit_of_another_model_is_refused_by_name(workshop, kit, tmp_path):
    write_kit(dataclasses.replace(kit, model="0" * 64), tmp_path / "other.ndkit")
    before = workshop.sound(0)
    said = workshop.load(tmp_path / "other.ndkit")
    assert said.startswith("the kit 'four' was made with model 000000000000")
    assert np.array_equal(workshop.sound(0), before)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda content: content["voices"][0].update(note=200), "'Boom' has a note out of range"),
        (lambda content: content["voices"][0].update(extra=1), "unknown key 'extra'"),
        (lambda content: content["voices"][1].update(note=36), "two voices have the note 36"),
        (lambda content: content["voices"][0]["recipe"].update(code=["a"]), "recipe is damaged"),
        (lambda content: content.update(neural_drum_machine_kit=2), "another version"),
        (lambda content: content.pop("neural_drum_machine_kit"), "is no kit"),
        (lambda content: content.pop("voices"), "is damaged"),
    ],
)
def test_damaged_kits_are_refused_with_a_sentence(workshop, kit, tmp_path, change, sentence):
    path = tmp_path / "bad.ndkit"
    write_kit(kit, path)
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.write_text(json.dumps(content), "utf-8")
    said = workshop.load(path)
    assert sentence in said
    assert str(path) in said


def test_files_that_are_no_kits_and_folders_are_refused(workshop, tmp_path):
    (tmp_path / "empty.ndkit").write_bytes(b"")
    (tmp_path / "noise.ndkit").write_bytes(bytes(range(256)) * 100)
    assert "is no kit" in workshop.load(tmp_path / "empty.ndkit")
    assert "is no kit" in workshop.load(tmp_path / "noise.ndkit")
    assert "cannot be read" in workshop.load(tmp_path)
    assert "cannot be read" in workshop.load(tmp_path / "absent.ndkit")


def test_a_kit_that_cannot_be_written_says_why(workshop, tmp_path):
    assert "cannot be written" in workshop.save(tmp_path / "absent" / "kit.ndkit")
    workshop.set(parameter(1, "note"), 36)
    said = workshop.save(tmp_path / "kit.ndkit")
    assert said == "two pads have the note 36; give one of them another, then save"
    assert not list(tmp_path.iterdir())
