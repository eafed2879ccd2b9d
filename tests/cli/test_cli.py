import importlib.util
import json
import os
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.support.small import SMALL_SPEC
from tests.support.sounds import tone

from neural_drum_machine import cli
from neural_drum_machine.evaluation.study.report.words import PICTURES
from neural_drum_machine.signal.distance import distance
from neural_drum_machine.signal.hit import read_hit
from neural_drum_machine.signal.wav import read_comment


@pytest.fixture
def ndm(monkeypatch, capsys):
    """Run the command as the shell does; returns (exit code, standard output, standard error)."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["ndm", *map(str, words)])
        monkeypatch.setenv("COLUMNS", "300")
        code = 0
        try:
            cli.main()
        except SystemExit as error:
            code = error.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_version(ndm):
    assert ndm("--version") == (0, "ndm 0.1.0\n", "")


def test_render_writes_named_files_that_repeat(ndm, small_bundle, tmp_path):
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
    assert (info.samplerate, info.channels, info.subtype) == (22050, 1, "PCM_16")
    assert json.loads(read_comment(tmp_path / "a" / "kick_6.wav"))["seed"] == 6
    code, _, err = ndm(*words, "--out", tmp_path / "a")
    assert (code, "kick_5.wav: exists; use --force" in err) == (1, True)
    assert ndm(*words, "--out", tmp_path / "a", "--force")[0] == 0
    # One sound more does not change the others.
    ndm(*words[:4], 1, *words[5:], "--out", tmp_path / "c")
    assert (tmp_path / "c" / "kick_5.wav").read_bytes() == (
        tmp_path / "a" / "kick_5.wav"
    ).read_bytes()


def test_render_takes_and_wildness(ndm, small_bundle, tmp_path):
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


def test_render_all_categories_and_controls(ndm, small_bundle, tmp_path):
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


def test_reconstruct_says_how_near_it_came_and_what_it_left_out(ndm, small_bundle, tmp_path):
    long = tmp_path / "kick.wav"
    soundfile.write(long, tone(60, 3.0, decay=1), 22050)
    code, out, _ = ndm("reconstruct", long, "--out", tmp_path / "o", "--model", small_bundle)
    assert code == 0
    away = float(re.search(r"distance (\d\.\d\d)", out)[1])
    made, _ = soundfile.read(tmp_path / "o" / "kick.wav", dtype="float32")
    original = read_hit(long, SMALL_SPEC).samples
    assert away == pytest.approx(distance(original, made, SMALL_SPEC), abs=0.01)
    assert f"its first {SMALL_SPEC.seconds:.3g} s; the rest was left out" in out


def test_reconstruct_any_file_by_name_by_option_or_by_trying(ndm, small_bundle, tmp_path):
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
    assert "Big Kick.wav: kick (by its name)" in text
    assert text.count("(by trying all)") == 2
    assert sorted(p.name for p in out.iterdir()) == ["0042-2.wav", "0042.wav", "Big Kick.wav"]
    assert soundfile.info(out / "Big Kick.wav").frames == SMALL_SPEC.n_samples
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
    assert "tom (as asked)" in text


def test_reconstruct_names_bad_files_and_does_the_others(ndm, small_bundle, tmp_path):
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
    assert "is one of the sounds to read" in err
    assert good.read_bytes() == before
    # Nor is a file replaced that is read later, or one that merely has the name.
    flac = tmp_path / "snare.flac"
    soundfile.write(flac, tone(100, 0.2), 22050)
    code, _, _ = ndm("reconstruct", flac, good, "--out", tmp_path, "--model", small_bundle)
    assert code == 1
    code, _, err = ndm("reconstruct", flac, "--out", tmp_path, "--model", small_bundle)
    assert (code, "exists; use --force" in err) == (1, True)
    assert good.read_bytes() == before


def test_sheet_makes_eleven_sounds_and_a_picture(ndm, small_bundle, tmp_path):
    code, out, _ = ndm("sheet", "--out", tmp_path / "out", "--model", small_bundle)
    assert code == 0
    assert str(tmp_path / "out" / "sheet.png") in out
    assert len(list((tmp_path / "out").glob("*.wav"))) == 11


def test_sheet_replaces_no_sound_of_yours_unless_told(ndm, small_bundle, tmp_path):
    mine = tmp_path / "snare.wav"
    mine.write_bytes(b"mine")
    code, _, err = ndm("sheet", "--out", tmp_path, "--model", small_bundle)
    assert code == 1
    assert "snare.wav: exists; use --force" in err
    assert [path.name for path in tmp_path.iterdir()] == ["snare.wav"]
    assert mine.read_bytes() == b"mine"
    code, _, _ = ndm("sheet", "--out", tmp_path, "--model", small_bundle, "--force")
    assert code == 0
    assert mine.read_bytes() != b"mine"


def test_dataset_prepare_reports(ndm, library, tmp_path):
    code, out, _ = ndm("dataset", "prepare", library, "--out", tmp_path / "d", "--limit", 5)
    assert code == 0
    assert "15 sounds" in out
    assert (tmp_path / "d" / "REPORT.md").exists()
    code, _, err = ndm("dataset", "prepare", library, "--out", tmp_path / "d")
    assert code == 1
    assert "--force" in err
    (tmp_path / "empty").mkdir()
    code, _, err = ndm("dataset", "prepare", tmp_path / "empty", "--out", tmp_path / "e")
    assert code == 1
    assert "no audio files" in err


def test_dataset_describe_pack_and_unpack(ndm, library, tmp_path):
    arguments = ("--out", tmp_path / "d", "--per-category", 9, "--workers", 1, "--limit", 5)
    code, out, _ = ndm("dataset", "prepare", library, *arguments)
    assert (code, "99 sounds" in out) == (0, True)
    code, out, _ = ndm("dataset", "describe", tmp_path / "d", "--picture", tmp_path / "d.png")
    assert code == 0
    assert "| kick | 9 | 5 |" in out
    assert "No recordings** of clap" in out
    assert (tmp_path / "d.png").read_bytes().startswith(b"\x89PNG")
    code, out, _ = ndm("dataset", "pack", tmp_path / "d", "--out", tmp_path / "d.tar")
    assert (code, "d.tar: 0." in out) == (0, True)
    code, out, _ = ndm("dataset", "unpack", tmp_path / "d.tar", "--out", tmp_path / "e")
    assert (code, "99 sounds" in out) == (0, True)
    assert (tmp_path / "d" / "waves.npy").read_bytes() == (tmp_path / "e/waves.npy").read_bytes()
    code, out, _ = ndm("dataset", "check", tmp_path / "d", "--steps", 2, "--folds", 2)
    assert (code, "| kick | 5 |" in out) == (0, True)
    code, _, err = ndm("dataset", "describe", tmp_path)
    assert (code, "no dataset here" in err) == (1, True)


def test_dataset_prepare_tells_about_unsure_sounds(ndm, tmp_path):
    (tmp_path / "lib").mkdir()
    for i, seconds in enumerate((0.2, 0.3)):
        name = ("007.wav", "kick.wav")[i]
        x = 0.5 * np.random.default_rng(i).standard_normal(int(22050 * seconds)).clip(-2, 2)
        soundfile.write(tmp_path / "lib" / name, 0.4 * x, 22050)
    arguments = ("--out", tmp_path / "d", "--min-confidence", 1.0, "--workers", 1)
    code, out, _ = ndm("dataset", "prepare", tmp_path / "lib", *arguments)
    assert code == 0
    assert "1 of them have no telling name: copy" in out
    assert "lib/007.wav" in (tmp_path / "d" / "unsure.csv").read_text()
    for option, value, message in (
        ("--min-confidence", 3, "must lie between 0 and 1, got 3"),
        ("--per-category", 0, "--per-category must be at least 1, got 0"),
        ("--labels", tmp_path / "none.csv", "cannot be read"),
    ):
        code, _, err = ndm("dataset", "prepare", tmp_path, "--out", tmp_path / "e", option, value)
        assert (code, message in err) == (1, True), err


def test_dataset_fetch_is_there(ndm, tmp_path):
    code, _, err = ndm("dataset", "fetch", "--out", tmp_path / "s", "--source", "frankensnair")
    assert (code, "frankensnare" in err) == (1, True)
    code, _, err = ndm("dataset", "fetch", "--out", tmp_path / "s", "--source", "black_pearl")
    assert (code, "--include-copyleft" in err) == (1, True)


def test_export_and_evaluate(ndm, small_runs, small_data, tmp_path):
    model = tmp_path / "m.ndm"
    words = [
        "export",
        "--cwae",
        small_runs["cwae"],
        "--mcnn",
        small_runs["mcnn"],
        "--data",
        small_data.folder,
    ]
    code, out, _ = ndm(*words, "--out", model)
    assert code == 0
    assert "MB; ONNX against torch" in out
    assert ndm(*words, "--out", model)[0] == 1  # not without --force
    assert ndm(*words, "--out", model, "--force", "--which", "worst")[0] == 2
    code, out, _ = ndm(
        "evaluate", "--data", small_data.folder, "--out", tmp_path / "r.md", "--model", model,
        "--per-category", 1, "--generated", 4, "--perceptual", 0, "--renders", 1,
        "--judge-steps", 2, "--axis-seeds", 1, "--workers", 1, "--cache", tmp_path / "cache",
    )  # fmt: skip
    assert code == 0
    assert f"report: {tmp_path / 'r.md'}" in out
    assert json.loads((tmp_path / "r.json").read_text())["settings"]["judge_steps"] == 2
    assert {path.name for path in (tmp_path / "r").iterdir()} == set(PICTURES)
    assert all(f"](r/{name})" in (tmp_path / "r.md").read_text() for name in PICTURES)
    assert list((tmp_path / "cache").iterdir())
    code, _, err = ndm("evaluate", "--data", small_data.folder, "--out", tmp_path / "r")
    assert code == 1
    assert f"--out {tmp_path / 'r' / 'report.md'}" in err


@pytest.mark.parametrize(
    ("words", "module", "extra"),
    [
        (["train", "cwae", "--config", "c", "--data", "d", "--out", "o"], "torch", "train"),
        (["export", "--cwae", "a", "--mcnn", "b", "--data", "d", "--out", "o"], "onnx", "train"),
        (["evaluate", "--data", "d", "--out", "o"], "librosa", "dev"),
        (["sheet"], "matplotlib", "plot"),
    ],
)
def test_a_missing_extra_says_what_brings_it(ndm, monkeypatch, words, module, extra):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == module else find(name, *a)
    )
    code, _, err = ndm(*words)
    assert code == 1
    assert f"pip install 'neural-drum-machine[{extra}]'" in err


def test_a_file_in_the_way_of_the_folder_is_named(ndm, small_bundle, tmp_path):
    (tmp_path / "out").write_text("in the way")
    code, _, err = ndm("render", "--out", tmp_path / "out", "--model", small_bundle)
    assert code == 1
    assert "cannot be made a folder" in err


def test_names_are_shown_as_they_are(ndm, small_bundle, tmp_path):
    out = tmp_path / "a[bold]:smile:[/red]"
    code, text, _ = ndm("render", "--category", "tom", "--out", out, "--model", small_bundle)
    assert code == 0
    assert f"1 sound in {out}/" in text
    bad = Path(os.fsdecode(os.fsencode(tmp_path) + b"/n\xff.wav"))
    bad.write_bytes(b"nonsense")
    code, _, err = ndm("reconstruct", bad, "--out", tmp_path / "r", "--model", small_bundle)
    assert code == 1
    assert "n\\xff.wav: not readable as audio" in err


def test_what_the_system_refuses_is_one_sentence(ndm, small_bundle, tmp_path):
    (tmp_path / "out" / "sheet.png").mkdir(parents=True)
    code, _, err = ndm("sheet", "--out", tmp_path / "out", "--model", small_bundle)
    assert code == 1
    assert "sheet.png: exists; choose another --out" in err
    long = tmp_path / ("x" * 300)
    for words in (
        ["dataset", "prepare", long, "--out", tmp_path / "d"],
        ["render", "--out", long, "--model", small_bundle],
        ["render", "--out", tmp_path / "r", "--model", long],
    ):
        code, _, err = ndm(*words)
        assert code == 1
        assert err.startswith("ndm: ")
        assert "Traceback" not in err


def test_train_from_the_command_line(ndm, small_data, tmp_path):
    from tests.training.test_fit import as_toml

    config = tmp_path / "c.toml"
    config.write_text(as_toml("mcnn", max_steps=2, steps_per_epoch=2))
    words = [
        "train",
        "mcnn",
        "--config",
        config,
        "--data",
        small_data.folder,
        "--out",
        tmp_path / "r",
    ]
    code, out, _ = ndm(*words, "--accelerator", "cpu", "--threads", 2)
    assert code == 0
    assert "step 2" in out
    assert "val/sc" in out
    assert "last.safetensors" in out
    code, _, err = ndm(*words)
    assert code == 1
    assert "use --resume" in err
