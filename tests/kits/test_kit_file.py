"""The file of a kit: whole, small, and never trusted."""

import json
import os

import numpy as np
import pytest
from tests.support.sounds import tone

from neural_drum_machine.errors import ControlError, KitError, OutputError
from neural_drum_machine.kits.change import put_sound
from neural_drum_machine.kits.kit_file import (
    content_of,
    kit_from,
    kit_of,
    kit_text,
    read_kit,
    write_kit,
)
from neural_drum_machine.signal.audio_file import Clip


def test_a_kit_comes_back_as_it_was(machine, kit, tmp_path):
    write_kit(kit, tmp_path / "a.ndkit")
    again = read_kit(tmp_path / "a.ndkit")
    assert again == kit
    assert (tmp_path / "a.ndkit").stat().st_size < 30_000
    for voice, other in zip(kit, again, strict=True):
        first, second = voice.sound(machine).samples, other.sound(machine).samples
        np.testing.assert_array_equal(first, second)


def test_an_own_sound_comes_back_without_its_file(machine, kit, tmp_path):
    samples = (0.5 * tone(180, 0.3, 44_100)).astype(np.float32)
    own = machine.bend(machine.anchor(Clip(np.stack([samples, samples]), 44_100), "snare"))
    write_kit(put_sound(machine, kit, "snare", own), tmp_path / "a.ndkit")
    again = read_kit(tmp_path / "a.ndkit")["snare"].sound(machine)
    assert again.samples.shape == own.samples.shape
    assert np.abs(again.samples - own.samples).max() < 0.01
    # Reading leaves the content as it is: read twice, it is the same kit.
    content = content_of(read_kit(tmp_path / "a.ndkit"))
    assert kit_from(content, "a") == kit_from(content, "a")


def damaged(kit, change):
    content = json.loads(kit_text(kit))
    change(content)
    return json.dumps(content).encode()


def first(content):
    return content["voices"][0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.pop("model"), "is damaged"),
        (lambda c: c.update(neural_drum_machine_kit=2), "another version"),
        (lambda c: c.update(voices=[]), "1 to 128 voices"),
        (lambda c: c.update(voices=c["voices"] * 2), "two voices have the name"),
        (lambda c: c.update(name="a\nb"), "cannot be shown"),
        (lambda c: c.update(name=7), "needs a name"),
        (lambda c: c.update(style={"decay": 3}), "between 0 and 1"),
        (lambda c: c.update(style={"decay": float("nan")}), "between 0 and 1"),
        (lambda c: first(c).update(note=128), "0 to 127, got 128"),
        (lambda c: first(c).update(note=True), "got True"),
        (lambda c: first(c).update(note=c["voices"][1]["note"]), "two voices have the note"),
        (lambda c: first(c).update(level_db=float("nan")), "level in dB"),
        (lambda c: first(c).update(pan="left"), "pan"),
        (lambda c: first(c).update(choke_ms=0), "choke time"),
        (lambda c: first(c).update(locked=1), "is damaged"),
        (lambda c: first(c).update(family=None), "is damaged"),
        (lambda c: first(c).update(recipe=[]), "is damaged"),
        (lambda c: first(c).update(own=["%"]), "is damaged"),
        (lambda c: first(c).update(colour="red"), "unknown key 'colour'"),
    ],
)
def test_a_damaged_kit_is_refused_with_a_word(kit, change, message):
    with pytest.raises(KitError, match=message):
        kit_of(damaged(kit, change), "a.ndkit")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff\xfe", b"[" * 100_000, b"null"])
def test_what_is_no_kit_is_named(data):
    with pytest.raises(KitError, match=r"x\.ndkit: is no kit; `ndm kit new"):
        kit_of(data, "x.ndkit")


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.update(code=[0.0]),
        lambda r: r.update(code="kick"),
        lambda r: r.update(category="cowbell"),
        lambda r: r.update(take=1000),
        lambda r: r.update(wish={"decay": -1}),
        lambda r: r.update(exemplars=[[99999, 1.0]]),
        lambda r: r.update(exemplars="all"),
        lambda r: r.update(velocity=0),
        lambda r: r.pop("seed"),
        lambda r: r.update(anchors=[{"share": 1.0}]),
    ],
)
def test_a_damaged_recipe_is_refused_when_it_is_played(machine, kit, change):
    voice = kit_of(damaged(kit, lambda c: change(first(c)["recipe"])), "a")["kick"]
    with pytest.raises((ControlError, KitError, Exception), match=r".") as caught:
        voice.sound(machine)
    assert type(caught.value).__module__ == "neural_drum_machine.errors"


def test_a_kit_of_another_model_says_so(machine, kit):
    other = kit_of(damaged(kit, lambda c: c.update(model="0" * 64)), "a")
    with pytest.raises(KitError, match=r"made with model 000000000000.*--model"):
        other.check_model(machine)


def test_files_that_cannot_be_read_or_written(kit, tmp_path):
    with pytest.raises(KitError, match="cannot be read"):
        read_kit(tmp_path / "none.ndkit")
    with pytest.raises(KitError, match="cannot be read"):
        read_kit(tmp_path)
    with pytest.raises(OutputError, match=r"ends in \.ndkit"):
        write_kit(kit, tmp_path / "kit.json")
    with pytest.raises(OutputError, match="make its folder first"):
        write_kit(kit, tmp_path / "none" / "kit.ndkit")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.ndkit")
        with pytest.raises(KitError, match="cannot be read"):
            read_kit(tmp_path / "pipe.ndkit")


def test_a_voice_is_found_whatever_its_case_and_a_wrong_name_gets_help(kit):
    assert kit["SNARE"] is kit["Snare"]
    with pytest.raises(KitError, match=r"it has Kick, Snare.*Did you mean 'Snare'"):
        kit["snar"]
