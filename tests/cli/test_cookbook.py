"""The commands of docs/cookbook-beats.md run one after another, and leave what they promise."""

import functools
import re
import shlex
from pathlib import Path

import pytest
import soundfile
from markdown_it import MarkdownIt
from tests.support.sounds import noise

from neural_drum_machine.cli import export_kit, humanize, kit, render
from neural_drum_machine.grooves.midi_file import write_midi
from neural_drum_machine.grooves.styles import new_groove
from neural_drum_machine.kits import new_kit

DOCUMENT = Path(__file__).parents[2] / "docs" / "cookbook-beats.md"


@pytest.mark.slow
def test_every_recipe_runs(ndm, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # Loading takes longer than most commands.
    for command in (kit, humanize, render, export_kit):
        monkeypatch.setattr(command, "load", functools.lru_cache(command.load))
    # The best of four draws would be four times as much to wait for.
    monkeypatch.setattr(new_kit, "CANDIDATES", 1)
    write_midi(new_groove("rock"), "beat.mid")
    for name, decay in (("my-snare.wav", 20), ("my-clap.wav", 40)):
        soundfile.write(name, 0.5 * noise(0.3, 44_100, decay=decay), 44_100)
    text = DOCUMENT.read_text(encoding="utf-8")
    blocks = [t for t in MarkdownIt("commonmark").parse(text) if t.type == "fence"]
    assert len(blocks) == len(re.findall(r"^## (\d+\.|One minute)", text, re.MULTILINE)) == 11
    for line in "".join(block.content for block in blocks).splitlines():
        words = shlex.split(line, comments=True)
        assert words[0] == "ndm"
        if words[1] == "humanize":
            # One bar is as good as eight for a test.
            words = [*words, "--bars", "1"]
        code, _, err = ndm(*words[1:])
        assert code == 0, (line, err)
        if "--out" not in words:
            continue
        out = Path(words[words.index("--out") + 1])
        assert any(out.iterdir()) if out.is_dir() else out.stat().st_size > 0
        if words[1] == "humanize":
            assert soundfile.info(out).duration > 1.5
            if "--stems" in words:
                assert any(Path(words[words.index("--stems") + 1]).iterdir())
