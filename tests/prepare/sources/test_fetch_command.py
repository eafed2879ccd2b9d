"""``ndm dataset fetch``."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from neural_drum_machine.cli.fetch import fetch as fetch_command
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.sources import fetch as fetching
from neural_drum_machine.prepare.sources.source import Source


def test_the_command_prints_a_table_and_fails_if_a_source_does(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = typer.Typer()
    app.command()(fetch_command)
    monkeypatch.setattr(fetching, "load", lambda: kit)
    out = tmp_path / "out"
    command = ["--out", str(out), "--mirror", str(tmp_path), "--mirror", str(mirror)]
    monkeypatch.setenv("COLUMNS", "200")
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert "first" in result.output
    assert "kick 1, other 1, snare 2" in result.output
    assert str(out) in result.output
    assert "third" not in result.output
    result = CliRunner().invoke(app, [*command, "--include-copyleft"])
    assert "GPL-3.0-only (restricted)" in result.output
    result = CliRunner().invoke(app, [*command, "--source", "third"])
    assert isinstance(result.exception, DatasetError)
    (mirror / "kit_1.0-1_all.deb").write_bytes(b"x")
    result = CliRunner().invoke(app, [*command, "--source", "first", "--force"])
    assert result.exit_code == 1
    assert "wrong checksum" in result.output
