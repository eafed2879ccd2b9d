"""An anchored sound comes back from its file, without the original."""

import json

import numpy as np
import pytest
import soundfile

from neural_drum_machine.anchors.recall import recalled_anchors
from neural_drum_machine.errors import AnchorError, AudioError, ControlError
from neural_drum_machine.signal.own_block import read_block
from neural_drum_machine.signal.sound_file import read_comment


@pytest.mark.parametrize("name", ["bent.wav", "bent.flac"])
def test_it_is_recalled_from_its_file(shipped, snare_anchor, tmp_path, name):
    sound = shipped.bend(snare_anchor, (0.5, 0, 0), to="clap", t=0.3, blend=0.2)
    sound.write(tmp_path / name)
    back = shipped.recall(tmp_path / name)
    # The own sound has been through 16 bits.
    np.testing.assert_allclose(back.samples, sound.samples, atol=2e-3)
    assert (back.to, back.t, back.blend) == ("clap", 0.3, 0.2)
    np.testing.assert_array_equal(back.code, sound.code)
    # And again, without any further loss.
    back.write(tmp_path / f"again-{name}")
    assert read_block(tmp_path / name) == read_block(tmp_path / f"again-{name}")
    np.testing.assert_array_equal(shipped.recall(tmp_path / f"again-{name}").samples, back.samples)
    # Other programs read the same samples as without the block.
    data, _ = soundfile.read(tmp_path / name, dtype="float32", always_2d=True)
    np.testing.assert_allclose(data.T, np.clip(sound.samples, -1, 1), atol=1 / 32768)


def test_a_drawn_sound_is_recalled_from_its_file(shipped, tmp_path):
    sound = shipped.render("conga", seed=3, take=2)
    sound.write(tmp_path / "a.wav")
    np.testing.assert_array_equal(shipped.recall(tmp_path / "a.wav").samples, sound.samples)


def test_the_recipe_names_the_own_sound_and_its_compact_form(shipped, snare_anchor, tmp_path):
    shipped.bend(snare_anchor, (1, 0, 0)).write(tmp_path / "a.wav")
    recipe = json.loads(read_comment(tmp_path / "a.wav"))
    assert [each["name"] for each in recipe["anchors"]] == ["my snare.wav"]
    assert recipe["anchors"][0]["share"] == 1
    assert len(recipe["anchors"][0]["sha256"]) == 64
    assert recipe["blend"] == 0


def test_a_file_that_lost_its_block_or_was_made_otherwise_is_refused(
    shipped, small_machine, snare_anchor, tmp_path
):
    path = tmp_path / "a.wav"
    shipped.bend(snare_anchor, (1, 0, 0)).write(path)
    data, comment = path.read_bytes(), read_comment(path)
    block = data.index(b"ndma")
    path.write_bytes(data[:block])
    with pytest.raises(AnchorError, match="names 1 own sounds and holds 0"):
        shipped.recall(path)
    path.write_bytes(data)
    with pytest.raises(ControlError, match="was made by model"):
        small_machine.recall(path)
    for other in (
        "",
        "[]",
        "{}",
        comment.replace('"neural_drum_machine":1', '"neural_drum_machine":2'),
    ):
        with soundfile.SoundFile(tmp_path / "b.wav", "w", 44_100, 1, "PCM_16") as file:
            file.comment = other or "x"
            file.write(np.zeros(100, np.int16))
        with pytest.raises(AudioError, match=r"holds no recipe|of another version"):
            shipped.recall(tmp_path / "b.wav")


def test_a_damaged_block_is_refused(shipped, snare_anchor):
    block = shipped.bend(snare_anchor).block()
    assert len(recalled_anchors(block, shipped.spec)) == 1
    for bad in (block[:-1], block[:3], b"\0" * 8, block + b"\1"):
        with pytest.raises(AnchorError):
            recalled_anchors(bad, shipped.spec)
