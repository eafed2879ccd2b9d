import numpy as np
import pytest
import soundfile
from tests.support.library import drum, write_hits

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.extras import pip_install
from neural_drum_machine.signal.spec import DEFAULT_SPEC, LONG_SPEC


def test_prepare_writes_a_report_and_replaces_nothing(ndm, library, tmp_path):
    code, out, _ = ndm("dataset", "prepare", library, "--out", tmp_path / "d", "--limit", 5)
    assert code == 0
    assert "15 sounds" in out
    assert Dataset.open(tmp_path / "d").spec == DEFAULT_SPEC
    assert (tmp_path / "d" / "REPORT.md").exists()
    code, _, err = ndm("dataset", "prepare", library, "--out", tmp_path / "d")
    assert code == 1
    assert "--force" in err
    (tmp_path / "empty").mkdir()
    code, _, err = ndm("dataset", "prepare", tmp_path / "empty", "--out", tmp_path / "e")
    assert code == 1
    assert "no audio files" in err


@pytest.mark.slow
def test_describe_pack_unpack_and_check(ndm, library, tmp_path):
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


def test_prepare_reports_sounds_of_unknown_category(ndm, tmp_path):
    (tmp_path / "lib").mkdir()
    for i, seconds in enumerate((0.2, 0.3)):
        name = ("007.wav", "kick.wav")[i]
        x = 0.5 * np.random.default_rng(i).standard_normal(int(22050 * seconds)).clip(-2, 2)
        soundfile.write(tmp_path / "lib" / name, 0.4 * x, 22050)
    arguments = ("--out", tmp_path / "d", "--min-confidence", 1.0, "--workers", 1, "--frames", 128)
    code, out, _ = ndm("dataset", "prepare", tmp_path / "lib", *arguments)
    assert code == 0
    assert Dataset.open(tmp_path / "d").spec == LONG_SPEC
    assert "1 of them have no telling name: copy " in out
    assert "lib/007.wav" in (tmp_path / "d" / "unsure.csv").read_text()
    for option, value, message in (
        ("--min-confidence", 3, "must lie between 0 and 1, got 3"),
        ("--per-category", 0, "--per-category must be at least 1, got 0"),
        ("--labels", tmp_path / "none.csv", "cannot be read"),
    ):
        code, _, err = ndm("dataset", "prepare", tmp_path, "--out", tmp_path / "e", option, value)
        assert (code, message in err) == (1, True), err


def test_fetch_refuses_unknown_and_restricted_sources(ndm, tmp_path):
    code, _, err = ndm("dataset", "fetch", "--out", tmp_path / "s", "--source", "frankensnair")
    assert (code, "frankensnare" in err) == (1, True)
    code, _, err = ndm("dataset", "fetch", "--out", tmp_path / "s", "--source", "black_pearl")
    assert (code, "--include-copyleft" in err) == (1, True)


def test_files_of_unread_formats_are_counted_with_the_way_out(ndm, tmp_path, without):
    without("codecpod")
    library = write_hits(tmp_path / "lib", {"kick.wav": drum(1), "snare.wav": drum(2)})
    for name in ("kick 1.m4a", "kick 2.M4A", "snare.wv", "tom.sd2", "notes.txt"):
        (library / name).write_bytes(b"anything")
    code, out, _ = ndm("dataset", "prepare", library, "--out", tmp_path / "d", "--workers", 1)
    assert code == 0
    assert "4 files left out" in out
    command = pip_install("neural-drum-machine[formats]")
    assert (
        f"not read: 2 .m4a, 1 .wv, 1 .sd2; to read .m4a, .wv: {command}; export .sd2 as WAV" in out
    )
    rejected = (tmp_path / "d" / "rejected.csv").read_text()
    assert "lib/kick 1.m4a,.m4a files (M4A) are read once an extra is installed: " in rejected
    assert "lib/tom.sd2,.sd2 files (Sound Designer II) are not read; export them as WAV" in rejected
    for name in ("kick.wav", "snare.wav"):
        (library / name).unlink()
    code, _, err = ndm("dataset", "prepare", library, "--out", tmp_path / "e")
    assert code == 1
    assert "no audio files to use" in err
    assert f"2 .m4a, 1 .wv, 1 .sd2; to read .m4a, .wv: {command}" in err
