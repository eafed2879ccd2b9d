"""A link to a sound becomes a player on the site; other downloads stay links."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.patience import PATIENCE

pytest.importorskip("sphinx", reason="needs Sphinx (docs extra)")
pytest.importorskip("myst_parser", reason="needs MyST (docs extra)")

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_sounds_and_films_get_players(tmp_path):
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    for name in ("kick.flac", "film.mp4", "table.csv"):
        (source / name).write_bytes(b"x")
    (source / "index.md").write_text("# T\n\n[1](kick.flac) [2](film.mp4) [3](table.csv)\n")
    (source / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT / 'docs')!r})\n"
        "extensions = ['myst_parser', 'players']\n"
    )
    subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", str(source), str(out)],
        check=True,
        timeout=PATIENCE,
    )
    page = (out / "index.html").read_text(encoding="utf-8")
    assert page.count("<audio controls") == 1
    assert page.count("<video controls") == 1
    assert 'aria-label="kick"' in page
    assert page.count('class="reference download') == 1
    assert len(list(out.rglob("kick.flac"))) == 1
