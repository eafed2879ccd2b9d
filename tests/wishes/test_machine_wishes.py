"""Wishes of the machine: draws that meet them, recipes that recall them, own sounds and morphs."""

import itertools
import json

import numpy as np
import pytest
from tests.support.models import without_exemplars

import neural_drum_machine as ndm
from neural_drum_machine.errors import ControlError
from neural_drum_machine.signal.audio_file import Clip
from neural_drum_machine.signal.sound_file import read_comment
from neural_drum_machine.wishes.finish import missed


@pytest.mark.parametrize(
    ("category", "wish"),
    [("kick", {"pitch": "G1", "decay": 0.4}), ("snare", {"decay": 0.15, "brightness": 1500}),
     ("closed_hihat", {"decay": "50 ms", "air": -6}), ("tom", {"pitch": 110, "noisiness": 0.1})],
)  # fmt: skip
def test_different_seeds_are_different_drums_that_all_meet_the_wish(shipped, category, wish):
    sounds = [shipped.render(category, seed=seed, wish=wish) for seed in range(4)]
    for sound in sounds:
        misses = missed(sound.wish, shipped.describe(sound))
        # A drum whose pitch is not steady has its loudest partial there.
        assert all(name == "pitch" and np.isnan(has) for name, (_, has) in misses.items()), misses
    for one, other in itertools.pairwise(sounds):
        assert not np.array_equal(one.code, other.code)
    again = shipped.render(category, seed=0, wish=wish)
    np.testing.assert_array_equal(again.samples, sounds[0].samples)


def test_a_draw_begins_nearer_to_its_wish_than_another(shipped):
    def decays(wish):
        draws = [shipped.draw("tom", seed, 0.0, wish) for seed in range(8)]
        sounds = [shipped.render_code("tom", code, exemplars=laid) for code, laid in draws]
        return np.median([shipped.describe(sound)["decay"] for sound in sounds])

    assert decays({"decay": 1.0}) > 2 * decays({"decay": 0.08})


def test_an_empty_wish_leaves_every_byte(shipped):
    plain = shipped.render("snare", seed=3)
    np.testing.assert_array_equal(shipped.render("snare", seed=3, wish={}).samples, plain.samples)
    assert "wish" not in plain.recipe()


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_a_wish_is_recalled_from_its_file(shipped, tmp_path, suffix):
    sound = shipped.render("kick", seed=5, wish={"pitch": "A1", "loudness": -18})
    sound.write(tmp_path / f"a{suffix}")
    told = json.loads(read_comment(tmp_path / f"a{suffix}"))["wish"]
    assert told == {"pitch": 55.0, "loudness": -18.0}
    again = shipped.recall(tmp_path / f"a{suffix}")
    np.testing.assert_array_equal(again.samples, sound.samples)


def test_an_own_sound_meets_a_wish_in_stereo(shipped, drum):
    clip = Clip(np.concatenate([drum, 0.5 * drum]), 44_100)
    anchor = shipped.anchor(clip, "tom", name="mine")
    sound = shipped.bend(anchor, wish={"pitch": 100.0, "decay": 0.1})
    assert sound.samples.shape[0] == 2
    assert not missed(sound.wish, shipped.describe(sound))
    np.testing.assert_array_equal(shipped.bend(anchor).samples[0], clip.channels[0])


def test_a_morph_goes_from_one_wish_to_the_other(shipped):
    first = shipped.render("tom", seed=1, wish={"pitch": 80.0})
    second = shipped.render("tom", seed=2, wish={"pitch": 160.0})
    for t, end in ((0, first), (1, second)):
        np.testing.assert_array_equal(shipped.morph(first, second, t).samples, end.samples)
    half = shipped.morph(first, second, 0.5)
    assert half.wish["pitch"] == pytest.approx(113.137, rel=1e-4)


def test_a_model_without_exemplars_meets_wishes_too(small_machine, tmp_path):
    machine = ndm.load(without_exemplars(small_machine.bundle, tmp_path / "bare.ndm"))
    sound = machine.render("kick", seed=1, wish={"decay": 0.02})
    assert machine.describe(sound)["decay"] == pytest.approx(0.02, rel=0.12)
    assert not sound.exemplars


def test_what_a_category_has_not_is_refused_before_anything_is_made(shipped):
    with pytest.raises(ControlError, match="shaker has no pitch that can be wished for"):
        shipped.render("shaker", seed=1, wish={"pitch": 100})
    with pytest.raises(ControlError, match="unknown category"):
        shipped.ranges("cowbell")


@pytest.mark.parametrize("sr", [22_050, 48_000])
def test_wishes_are_met_at_other_rates(sr):
    machine = ndm.load(sr=sr, width=0.5)
    sound = machine.render("snare", seed=4, wish={"decay": 0.2, "brightness": 1200})
    assert sound.samples.shape[0] == 2
    assert not missed(sound.wish, machine.describe(sound))
