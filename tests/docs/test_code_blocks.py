"""The Python code in the documents runs, one document after the other in a folder of its own."""

from pathlib import Path

import pytest
import soundfile
from markdown_it import MarkdownIt
from tests.support.sounds import noise, tone

ROOT = Path(__file__).parents[2]


def code_blocks(path):
    tokens = MarkdownIt("commonmark").parse(path.read_text(encoding="utf-8"))
    return [token.content for token in tokens if token.type == "fence" and token.info == "python"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("README.md", ["kick.wav"]),
        ("docs/tutorial.md", ["kick.wav"]),
        ("docs/python.md", ["kick.wav"]),
        ("docs/cookbook.md", ["kick-in-g.wav", "tuned-tom.wav"]),
    ],
)
def test_code_blocks_run_and_write_their_files(name, written, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    soundfile.write("my-snare.wav", 0.5 * noise(0.2, seed=1, decay=30), 22050)
    soundfile.write("my-tom.wav", 0.5 * tone(95, 0.6, decay=8), 22050)
    blocks = code_blocks(ROOT / name)
    assert blocks
    names = {}
    for block in blocks:
        exec(compile(block, name, "exec"), names)
    assert all(Path(file).is_file() for file in written)
