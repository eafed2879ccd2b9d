import json

import numpy as np
import pytest
import soundfile
from tests.support.playable import write_playable

from neural_drum_machine.native.library import is_built
from neural_drum_machine.signal.sound_file import read_comment


def test_files_are_named_by_seed_and_repeat(ndm, small_bundle, tmp_path):
    words = ["render", "--category", "kick", "--count", 3, "--seed", 5, "--model", small_bundle]
    for folder in ("a", "b"):
        code, out, _ = ndm(*words, "--out", tmp_path / folder)
        assert code == 0
        assert "3 sounds in" in out
    names = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert names == ["kick_5.wav", "kick_6.wav", "kick_7.wav"]
    for name in names:
        data = (tmp_path / "a" / name).read_bytes()
        assert data == (tmp_path / "b" / name).read_bytes()
    info = soundfile.info(tmp_path / "a" / "kick_5.wav")
    assert (info.samplerate, info.channels, info.subtype) == (44100, 1, "PCM_16")
    assert json.loads(read_comment(tmp_path / "a" / "kick_6.wav"))["seed"] == 6
    code, _, err = ndm(*words, "--out", tmp_path / "a")
    assert (code, "kick_5.wav: exists; use --force" in err) == (1, True)
    assert ndm(*words, "--out", tmp_path / "a", "--force")[0] == 0
    # One sound more does not change the others.
    ndm(*words[:4], 1, *words[5:], "--out", tmp_path / "c")
    assert (tmp_path / "c" / "kick_5.wav").read_bytes() == (
        tmp_path / "a" / "kick_5.wav"
    ).read_bytes()


def test_takes_and_wildness(ndm, small_bundle, tmp_path):
    def sound(*words):
        folder = tmp_path / "-".join(map(str, words)).strip("-")
        code, _, err = ndm(
            *("render", "--category", "snare", "--seed", 5, "--model", small_bundle),
            *("--out", folder, *words),
        )
        assert code == 0, err
        samples, _ = soundfile.read(folder / "snare_5.wav")
        return samples, json.loads(read_comment(folder / "snare_5.wav"))

    plain, about = sound("--take", 0)
    assert about["take"] == 0
    other, about_other = sound("--take", 7)
    assert about_other["take"] == 7
    assert about_other["code"] == about["code"]
    assert not np.array_equal(plain, other)
    _, typical = sound("--wild", 0)
    assert typical["code"] != about["code"]
    _, typical_too = sound("--wild", 0, "--take", 1)
    assert typical_too["code"] == typical["code"]


def test_rate_width_and_parts(ndm, small_bundle, tmp_path):
    def sound(name, *words):
        code, _, err = ndm(
            "render",
            "--category",
            "kick",
            "--model",
            small_bundle,
            "--out",
            tmp_path / name,
            *words,
        )
        assert code == 0, err
        path = tmp_path / name / "kick_1.wav"
        return (*soundfile.read(path), json.loads(read_comment(path)))

    plain, sr, about = sound("plain")
    assert (sr, "exemplars" in about) == (44100, True)
    low, sr, _ = sound("low", "--rate", 22050)
    assert (sr, len(low)) == (22050, pytest.approx(len(plain) / 2, abs=1))
    wide, _, _ = sound("wide", "--width", 0.7)
    assert wide.shape == (len(plain), 2)
    alone, _, about = sound("alone", "--without", "exemplars")
    assert "exemplars" not in about
    bare, _, _ = sound("bare", "--without", "exemplars", "--without", "air", "--without", "attack")
    assert not np.array_equal(alone, bare)


def test_all_categories_with_controls(ndm, small_bundle, tmp_path):
    code, _, _ = ndm(
        "render", "--out", tmp_path, "--model", small_bundle, "--p1", 1, "--p2", 0, "--p3", -1
    )
    assert code == 0
    assert len(list(tmp_path.iterdir())) == 11


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--category", "cowbell"], "unknown category 'cowbell'"),
        (["--seed", "-1"], "seeds must lie between"),
        (["--seed", "4294967290", "--count", "9"], "4294967298"),
        (["--p1", "nan"], "three finite numbers"),
        (["--rate", "96000"], "no sample rate 96000; there are 22050, 44100, 48000 Hz"),
        (["--width", "1.5"], "width must lie between 0 and 1, got 1.5"),
        (["--without", "reverb"], "no part 'reverb'; it has exemplars, attack, air, body, detail"),
        (["--model", "absent.ndm"], "absent.ndm: not readable"),
    ],
)
def test_bad_requests_are_one_sentence(ndm, small_bundle, tmp_path, words, message):
    model = [] if "--model" in words else ["--model", small_bundle]
    code, out, err = ndm("render", "--out", tmp_path / "out", *model, *words)
    assert (code, out) == (1, "")
    assert err.startswith("ndm: ")
    assert message in err
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_one_control_alone_moves_its_axis(ndm, small_bundle, tmp_path):
    words = ["render", "--category", "kick", "--model", small_bundle, "--out"]
    code, out, _ = ndm(*words, tmp_path / "a", "--p2", "0.5")
    assert (code, "1 sound in" in out) == (0, True)
    assert ndm(*words, tmp_path / "b", "--p1", "0", "--p2", "0.5", "--p3", "0")[0] == 0
    one, other = ((tmp_path / name / "kick_1.wav").read_bytes() for name in "ab")
    assert one == other


def test_a_file_with_the_folders_name_is_named(ndm, small_bundle, tmp_path):
    (tmp_path / "out").write_text("in the way")
    code, _, err = ndm("render", "--out", tmp_path / "out", "--model", small_bundle)
    assert code == 1
    assert f"{tmp_path / 'out'}: is a file, not a folder" in err


def test_softer_strokes_are_quieter_files(ndm, small_bundle, tmp_path):
    words = ["render", "--category", "kick", "--model", small_bundle, "--out"]
    for folder, velocity in (("a", []), ("b", ["--velocity", 127]), ("c", ["--velocity", 30])):
        code, _, err = ndm(*words, tmp_path / folder, *velocity)
        assert code == 0, err
    loud, same, soft = ((tmp_path / name / "kick_1.wav") for name in "abc")
    assert loud.read_bytes() == same.read_bytes()
    assert json.loads(read_comment(soft))["velocity"] == 30
    assert np.abs(soundfile.read(soft)[0]).max() < 0.2
    code, _, err = ndm(*words, tmp_path / "d", "--velocity", 0)
    assert (code, "--velocity" in err, "greater than or equal to 1" in err) == (2, True, True)
    assert not (tmp_path / "d").exists()


@pytest.mark.skipif(not is_built(), reason="the engine in C is not built")
def test_the_engine_in_c_plays_where_it_is_asked_for(ndm, tmp_path):
    path = write_playable(tmp_path / "playable.ndm")
    words = ["render", "--category", "kick", "--model", path, "--out"]
    for engine in ("native", "auto", "reference"):
        assert ndm(*words, tmp_path / engine, "--engine", engine)[0] == 0
    read = {name: (tmp_path / name / "kick_1.wav").read_bytes() for name in ("native", "auto")}
    assert read["native"] == read["auto"]
    code, _, err = ndm(*words, tmp_path / "fast", "--engine", "fast")
    assert (code, "'reference', 'native', 'auto'" in err) == (2, True)
