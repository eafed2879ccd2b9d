import json

import numpy as np
import pytest
from tests.support.library import drum, write_hits

from neural_drum_machine.errors import ControlError, LibraryError
from neural_drum_machine.library.library import Library
from neural_drum_machine.library.nearness import fit
from neural_drum_machine.library.ranges import QUALITIES, read_range
from neural_drum_machine.library.twins import find_twins


def numbers(library):
    return {entry.name.removeprefix("Packs/"): entry.id for entry in library.find({})[0]}


def test_the_nearest_are_other_hits_of_the_same_kind(library):
    ids = numbers(library)
    found = library.near(ids["Linn/Kick 1.wav"], 3)
    assert [entry.category for entry, _ in found] == ["kick"] * 3
    assert found[0][0].name == "Packs/Linn/Kick 2.wav"
    distances = [away for _, away in found]
    assert distances == sorted(distances)
    hats = library.near(ids["Linn/Kick 1.wav"], 9, "closed_hihat")
    assert {entry.category for entry, _ in hats} == {"closed_hihat"}
    assert len(hats) == 4
    own = library.near(library.point(ids["Linn/Kick 1.wav"]), 1)
    assert own[0][0].id == ids["Linn/Kick 1.wav"]
    assert own[0][1] == pytest.approx(0, abs=0.01)


def test_find_gives_what_the_values_say(library):
    everything, total = library.find({})
    assert total == 9
    for quality, (measure, _, low_word, high_word) in QUALITIES.items():
        values = {e.id: getattr(e, measure) for e in everything if getattr(e, measure) is not None}
        middle = float(np.median(list(values.values())))
        found, count = library.find({quality: f"..{middle}"})
        assert {entry.id for entry in found} == {i for i, v in values.items() if v <= middle}
        assert count == len(found)
        lows, highs = (library.find({quality: word})[0] for word in (low_word, high_word))
        least = min(getattr(entry, measure) for entry in highs)
        assert max(getattr(entry, measure) for entry in lows) <= least
    assert library.find({"pitch": "60..63"}, "kick")[1] == 2
    assert library.find({}, count=2)[1] == 9


@pytest.mark.parametrize("text", ["", "..", "5", "3..1", "nan..", "a..b", "dark", "x" * 500])
def test_a_range_that_makes_no_sense_names_the_ways_out(text):
    with pytest.raises(LibraryError, match=r"use low, high, or a range in Hz such as 1\.\.2"):
        read_range("pitch", text)


def test_an_answer_holds_no_path(library, samples):
    text = json.dumps([entry.as_dict() for entry in library.find({})[0]])
    assert str(samples.parent) not in text


@pytest.mark.parametrize("use", ["near", "entry", "point", "code", "path_of", "forget"])
def test_an_unknown_number_is_named(library, use):
    with pytest.raises(LibraryError, match="there is no sound 99999 in the library"):
        getattr(library, use)(99999)


def test_bad_questions_are_named(library):
    with pytest.raises(ControlError, match="did you mean kick"):
        library.find({}, "kik")
    for count in (0, 1001):
        with pytest.raises(LibraryError, match="--count must lie between 1 and 1000"):
            library.find({}, count=count)
    with pytest.raises(LibraryError, match="64 finite numbers"):
        library.near(np.full(64, np.nan))
    with pytest.raises(LibraryError, match="unknown quality 'colour'; use one of: pitch"):
        library.find({"colour": "red"})


def test_codes_are_those_of_the_encoder(library, samples):
    from neural_drum_machine.machine import load
    from neural_drum_machine.signal.hit import read_hit

    machine = load()
    code = machine.encode(read_hit(samples / "Linn/Kick 1.wav", machine.spec), "kick", steps=0)
    np.testing.assert_allclose(library.code(numbers(library)["Linn/Kick 1.wav"]), code, atol=0.02)


def test_what_is_forgotten_stays_so(small):
    small.add()
    with Library.open(small.path) as opened:
        first = opened.find({})[0][0].id
        assert opened.forget(first) == 1
        with pytest.raises(LibraryError, match=f"no sound {first}"):
            opened.entry(first)
        assert len(opened.near(opened.find({})[0][0].id)) == 1
        with pytest.raises(LibraryError, match="no folder of the library lies there"):
            opened.forget(small.folder.parent)
    inner = write_hits(small.folder / "Inner", {"Kick 5.wav": drum(5), "Kick 6.wav": drum(6)})
    assert small.add().sounds == 2
    with Library.open(small.path) as opened:
        assert opened.find({})[1] == 4
        assert opened.forget(inner) == 2
        assert opened.forget(small.folder) == 2
        assert opened.status().roots == {}
    assert len(list(small.folder.rglob("*.wav"))) == 5


def test_a_file_that_became_a_link_to_elsewhere_is_not_given_out(small, tmp_path):
    small.add()
    secret = write_hits(tmp_path / "Secret", {"a.wav": drum(9)}) / "a.wav"
    with Library.open(small.path) as opened:
        entry = opened.find({})[0][0]
        path = opened.path_of(entry.id)
        assert path.parent == small.folder
        path.unlink()
        path.symlink_to(secret)
        with pytest.raises(LibraryError, match="no longer where it was; run ndm library add"):
            opened.path_of(entry.id)


def test_copies_are_found_by_bytes_and_by_sound(small):
    hit = drum(1)
    write_hits(small.folder / "More", {"Kick 8.flac": 0.4 * np.concatenate([np.zeros(900), hit])})
    (small.folder / "Kick 7.wav").write_bytes((small.folder / "Snare 1.wav").read_bytes())
    small.add()
    with Library.open(small.path) as opened:
        (same,) = find_twins(opened, files_only=True)
        assert [entry.name for entry in same.entries] == ["Own/Kick 7.wav", "Own/Snare 1.wav"]
        groups = {t.same_file: {e.name for e in t.entries} for t in find_twins(opened)}
        assert groups[True] == {"Own/Kick 7.wav", "Own/Snare 1.wav"}
        assert groups[False] == {"Own/Kick 1.wav", "Own/More/Kick 8.flac"}


def test_both_halves_of_a_point_weigh_the_same():
    from neural_drum_machine.library.nearness import PICTURE, Nearness

    rng = np.random.default_rng(0)
    thumbnails = (rng.random((90, 64, 86)) ** 3).astype(np.float32)
    features = rng.random((90, 192)).astype(np.float32) * np.arange(1, 193, dtype=np.float32)
    points = Nearness(fit(thumbnails, features))(thumbnails, features)
    assert points.shape == (90, 64)
    for half in (points[:, :PICTURE], points[:, PICTURE:]):
        assert np.square(half).sum(axis=1).mean() == pytest.approx(1, abs=0.02)
