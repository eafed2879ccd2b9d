"""Catalogues of small sources."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.sources import FILES, deb_of, debian, entry

from neural_drum_machine.prepare.sources.catalogue import read_catalogue
from neural_drum_machine.prepare.sources.source import Source


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., tuple[Source, ...]]:
    def catalogue(*entries: str, archive: str = "") -> tuple[Source, ...]:
        path = tmp_path / "catalogue.toml"
        text = "\n".join((f'archive = "{archive}"', *entries))
        path.write_text(text, encoding="utf-8")
        return read_catalogue(path)

    return catalogue


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    return folder


@pytest.fixture
def kit(make: Callable[..., tuple[Source, ...]], mirror: Path) -> tuple[Source, ...]:
    """Two sources of one package, and one with a restricted licence."""
    data = deb_of(FILES)
    (mirror / "kit_1.0-1_all.deb").write_bytes(data)
    return make(
        entry("first", debian(data)),
        entry("second", debian(data), rules='rules = [{ match = "snare", category = "snare" }]'),
        entry("third", debian(data), licence="GPL-3.0-only"),
    )
