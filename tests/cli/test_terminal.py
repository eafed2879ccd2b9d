"""Output to terminals that cannot show every character."""

import codecs
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import soundfile
from rich.table import Table
from tests.support.patience import PATIENCE
from tests.support.sounds import tone

from neural_drum_machine import cli
from neural_drum_machine.cli import printing
from neural_drum_machine.cli.terminal import replace_unencodable, warnings_as_sentences
from neural_drum_machine.errors import DatasetError, NdmWarning

# Runs several commands in one process: starting Python is the slow part.
RUN = """
import sys
from neural_drum_machine import cli
words = sys.argv[1:]
while words:
    end = words.index(";")
    sys.argv, words = ["ndm", *words[:end]], words[end + 1:]
    code = 0
    try:
        cli.main()
    except SystemExit as error:
        code = error.code or 0
    print("exit code", code, flush=True)
"""
ENVIRONMENTS = {
    "ASCII": {"PYTHONIOENCODING": "ascii"},
    "a Windows code page": {"PYTHONIOENCODING": "cp1252"},
    "the C locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


@pytest.mark.slow
@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_no_command_ends_at_a_character_that_the_terminal_lacks(
    environment, small_bundle, tmp_path
):
    library = tmp_path / "ドラム – drums"
    library.mkdir()
    for i, name in enumerate(("kick バス", "snare スネア", "kick é")):
        soundfile.write(library / f"{name}.wav", tone(60 + 70 * i, 0.3), 22050)
    (library / "kick だめ.wav").write_bytes(b"not a sound")
    sound, model = library / "snare スネア.wav", ("--model", small_bundle)
    commands = [
        (["--help"], 0),
        (["train", "--help"], 0),
        (["render", "--category", "kick", "--out", tmp_path / "出力", *model], 0),
        (["render", "--category", "スネア", "--out", tmp_path / "出力", *model], 1),
        (["reconstruct", sound, "--out", tmp_path / "再", *model], 0),
        (["reconstruct", library / "無い.wav", "--out", tmp_path / "再", *model], 1),
        (["dataset", "prepare", library, "--out", tmp_path / "集", "--workers", 1], 0),
        (["dataset", "describe", tmp_path / "集"], 0),
        (["doctor", "--model", tmp_path / "無い.ndm"], 1),
    ]
    words = [str(word) for command, _ in commands for word in (*command, ";")]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "PYTHONIO"))}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        capture_output=True,
        env=inherited | environment,
        timeout=PATIENCE,
        check=False,
    )
    out, err = done.stdout.decode("cp1252"), done.stderr.decode("cp1252")
    assert "Traceback" not in err
    codes = [int(line.split()[-1]) for line in out.splitlines() if line.startswith("exit code")]
    assert codes == [code for _, code in commands], err
    assert (tmp_path / "再" / "snare スネア.wav").exists()
    # ス is shown as an escape of its code point or, where names are only bytes, of its bytes.
    assert "\\u30b9" in out or "\\xe3\\x82\\xb9" in out


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("−70 dB – P1 → P2 × 2 …", "ascii", "-70 dB - P1 -> P2 x 2 ..."),
        ("−70 dB – é", "cp1252", "-70 dB – é"),
        ("スネア.wav", "ascii", "\\u30b9\\u30cd\\u30a2.wav"),
        ("n\udcff.wav", "utf-8", "n\\xff.wav"),
        ("n\udcff.wav", "ascii", "n\\xff.wav"),
        ("🥁", "cp1252", "\\U0001f941"),
    ],
)
def test_characters_are_replaced_one_by_one(text, encoding, shown):
    codecs.register_error("test", replace_unencodable)
    assert text.encode(encoding, "test").decode(encoding) == shown


def test_only_encoding_errors_are_handled():
    error = UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no")
    with pytest.raises(UnicodeDecodeError):
        replace_unencodable(error)


def test_names_are_shown_literally(ndm, small_bundle, tmp_path):
    """Neither markup nor emoji codes in a name are interpreted; bytes that are not UTF-8 show."""
    out = tmp_path / "a[bold]:smile:[/red]"
    code, text, _ = ndm("render", "--category", "tom", "--out", out, "--model", small_bundle)
    assert code == 0
    assert f"1 sound in {out}/" in text
    bad = Path(os.fsdecode(os.fsencode(tmp_path) + b"/n\xff.wav"))
    bad.write_bytes(b"nonsense")
    code, _, err = ndm("reconstruct", bad, "--out", tmp_path / "r", "--model", small_bundle)
    assert code == 1
    assert "n\\xff.wav: not readable as audio" in err
    soundfile.write(tmp_path / "snare.wav", np.float32(tone(200, 0.2)), 22050)
    good = Path(os.fsdecode(os.fsencode(tmp_path) + b"/snare\xff.wav"))
    (tmp_path / "snare.wav").rename(good)
    code, text, _ = ndm("reconstruct", good, "--out", tmp_path / "r", "--model", small_bundle)
    assert code == 0
    assert "snare\\xff.wav -> " in text


def test_text_of_files_commands_no_terminal(capsys):
    table = Table("name")
    table.add_row("kit\x1b]0;title\x07\u202e")
    for thing in ("name\x1b[2J\ud800", table):
        printing.console.print(thing)
    with warnings_as_sentences(), warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("kit\x1b[31m", NdmWarning, stacklevel=1)
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
    assert "\x07" not in out
    assert "name\ufffd[2J\ufffd" in out


def test_the_error_of_a_command_commands_no_terminal(monkeypatch, capsys):
    def fail():
        raise DatasetError("kit\x1b[2J" + "k" * 100_000)

    monkeypatch.setattr(cli, "app_of", lambda _: fail)
    with pytest.raises(SystemExit):
        cli.main()
    err = capsys.readouterr().err
    assert err.startswith("ndm: kit\ufffd[2Jkkk")
    assert len(err) < 5000
