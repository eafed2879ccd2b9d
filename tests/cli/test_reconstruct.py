import re

import numpy as np
import pytest
import soundfile
from tests.support.small import SMALL_SPEC
from tests.support.sounds import tone

from neural_drum_machine.signal.distance import distance
from neural_drum_machine.signal.hit import read_hit


def test_the_distance_and_the_used_part_are_printed(ndm, small_bundle, tmp_path):
    long = tmp_path / "kick.wav"
    soundfile.write(long, tone(60, 3.0, decay=1), 22050)
    as_model = ("--as", "model", "--model", small_bundle)
    code, out, _ = ndm("reconstruct", long, "--out", tmp_path / "o", *as_model)
    assert code == 0
    away = float(re.search(r"distance (\d\.\d\d)", out)[1])
    made = read_hit(tmp_path / "o" / "kick.wav", SMALL_SPEC).samples
    original = read_hit(long, SMALL_SPEC).samples
    assert away == pytest.approx(distance(original, made, SMALL_SPEC), abs=0.02)
    assert f"only its first {SMALL_SPEC.seconds:.3g} s were used" in out


def test_the_category_is_given_named_or_the_closest(ndm, small_bundle, tmp_path):
    sounds = tmp_path / "in"
    sounds.mkdir()
    soundfile.write(sounds / "Big Kick.flac", tone(60, 0.3, 44100), 44100)
    soundfile.write(sounds / "0042.wav", np.tile(tone(200, 0.2, 48000)[:, None], 2), 48000)
    (tmp_path / "other").mkdir()
    soundfile.write(tmp_path / "other" / "0042.wav", tone(90, 0.2), 22050)
    out = tmp_path / "out"
    files = [sounds / "Big Kick.flac", sounds / "0042.wav", tmp_path / "other" / "0042.wav"]
    code, text, _ = ndm("reconstruct", *files, "--out", out, "--model", small_bundle)
    assert code == 0
    assert "Big Kick.wav: kick (from its name)" in text
    assert text.count("(the closest category)") == 2
    assert sorted(p.name for p in out.iterdir()) == ["0042-2.wav", "0042.wav", "Big Kick.wav"]
    assert soundfile.info(out / "Big Kick.wav").samplerate == 44100
    code, text, _ = ndm(
        "reconstruct",
        files[0],
        "--category",
        "tom",
        "--out",
        out,
        "--model",
        small_bundle,
        "--force",
    )
    assert "tom (as given)" in text


def test_bad_files_are_named_and_the_others_done(ndm, small_bundle, tmp_path):
    good, bad = tmp_path / "snare.wav", tmp_path / "bad.wav"
    soundfile.write(good, tone(200, 0.2), 22050)
    bad.write_bytes(b"nonsense")
    code, _, err = ndm("reconstruct", bad, good, "--out", tmp_path / "out", "--model", small_bundle)
    assert code == 1
    assert "bad.wav: not readable as audio" in err
    assert "object at 0x" not in err
    assert (tmp_path / "out" / "snare.wav").exists()
    before = good.read_bytes()
    code, _, err = ndm("reconstruct", good, "--out", tmp_path, "--model", small_bundle)
    assert code == 1
    assert "is one of the files to read" in err
    assert good.read_bytes() == before
    # Nor is a file replaced that is read later, or one that merely has the name.
    flac = tmp_path / "snare.flac"
    soundfile.write(flac, tone(100, 0.2), 22050)
    code, _, _ = ndm("reconstruct", flac, good, "--out", tmp_path, "--model", small_bundle)
    assert code == 1
    code, _, err = ndm("reconstruct", flac, "--out", tmp_path, "--model", small_bundle)
    assert (code, "exists; use --force" in err) == (1, True)
    assert good.read_bytes() == before


def test_a_folder_is_no_sound_file(ndm, small_bundle, tmp_path):
    code, _, err = ndm("reconstruct", tmp_path, "--out", tmp_path / "o", "--model", small_bundle)
    assert (code, err) == (1, f"ndm: {tmp_path}: is a folder; name the sound files in it\n")


def test_what_was_done_to_read_a_file_is_printed(ndm, small_bundle, tmp_path):
    x = tone(200, 0.2)
    soundfile.write(tmp_path / "snare.wav", np.stack([x, -x], 1), 22050)
    arguments = ("--out", tmp_path / "o", "--model", small_bundle)
    code, out, _ = ndm("reconstruct", tmp_path / "snare.wav", *arguments)
    assert code == 0
    assert "\n  Its channels cancel each other, so only channel 1 is used.\n" in out
    cut = tmp_path / "cut.wav"
    cut.write_bytes((tmp_path / "snare.wav").read_bytes()[:9000])
    code, _, err = ndm("reconstruct", cut, *arguments)
    assert code == 1
    assert "cut.wav: cut short: its header announces" in err
    assert "copy the file again, or export it again" in err
